package rrsa_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// live is a pod that the webhook injected under one set of edits, and that exists
// now, under the same edits and more.
func live(before, after []edit) (rrsa.Config, rrsa.Input) {
	cfg, in := given(before...)
	rrsa.Plan(cfg, in).Mutation.Apply(in.Template)
	in.Template.UID, in.Template.Spec.NodeName, in.Phase = "0a1b", "node-1", corev1.PodRunning
	for _, e := range after {
		e(&cfg, &in)
	}
	return cfg, in
}

// examined is what most rows compare: the State, the reason's code, and each
// difference as "kind field: want, got (note)".
type examined struct {
	State       rrsa.State
	Code        rrsa.Code
	Differences []string
}

func examinedOf(e rrsa.Examination) examined {
	out := examined{State: e.State, Code: e.Reason.Code}
	for _, d := range e.Differences {
		s := string(d.Kind) + " " + d.Field
		if d.Want != "" || d.Got != "" {
			s += ": " + d.Want + ", " + d.Got
		}
		if d.Note != "" {
			s += " (" + d.Note + ")"
		}
		s = strings.ReplaceAll(s, "spec.containers[0].env[ALIBABA_CLOUD_", "app[")
		out.Differences = append(out.Differences, s)
	}
	return out
}

// lived is one row of the tables of pods that exist.
type lived struct {
	name          string
	before, after []edit
	want          examined
}

func checkLived(t *testing.T, rows []lived) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			cfg, in := live(r.before, r.after)
			if diff := cmp.Diff(r.want, examinedOf(examine(t, cfg, in))); diff != "" {
				t.Errorf("examined (-want +got):\n%s", diff)
			}
		})
	}
}

var (
	isOK        = examined{State: rrsa.StateOK}
	oneStage    = func(e ...edit) []edit { return e }
	initAndSide = spec(func(s *corev1.PodSpec) {
		always := corev1.ContainerRestartPolicyAlways
		s.InitContainers = []corev1.Container{{Name: "init"}, {Name: "side", RestartPolicy: &always}}
	})
)

func noAccount(cfg *rrsa.Config, _ *rrsa.Input) { cfg.AccountID = "" }

