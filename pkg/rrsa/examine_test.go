package rrsa_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"

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

func extras(list string, names ...string) []string {
	var out []string
	for _, n := range names {
		out = append(out, "extra "+list+".env[ALIBABA_CLOUD_"+n)
	}
	return out
}

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

func TestExamineStale(t *testing.T) {
	stale := func(d ...string) examined { return examined{rrsa.StateStale, rrsa.CodeInjectionStale, d} }
	const volume, note = "spec.volumes[rrsa-oidc-token]", " (or the container sets it itself)"
	const source = volume + ".projected.sources[0].serviceAccountToken"
	renamed := saNote(rrsa.RoleNameKey, "new-role")
	const roles = "changed app[ROLE_ARN]: acs:ram::1488999589000000:role/new-role, " + roleARN
	const mount = "spec.containers[0].volumeMounts[rrsa-oidc-token]"
	token := func(change func(*corev1.ServiceAccountTokenProjection)) edit {
		return spec(func(s *corev1.PodSpec) { change(s.Volumes[0].Projected.Sources[0].ServiceAccountToken) })
	}
	second := "spec.containers[1]"
	all := []string{"ROLE_ARN]", "OIDC_PROVIDER_ARN]", "OIDC_TOKEN_FILE]", "STS_ENDPOINT]", "STS_REGION]", "VPC_ENDPOINT_ENABLED]"}
	values := []string{roleARN, providerARN, rrsa.TokenFile, "sts-vpc.cn-hangzhou.aliyuncs.com", "cn-hangzhou", "true"}
	var unselected, partial []string
	for i, d := range extras(second, all...) {
		unselected = append(unselected, d+": , "+values[i])
		partial = append(partial, strings.Replace(d, "extra", "missing", 1)+": "+values[i]+", ")
	}
	unselected = append(unselected, "extra "+second+".volumeMounts[rrsa-oidc-token]")
	partial = append(partial, "missing "+second+".volumeMounts[rrsa-oidc-token]")
	checkLived(t, []lived{
		{"§9: the role has another name", nil, oneStage(renamed), stale(roles + note)},
		{"§9: with override-env the variable isn't the container's own", oneStage(podNote(rrsa.OverrideEnvKey, "true")), oneStage(renamed), stale(roles)},
		{"§9: override-env against a valueFrom", oneStage(env(corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: &corev1.EnvVarSource{}})), oneStage(nsLabel(rrsa.OverrideEnvKey, "true")),
			stale("changed app[ROLE_ARN]: " + roleARN + ", (valueFrom)")},
		{"§9: an expiration is set now", nil, oneStage(saNote(rrsa.TokenExpirationKey, "7200")), stale("changed " + source + ".expirationSeconds: 7200, 3600")},
		{"§9: the token's path", nil, oneStage(token(func(s *corev1.ServiceAccountTokenProjection) { s.Path = "jwt" })), stale("changed " + source + ".path: token, jwt")},
		{"§9: the volume's mode", nil, oneStage(spec(func(s *corev1.PodSpec) { *s.Volumes[0].Projected.DefaultMode = 0o600 })), stale("changed " + volume + ".projected.defaultMode: 0644, 0600")},
		{"§9: no mount", nil, oneStage(app(func(c *corev1.Container) { c.VolumeMounts = nil })), stale("missing " + mount)},
		{"§9: a mount that can be written", nil, oneStage(app(func(c *corev1.Container) { c.VolumeMounts[0].ReadOnly = false })), stale("changed " + mount + ".readOnly: true, false")},
		{"§9: one variable is gone", nil, oneStage(app(func(c *corev1.Container) { c.Env = c.Env[1:] })), stale("missing app[ROLE_ARN]: " + roleARN + ", ")},
		{"§9: the webhook is newer", oneStage(webhook("0.3.1")), oneStage(webhook("0.4.2")), stale(
			"missing app[STS_ENDPOINT]: sts-vpc.cn-hangzhou.aliyuncs.com, ", "missing app[STS_REGION]: cn-hangzhou, ", "missing app[VPC_ENDPOINT_ENABLED]: true, ")},
		{"§9: the webhook is older", oneStage(webhook("0.4.2")), oneStage(webhook("0.3.1")), stale(
			"extra app[STS_ENDPOINT]: , sts-vpc.cn-hangzhou.aliyuncs.com"+note, "extra app[STS_REGION]: , cn-hangzhou"+note, "extra app[VPC_ENDPOINT_ENABLED]: , true"+note)},
		{"§9: a container isn't selected any more", oneStage(sidecar), oneStage(podNote(rrsa.SkipContainersKey, "log")), stale(unselected...)},
		{"§9: one container of two is injected", nil, oneStage(sidecar), stale(partial...)},
	})
}

