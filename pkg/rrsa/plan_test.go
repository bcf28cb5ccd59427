package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

const (
	account = "1488999589000000"
	cluster = "c0123456789abcdef0123456789abcdef"

	roleARN     = "acs:ram::1488999589000000:role/demo-role"
	providerARN = "acs:ram::1488999589000000:oidc-provider/ack-rrsa-c0123456789abcdef0123456789abcdef"
)

// edit changes one thing of a configuration or an input, so that a row of a table
// says only what is special about it.
type edit func(*rrsa.Config, *rrsa.Input)

// given is an input whose gate is open through its Namespace, and whose one
// container has nothing yet, with edits.
func given(edits ...edit) (rrsa.Config, rrsa.Input) {
	cfg := rrsa.Default()
	cfg.AccountID, cfg.ClusterID, cfg.Region = account, cluster, "cn-hangzhou"
	in := rrsa.Input{
		NamespaceName: "demo",
		Namespace: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: "demo", Labels: map[string]string{rrsa.InjectionKey: "on"}, Annotations: map[string]string{},
		}},
		ServiceAccount: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
			Name: "app-sa", Labels: map[string]string{}, Annotations: map[string]string{rrsa.RoleNameKey: "demo-role"},
		}},
		Template: &corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{}, Annotations: map[string]string{}},
			Spec:       corev1.PodSpec{ServiceAccountName: "app-sa", Containers: []corev1.Container{{Name: "app"}}},
		},
	}
	for _, e := range edits {
		e(&cfg, &in)
	}
	return cfg, in
}

func plan(edits ...edit) rrsa.Decision { return rrsa.Plan(given(edits...)) }

func nsLabel(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.Namespace.Labels[key] = value }
}

func nsNote(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.Namespace.Annotations[key] = value }
}

func nsNoLabel(_ *rrsa.Config, in *rrsa.Input) { in.Namespace.Labels = nil }

func noNamespace(_ *rrsa.Config, in *rrsa.Input) { in.Namespace = nil }

func saLabel(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount.Labels[key] = value }
}

func saNote(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount.Annotations[key] = value }
}

func saNoNote(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount.Annotations = nil }

func noServiceAccount(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount = nil }

func podLabel(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.Template.Labels[key] = value }
}

func podNote(key, value string) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { in.Template.Annotations[key] = value }
}

func webhook(version string) edit {
	return func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.WebhookVersion = version }
}

func noAutoInject(cfg *rrsa.Config, _ *rrsa.Input) { cfg.AutoInjectSTSEnvVars = false }

// spec changes the pod's spec.
func spec(change func(*corev1.PodSpec)) edit {
	return func(_ *rrsa.Config, in *rrsa.Input) { change(&in.Template.Spec) }
}

// app changes the one container.
func app(change func(*corev1.Container)) edit {
	return spec(func(s *corev1.PodSpec) { change(&s.Containers[0]) })
}

// env gives the one container variables of its own.
func env(vars ...corev1.EnvVar) edit { return app(func(c *corev1.Container) { c.Env = vars }) }

// outcome is what most rows compare: the verdict, and the reasons but those that
// merely say that the gate is open.
type outcome struct {
	Verdict rrsa.Verdict
	// Reasons are written "severity Code", with "!" before a blocking one.
	Reasons []string
}

func outcomeOf(d rrsa.Decision) outcome {
	o := outcome{Verdict: d.Verdict}
	for _, r := range d.Reasons {
		if r.Code != rrsa.CodeNamespaceLabelOn && r.Code != rrsa.CodePodLabelOn {
			o.Reasons = append(o.Reasons, short(r))
		}
	}
	return o
}

func short(r rrsa.Reason) string {
	s := string(r.Severity) + " " + string(r.Code)
	if r.Blocking {
		s = "!" + s
	}
	return s
}

// row is one row of most tables.
type row struct {
	name    string
	edits   []edit
	verdict rrsa.Verdict
	reasons []string
}

func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			want := outcome{r.verdict, r.reasons}
			if diff := cmp.Diff(want, outcomeOf(plan(r.edits...))); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

// reason returns the one reason with a code; another number of them fails.
func reason(t *testing.T, d rrsa.Decision, code rrsa.Code) rrsa.Reason {
	t.Helper()
	var found []rrsa.Reason
	for _, r := range d.Reasons {
		if r.Code == code {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("want one reason %s, got %d among %+v", code, len(found), d.Reasons)
	}
	return found[0]
}

func names(env []corev1.EnvVar) []string {
	var out []string
	for _, e := range env {
		out = append(out, e.Name)
	}
	return out
}

// The whole of it, as the webhook's documentation shows it.
func TestPlanDocumented(t *testing.T) {
	mode, seconds := int32(420), int64(3600)
	want := rrsa.Decision{
		Verdict: rrsa.Injected,
		Reasons: []rrsa.Reason{{
			Code: rrsa.CodeNamespaceLabelOn, Severity: rrsa.Info, Level: rrsa.LevelNamespace,
			Field:   "metadata.labels[pod-identity.alibabacloud.com/injection]",
			Message: `namespace "demo" has the label pod-identity.alibabacloud.com/injection=on`,
		}},
		Settings: []rrsa.Setting{
			{Name: "injection", Value: "on", Level: rrsa.LevelNamespace, Object: "demo", Key: "pod-identity.alibabacloud.com/injection"},
			{Name: "role-name", Value: "demo-role", Level: rrsa.LevelServiceAccount, Object: "app-sa", Key: "pod-identity.alibabacloud.com/role-name"},
			{Name: "service-account-token-expiration", Value: "3600", Level: rrsa.LevelComponent},
			{Name: "override-env", Value: "false", Level: rrsa.LevelComponent},
			{Name: "AutoInjectSTSEnvVars", Value: "true", Level: rrsa.LevelComponent},
			{Name: "initContainers", Value: "true", Level: rrsa.LevelComponent},
		},
		Containers: []string{"app"},
		Mutation: rrsa.Mutation{
			Volume: &corev1.Volume{Name: "rrsa-oidc-token", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
				DefaultMode: &mode,
				Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
					Audience: "sts.aliyuncs.com", ExpirationSeconds: &seconds, Path: "token",
				}}},
			}}},
			Containers: []rrsa.ContainerMutation{{
				Name: "app",
				Env: []corev1.EnvVar{
					{Name: "ALIBABA_CLOUD_ROLE_ARN", Value: roleARN},
					{Name: "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", Value: providerARN},
					{Name: "ALIBABA_CLOUD_OIDC_TOKEN_FILE", Value: "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token"},
					{Name: "ALIBABA_CLOUD_STS_ENDPOINT", Value: "sts-vpc.cn-hangzhou.aliyuncs.com"},
					{Name: "ALIBABA_CLOUD_STS_REGION", Value: "cn-hangzhou"},
					{Name: "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", Value: "true"},
				},
				Mounts: []corev1.VolumeMount{{
					Name: "rrsa-oidc-token", MountPath: "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens", ReadOnly: true,
				}},
			}},
		},
	}
	if diff := cmp.Diff(want, plan()); diff != "" {
		t.Errorf("decision (-want +got):\n%s", diff)
	}
}