func TestExamineOK(t *testing.T) {
	own := corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}}
	var rows []lived
	for _, r := range []struct {
		name          string
		before, after []edit
	}{
		{name: "§2: as it was injected"},
		{name: "§3: init containers and native sidecars too", before: oneStage(initAndSide)},
		{name: "§3: without init containers", before: oneStage(initAndSide, func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.InitContainers = false })},
		{name: "§3: only-containers", before: oneStage(sidecar, podNote(rrsa.OnlyContainersKey, "log"))},
		{name: "§3: skip-containers", before: oneStage(sidecar, podNote(rrsa.SkipContainersKey, "log"))},
		{name: "§3: another container's own variables", before: oneStage(sidecar, podNote(rrsa.OnlyContainersKey, "log"), env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"}))},
		{name: "§3: override-env", before: oneStage(podNote(rrsa.OverrideEnvKey, "true"), env(own))},
		{name: "§9: the container's own valueFrom", before: oneStage(env(own))},
		{name: "§3: the expiration", before: oneStage(podNote(rrsa.TokenExpirationKey, "7200"))},
		{name: "§4: an older webhook", before: oneStage(webhook("0.3.1"))},
		{name: "§3: ephemeral containers", after: oneStage(spec(func(s *corev1.PodSpec) {
			s.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug"}}}
		}))},
		{name: "§9: what the API server and others add", after: oneStage(spec(func(s *corev1.PodSpec) {
			s.Volumes = append([]corev1.Volume{{Name: "kube-api-access-x"}}, s.Volumes...)
			s.RestartPolicy = corev1.RestartPolicyAlways
			c := &s.Containers[0]
			c.ImagePullPolicy = corev1.PullAlways
			c.VolumeMounts = append([]corev1.VolumeMount{{Name: "kube-api-access-x", MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"}}, c.VolumeMounts...)
		}))},
		{name: "§9: defaulted fields left out", after: oneStage(spec(func(s *corev1.PodSpec) {
			s.Volumes[0].Projected.DefaultMode, s.Volumes[0].Projected.Sources[0].ServiceAccountToken.ExpirationSeconds = nil, nil
		}))},
		{name: "§9: the order of variables", after: oneStage(app(func(c *corev1.Container) {
			c.Env[0], c.Env[3] = c.Env[3], c.Env[0]
			c.Env = append(c.Env, corev1.EnvVar{Name: "A", Value: "1"})
		}))},
		{name: "§9: no Namespace needed for the pod's label", before: oneStage(podLabel(rrsa.InjectionKey, "on")), after: oneStage(noNamespace)},
	} {
		rows = append(rows, lived{r.name, r.before, r.after, isOK})
	}
	checkLived(t, rows)
}

func TestExamineOther(t *testing.T) {
	state := func(s rrsa.State, c rrsa.Code) examined { return examined{State: s, Code: c} }
	foreign := spec(func(s *corev1.PodSpec) { s.Volumes = []corev1.Volume{{Name: rrsa.VolumeName}} })
	bare := func(_ *rrsa.Config, in *rrsa.Input) {
		in.Template.Spec.Volumes = nil
		in.Template.Spec.Containers[0].VolumeMounts, in.Template.Spec.Containers[0].Env = nil, nil
	}
	own := env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})
	deleted := func(_ *rrsa.Config, in *rrsa.Input) { in.Template.DeletionTimestamp = &metav1.Time{} }
	phase := func(p corev1.PodPhase) edit { return func(_ *rrsa.Config, in *rrsa.Input) { in.Phase = p } }
	taken := app(func(c *corev1.Container) {
		c.VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: rrsa.TokenDir}}
	})
	checkLived(t, []lived{
		{"§9: a static pod", nil, oneStage(podNote("kubernetes.io/config.mirror", "x")), state(rrsa.StateNotApplicable, rrsa.CodeMirrorPod)},
		{"§9: a pod that succeeded", nil, oneStage(saNoNote, phase(corev1.PodSucceeded)), state(rrsa.StateNotApplicable, rrsa.CodePodFinished)},
		{"§9: a pod that is being deleted", nil, oneStage(saNoNote, deleted), state(rrsa.StateNotApplicable, rrsa.CodePodTerminating)},
		{"§9: a pod that failed", nil, oneStage(bare, phase(corev1.PodFailed)), state(rrsa.StateNotApplicable, rrsa.CodePodFinished)},
		{"§9: a closed gate", oneStage(nsNoLabel), nil, state(rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled)},
		{"§9: a closed gate, and variables of its own", oneStage(nsNoLabel, own), nil, state(rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled)},
		{"§9: a closed gate, and a foreign volume", oneStage(nsNoLabel, foreign), nil, state(rrsa.StateNotApplicable, rrsa.CodeNamespaceNotEnabled)},
		{"§9: no container is selected", oneStage(podNote(rrsa.SkipContainersKey, "app")), nil, state(rrsa.StateNotApplicable, rrsa.CodeNoContainerSelected)},
		{"§9: no Namespace", nil, oneStage(noNamespace), state(rrsa.StateUnknown, rrsa.CodeNamespaceUnknown)},
		{"§9: no ServiceAccount", oneStage(noServiceAccount), nil, state(rrsa.StateUnknown, rrsa.CodeServiceAccountUnknown)},
		{"§9: no account", nil, oneStage(noAccount), state(rrsa.StateUnknown, rrsa.CodeAccountIDUnknown)},
		{"§9: settings of a wrong form", nil, oneStage(webhook("x")), state(rrsa.StateUnknown, rrsa.CodeConfigInvalid)},
		{"§9: settings of a wrong form, no injection", nil, oneStage(bare, webhook("x")), state(rrsa.StateUnknown, rrsa.CodeConfigInvalid)},
		{"§9: a foreign volume", nil, oneStage(foreign), state(rrsa.StateUnknown, rrsa.CodeVolumeConflict)},
		{"§9: another audience", nil, oneStage(spec(func(s *corev1.PodSpec) {
			s.Volumes[0].Projected.Sources[0].ServiceAccountToken.Audience = "x"
		})), state(rrsa.StateUnknown, rrsa.CodeVolumeConflict)},
		{"§9: the token directory is another mount's", nil, oneStage(bare, taken), state(rrsa.StateUnknown, rrsa.CodeTokenDirTaken)},
		{"§9: no injection, and no account to say which", nil, oneStage(bare, noAccount), state(rrsa.StateMissing, rrsa.CodeInjectionMissing)},
		{"§9: no account, and another mount in the way", nil, oneStage(bare, taken, noAccount), state(rrsa.StateUnknown, rrsa.CodeAccountIDUnknown)},
		{"§9: no account, and a foreign volume", nil, oneStage(bare, foreign, noAccount), state(rrsa.StateUnknown, rrsa.CodeAccountIDUnknown)},
	})
	t.Run("§9: no pod", func(t *testing.T) {
		cfg, in := given()
		in.Template = nil
		want := state(rrsa.StateNotApplicable, rrsa.CodeNoContainerSelected)
		if diff := cmp.Diff(want, examinedOf(rrsa.Examine(cfg, in))); diff != "" {
			t.Errorf("examined (-want +got):\n%s", diff)
		}
	})
}

// A pod from before its Namespace had the label, with a variable of its own.
func TestExamineMissing(t *testing.T) {
	cfg, in := live(oneStage(nsNoLabel, webhook("0.1.0"), env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})), oneStage(func(_ *rrsa.Config, in *rrsa.Input) {
		in.Namespace.Labels = map[string]string{rrsa.InjectionKey: "on"}
	}))
	e := examine(t, cfg, in)
	want := examined{rrsa.StateMissing, rrsa.CodeInjectionMissing, []string{
		"missing spec.volumes[rrsa-oidc-token]", "missing app[OIDC_PROVIDER_ARN]: " + providerARN + ", ", "missing app[OIDC_TOKEN_FILE]: " + rrsa.TokenFile + ", ",
		"missing spec.containers[0].volumeMounts[rrsa-oidc-token]",
	}}
	if diff := cmp.Diff(want, examinedOf(e)); diff != "" {
		t.Errorf("examined (-want +got):\n%s", diff)
	}
	if reason(t, e.Decision, rrsa.CodeEnvKept); e.Decision.Verdict != rrsa.Injected {
		t.Errorf("want the decision of a pod that is created now, got %s", e.Decision.Verdict)
	}
}