func TestExamineOther(t *testing.T) {
	state := func(s rrsa.State, c rrsa.Code) examined { return examined{State: s, Code: c} }
	foreign := spec(func(s *corev1.PodSpec) { s.Volumes = []corev1.Volume{{Name: rrsa.VolumeName}} })
	bare := func(_ *rrsa.Config, in *rrsa.Input) {
		in.Template.Spec.Volumes = nil
		in.Template.Spec.Containers[0].VolumeMounts, in.Template.Spec.Containers[0].Env = nil, nil
	}
	own := env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})
	phase := func(p corev1.PodPhase) edit { return func(_ *rrsa.Config, in *rrsa.Input) { in.Phase = p } }
	taken := app(func(c *corev1.Container) {
		c.VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: rrsa.TokenDir}}
	})
	checkLived(t, []lived{
		{"§9: a static pod", nil, oneStage(podNote("kubernetes.io/config.mirror", "x")), state(rrsa.StateNotApplicable, rrsa.CodeMirrorPod)},
		{"§9: a pod that succeeded", nil, oneStage(saNoNote, phase(corev1.PodSucceeded)), state(rrsa.StateNotApplicable, rrsa.CodePodFinished)},
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

func TestExamineOrphaned(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after edit
		code  rrsa.Code
	}{
		{"§9: the Namespace's label is gone", nsNoLabel, rrsa.CodeNamespaceNotEnabled},
		{"§9: the ServiceAccount's annotation is gone", saNoNote, rrsa.CodeRoleNameMissing},
		{"§9: every container is skipped now", podNote(rrsa.SkipContainersKey, "app"), rrsa.CodeNoContainerSelected},
		{"§9: the account isn't needed to say so", func(cfg *rrsa.Config, in *rrsa.Input) { saNoNote(cfg, in); noAccount(cfg, in) }, rrsa.CodeRoleNameMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, in := live(oneStage(env(corev1.EnvVar{Name: "A", Value: "1"})), oneStage(tt.after))
			e := examine(t, cfg, in)
			if got := examinedOf(e); got.State != rrsa.StateOrphaned || got.Code != tt.code || len(got.Differences) != 8 {
				t.Errorf("want orphaned, %s and 8 differences, got %+v", tt.code, got)
			}
			if !strings.HasSuffix(e.Reason.Message, "; the pod has an injection all the same") || !strings.HasPrefix(e.Reason.Hint, "recreate the pod") {
				t.Errorf("want a reason about the pod, got %+v", e.Reason)
			}
			_, never := given(env(corev1.EnvVar{Name: "A", Value: "1"}), spec(func(s *corev1.PodSpec) { s.NodeName = "node-1" }))
			if diff := cmp.Diff(never.Template.Spec.Containers[0].Env, e.Expected(in.Template).Spec.Containers[0].Env); diff != "" {
				t.Errorf("the expected variables (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUninjected: what is left is the pod as it was, and what it has itself.
func TestUninjected(t *testing.T) {
	own := corev1.EnvVar{Name: rrsa.EnvSTSRegion, ValueFrom: &corev1.EnvVarSource{}}
	for _, tt := range []struct {
		name string
		pod  []edit
	}{
		{"§9: with variables and a volume of its own", oneStage(initAndSide, env(own, corev1.EnvVar{Name: "A", Value: "1"}), spec(func(s *corev1.PodSpec) {
			s.Volumes = []corev1.Volume{{Name: "data"}}
		}))},
		{"§9: with a container that isn't injected", oneStage(sidecar, podNote(rrsa.SkipContainersKey, "app"), env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"}))},
		{"§9: never injected", oneStage(nsNoLabel, env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"}))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, before := given(tt.pod...)
			cfg, in := given(tt.pod...)
			rrsa.Plan(cfg, in).Mutation.Apply(in.Template)
			injected := in.Template.DeepCopy()
			got := rrsa.Uninjected(in.Template)
			if diff := cmp.Diff(before.Template, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("uninjected (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(injected, in.Template); diff != "" {
				t.Errorf("the pod itself (-want +got):\n%s", diff)
			}
		})
	}
}
