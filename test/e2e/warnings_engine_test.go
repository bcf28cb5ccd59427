package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// The engine's reasons that the policy gives.
var (
	keyCodes = []rrsa.Code{
		rrsa.CodeNamespaceNotEnabled, rrsa.CodeRoleNameInvalid, rrsa.CodeRoleNameMissing, rrsa.CodePodLabelNoOptOut,
		rrsa.CodeKeyMisplaced, rrsa.CodeKeyUnknown, rrsa.CodeAutoInjectNotGate,
	}
	valueCodes    = []rrsa.Code{rrsa.CodeExpirationInvalid, rrsa.CodeExpirationOutOfRange, rrsa.CodeOverrideEnvIgnored, rrsa.CodeSTSEndpointIgnored}
	conflictCodes = []rrsa.Code{rrsa.CodeVolumeConflict, rrsa.CodeTokenDirTaken, rrsa.CodeStaticAccessKey}
)

// warnedResources are the kinds of objects that the policy sees, and where they are created.
var warnedResources = map[string]string{
	"v1 Namespace":             "/api/v1/namespaces",
	"v1 ServiceAccount":        "/api/v1/namespaces/NAMESPACE/serviceaccounts",
	"v1 Pod":                   "/api/v1/namespaces/NAMESPACE/pods",
	"v1 ReplicationController": "/api/v1/namespaces/NAMESPACE/replicationcontrollers",
	"apps/v1 Deployment":       "/apis/apps/v1/namespaces/NAMESPACE/deployments",
	"apps/v1 StatefulSet":      "/apis/apps/v1/namespaces/NAMESPACE/statefulsets",
	"apps/v1 DaemonSet":        "/apis/apps/v1/namespaces/NAMESPACE/daemonsets",
	"apps/v1 ReplicaSet":       "/apis/apps/v1/namespaces/NAMESPACE/replicasets",
	"batch/v1 Job":             "/apis/batch/v1/namespaces/NAMESPACE/jobs",
	"batch/v1 CronJob":         "/apis/batch/v1/namespaces/NAMESPACE/cronjobs",
}

// stored is the Namespace of a case as a manifest of another one.
func (s *warningRun) stored(t *testing.T, namespace string) []byte {
	t.Helper()
	ns, err := s.client.CoreV1().Namespaces().Get(t.Context(), namespace, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{
		"name": namespace + "-2", "labels": ns.Labels, "annotations": ns.Annotations,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// engine is what the engine has to say of one object, of what the policy warns of. The
// policy sees no other object but the Namespace, so that the engine is asked in three worlds:
// the ServiceAccount isn't known, for what is said of keys and labels; it has a role, for
// conflicts; and the gate is open, for values that don't count.
func (s *warningRun) engine(t *testing.T, cfg rrsa.Config, o object, namespace string) ([]rrsa.Reason, error) {
	t.Helper()
	cfg.AccountID, cfg.ClusterID, cfg.Region = "1488999589000000", clusterID, "cn-hangzhou"
	ns, err := s.client.CoreV1().Namespaces().Get(t.Context(), namespace, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	in := rrsa.Input{NamespaceName: namespace, Namespace: ns, Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}}}}
	var own []rrsa.Level
	switch at(o, "kind") {
	case "Namespace":
		in.Namespace, own = &corev1.Namespace{}, []rrsa.Level{rrsa.LevelNamespace}
		err = as(o, in.Namespace)
	case "ServiceAccount":
		in.ServiceAccount, own = &corev1.ServiceAccount{}, []rrsa.Level{rrsa.LevelServiceAccount}
		err = as(o, in.ServiceAccount)
	default:
		own = []rrsa.Level{rrsa.LevelPod, rrsa.LevelWorkload}
		err = withTemplate(&in, o)
	}
	if err != nil {
		return nil, err
	}
	account := &corev1.ServiceAccount{}
	if in.ServiceAccount != nil {
		account = in.ServiceAccount.DeepCopy()
	}
	metav1.SetMetaDataAnnotation(&account.ObjectMeta, rrsa.RoleNameKey, "role")
	withRole, open := in, in
	withRole.ServiceAccount, open.ServiceAccount = account, account
	open.Namespace = in.Namespace.DeepCopy()
	metav1.SetMetaDataLabel(&open.Namespace.ObjectMeta, rrsa.InjectionKey, rrsa.On)

	var out []rrsa.Reason
	for _, world := range []struct {
		in    rrsa.Input
		codes []rrsa.Code
	}{{in, keyCodes}, {withRole, conflictCodes}, {open, valueCodes}} {
		for _, r := range rrsa.Plan(cfg, world.in).Reasons {
			if slices.Contains(world.codes, r.Code) && slices.Contains(own, r.Level) && r.Severity != rrsa.Info {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// withTemplate reads a Pod, or a workload with its pod template.
func withTemplate(in *rrsa.Input, o object) error {
	if at(o, "kind") == "Pod" {
		return as(o, in.Template)
	}
	var workload struct {
		Metadata metav1.ObjectMeta
		Spec     struct {
			Template    *corev1.PodTemplateSpec
			JobTemplate struct {
				Metadata metav1.ObjectMeta
				Spec     struct{ Template *corev1.PodTemplateSpec }
			}
			VolumeClaimTemplates []corev1.PersistentVolumeClaim
		}
	}
	if err := as(o, &workload); err != nil {
		return err
	}
	in.Template, in.TemplatePath, in.Workload = workload.Spec.Template, "spec.template", []metav1.ObjectMeta{workload.Metadata}
	if job := workload.Spec.JobTemplate; job.Spec.Template != nil {
		in.Template, in.TemplatePath, in.Workload = job.Spec.Template, "spec.jobTemplate.spec.template", append(in.Workload, job.Metadata)
	}
	for _, claim := range workload.Spec.VolumeClaimTemplates {
		in.Claims = append(in.Claims, claim.Name)
	}
	return nil
}

// as reads an object as a typed one.
func as(o object, into any) error {
	data, err := json.Marshal(o)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		err = fmt.Errorf("reading %s: %w", at(o, "kind"), err)
	}
	return err
}
