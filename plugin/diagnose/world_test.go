package diagnose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// world is a cluster around one pod and what makes it, of objects that a real API server
// has written. The Namespace is on, the ServiceAccount has a role, the webhook is ready,
// and the pod, which is newer than all of them, has no injection.
type world struct {
	live      Live
	namespace *corev1.Namespace
	account   *corev1.ServiceAccount
	hook      *admissionregistrationv1.MutatingWebhookConfiguration
	// ready is how many pods of the webhook's Deployment are ready.
	ready int32
	// policies are those of the API server; none but where a test has some.
	policies Policies
	// workload is what makes the pod; nil for a bare one.
	workload *unstructured.Unstructured
	pod      *corev1.Pod
}

// targets are the kinds that a pod is made by, and a pod alone.
func targets() []string {
	return []string{"pod", "deployment", "statefulset", "daemonset", "replicaset", "job", "cronjob", "rollout"}
}

func recorded(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("reading %s: %v", name, err)
	}
}

func newWorld(t *testing.T, target string) *world {
	t.Helper()
	w := &world{
		namespace: &corev1.Namespace{}, account: &corev1.ServiceAccount{}, hook: &admissionregistrationv1.MutatingWebhookConfiguration{}, pod: &corev1.Pod{}, ready: 1,
	}
	recorded(t, "namespace", w.namespace)
	recorded(t, "serviceaccount", w.account)
	recorded(t, "webhook", w.hook)
	of := target
	if target == "rollout" {
		of = "deployment" // its pods are of a ReplicaSet as well
	}
	recorded(t, "pod-of-"+of, w.pod)
	if target != "pod" {
		w.workload = &unstructured.Unstructured{}
		recorded(t, target, &w.workload.Object)
	}
	w.live.Settings.Config = rrsa.Default()
	w.live.Config.AccountID, w.live.Config.ClusterID, w.live.Config.Region = "1488999589000000", "cbec9a1f7b433470ebe4c900552000000", "cn-hangzhou"
	return w
}

// diagnose is the pod's diagnosis, and what making it again would do.
func (w *world) diagnose() (Diagnosis, string) {
	l, around := w.judged(), Around{Namespace: w.namespace, ServiceAccount: w.account}
	made := Made{Namespace: w.pod.Namespace, Around: around, Pods: []string{w.pod.Name}}
	if w.workload != nil {
		made.Workload = new(NewWorkload(w.workload))
	} else {
		made.Bare = rrsa.Uninjected(Template(w.pod))
	}
	d := l.Pod(w.pod, around, made.Workload)
	made.States = map[rrsa.State]int{d.State: 1}
	if d.Cause.Code == CodeWebhookFails {
		made.Doubt = d.Cause
	}
	fix := l.Remake(made)
	if fix.Command != "" {
		return d, fix.Command
	}
	return d, string(fix.Outcome)
}

// template is the cause for pods that the workload makes, without any there are.
func (w *world) template(t *testing.T) Finding {
	t.Helper()
	l, around, made := w.judged(), Around{Namespace: w.namespace, ServiceAccount: w.account}, NewWorkload(w.workload)
	_, judged := l.Acts(around, "shop", made.Template)
	s := Subject{Namespace: "shop", Around: around, Workload: &made, Object: made.String(), Decision: rrsa.Plan(l.Config, around.Input("shop", made.Template, &made))}
	return l.Template(s, judged, s.Decision.Verdict == rrsa.Injected && s.Decision.Mutation.Empty())
}

func (w *world) judged() Live {
	l := w.live
	l.Webhook = &Webhook{Policies: w.policies}
	for i, hook := range w.hook.Webhooks {
		l.Webhook.Hooks = append(l.Webhook.Hooks, Hook{
			MutatingWebhook: hook, Configuration: w.hook.Name, Index: i, Created: w.hook.CreationTimestamp,
			Deployment: Deployment{NamespacedName: types.NamespacedName{Namespace: WebhookNamespace, Name: WebhookName}, Found: true, Ready: w.ready, Replicas: 1, Version: "0.4.2"},
		})
	}
	l.Faults = append(l.Faults, l.Webhook.Faults(time.Now())...)
	return l
}

// template edits the pod template of a workload and the pod that was made of it.
func (w *world) edit(t *testing.T, change func(*corev1.PodTemplateSpec)) {
	t.Helper()
	of := &corev1.PodTemplateSpec{ObjectMeta: w.pod.ObjectMeta, Spec: w.pod.Spec}
	change(of)
	w.pod.ObjectMeta, w.pod.Spec = of.ObjectMeta, of.Spec
	if w.workload == nil {
		return
	}
	at := strings.Split(NewWorkload(w.workload).Path, ".")
	found, _, _ := unstructured.NestedMap(w.workload.Object, at...)
	template := &corev1.PodTemplateSpec{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(found, template); err != nil {
		t.Fatal(err)
	}
	change(template)
	back, err := runtime.DefaultUnstructuredConverter.ToUnstructured(template)
	if err == nil {
		err = unstructured.SetNestedMap(w.workload.Object, back, at...)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// inject gives the pod alone what the webhook does.
func (w *world) inject() {
	of := &corev1.PodTemplateSpec{ObjectMeta: w.pod.ObjectMeta, Spec: w.pod.Spec}
	rrsa.Plan(w.live.Config, rrsa.Input{NamespaceName: "shop", Namespace: w.namespace, ServiceAccount: w.account, Template: withoutUID(of)}).Mutation.Apply(of)
	w.pod.Spec = of.Spec
}

func withoutUID(of *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	of = of.DeepCopy()
	of.UID = ""
	return of
}

// late has the manager that wrote a key write it after the pod was made.
func (w *world) late(meta *metav1.ObjectMeta) {
	for i := range meta.ManagedFields {
		meta.ManagedFields[i].Time = new(metav1.NewTime(w.pod.CreationTimestamp.Add(60e9)))
	}
}
