package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// tokenVolume is a volume like the injected one, with a change.
func tokenVolume(change func(*corev1.ProjectedVolumeSource, *corev1.ServiceAccountTokenProjection)) corev1.Volume {
	mode, seconds := int32(420), int64(3600)
	token := &corev1.ServiceAccountTokenProjection{Audience: "sts.aliyuncs.com", ExpirationSeconds: &seconds, Path: "token"}
	projected := &corev1.ProjectedVolumeSource{
		DefaultMode: &mode, Sources: []corev1.VolumeProjection{{ServiceAccountToken: token}},
	}
	if change != nil {
		change(projected, token)
	}
	return corev1.Volume{Name: "rrsa-oidc-token", VolumeSource: corev1.VolumeSource{Projected: projected}}
}

func volumes(v ...corev1.Volume) edit {
	return spec(func(s *corev1.PodSpec) { s.Volumes = v })
}

func TestVolumeThere(t *testing.T) {
	type projected = corev1.ProjectedVolumeSource
	type token = corev1.ServiceAccountTokenProjection
	change := func(f func(*projected, *token)) []edit { return []edit{volumes(tokenVolume(f))} }
	other := func(source corev1.VolumeSource) []edit {
		return []edit{volumes(corev1.Volume{Name: "rrsa-oidc-token", VolumeSource: source})}
	}
	seconds, mode := int64(7200), int32(0o600)
	kept, conflict := []string{"warning VolumeKept"}, []string{"!error VolumeConflict"}
	rows := []row{
		{"§3: an equal volume", change(nil), rrsa.Injected, nil},
		{"§3: a missing defaultMode is 420", change(func(p *projected, _ *token) { p.DefaultMode = nil }), rrsa.Injected, nil},
		{"§3: missing expirationSeconds are 3600", change(func(_ *projected, s *token) { s.ExpirationSeconds = nil }), rrsa.Injected, nil},
		{"§3: another expiration is kept", change(func(_ *projected, s *token) { s.ExpirationSeconds = &seconds }), rrsa.Injected, kept},
		{"§3: another mode is kept", change(func(p *projected, _ *token) { p.DefaultMode = &mode }), rrsa.Injected, kept},
		{"§3: another audience", change(func(_ *projected, s *token) { s.Audience = "" }), rrsa.Refused, conflict},
		{"§3: another path", change(func(_ *projected, s *token) { s.Path = "jwt" }), rrsa.Refused, conflict},
		{"§3: a second source", change(func(p *projected, _ *token) { p.Sources = append(p.Sources, p.Sources[0]) }), rrsa.Refused, conflict},
		{"§3: no source", change(func(p *projected, _ *token) { p.Sources = nil }), rrsa.Refused, conflict},
		{"§3: another kind of source", change(func(p *projected, _ *token) {
			p.Sources[0] = corev1.VolumeProjection{DownwardAPI: &corev1.DownwardAPIProjection{}}
		}), rrsa.Refused, conflict},
		{"§3: an emptyDir", other(corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}), rrsa.Refused, conflict},
		{"§3: a secret", other(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{}}), rrsa.Refused, conflict},
		{"§3: a conflict is no matter to a pod left alone", append(other(corev1.VolumeSource{}), nsNoLabel), rrsa.NotInjected, []string{"!info NamespaceNotEnabled"}},
		{
			"§3: a conflict stands whatever an unknown namespace overrides",
			append(other(corev1.VolumeSource{}), podLabel(rrsa.InjectionKey, "on"), noNamespace, env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})),
			rrsa.Refused, []string{"!error VolumeConflict", "warning NamespaceUnknown"},
		},
	}
	check(t, rows)
	for _, r := range rows {
		t.Run(r.name+": none is added", func(t *testing.T) {
			if v := plan(r.edits...).Mutation.Volume; v != nil {
				t.Errorf("want no volume, got %+v", v)
			}
		})
	}
}

// A person must see in what the volume that is kept differs.
func TestVolumeKeptMessage(t *testing.T) {
	seconds, mode := int64(7200), int32(0o600)
	d := plan(volumes(tokenVolume(func(p *corev1.ProjectedVolumeSource, s *corev1.ServiceAccountTokenProjection) {
		p.DefaultMode, s.ExpirationSeconds = &mode, &seconds
	})))
	want := rrsa.Reason{
		Code: rrsa.CodeVolumeKept, Severity: rrsa.Warning, Level: rrsa.LevelPod, Field: "spec.volumes[0]",
		Message: `the pod's own volume "rrsa-oidc-token" is kept: its token lives 7200 seconds, not 3600, and its mode is 0600, not 0644`,
		Hint:    "remove that volume to have it injected anew",
	}
	if diff := cmp.Diff(want, reason(t, d, rrsa.CodeVolumeKept)); diff != "" {
		t.Errorf("reason (-want +got):\n%s", diff)
	}
}

func TestMountThere(t *testing.T) {
	const dir = "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens"
	mounts := func(m ...corev1.VolumeMount) edit {
		return app(func(c *corev1.Container) { c.VolumeMounts = m })
	}
	taken := []string{"!error TokenDirTaken"}
	for _, tt := range []struct {
		row
		adds bool
	}{
		{row{"§2: mounts elsewhere are no matter", []edit{mounts(corev1.VolumeMount{Name: "data", MountPath: "/data"})}, rrsa.Injected, nil}, true},
		{row{"§3: mounted already", []edit{mounts(corev1.VolumeMount{Name: "rrsa-oidc-token", MountPath: dir, ReadOnly: true})}, rrsa.Injected, nil}, false},
		{row{"§3: the same path with a slash after it", []edit{mounts(corev1.VolumeMount{Name: "rrsa-oidc-token", MountPath: dir + "/"})}, rrsa.Injected, nil}, false},
		{row{"§3: mounted elsewhere too", []edit{mounts(corev1.VolumeMount{Name: "rrsa-oidc-token", MountPath: "/tokens"})}, rrsa.Injected, []string{"warning MountedElsewhere"}}, true},
		{row{"§3: another volume there", []edit{mounts(corev1.VolumeMount{Name: "data", MountPath: dir})}, rrsa.Refused, taken}, false},
		{row{"§3: another volume there, with a slash", []edit{mounts(corev1.VolumeMount{Name: "data", MountPath: dir + "//"})}, rrsa.Refused, taken}, false},
		{row{"§3: the token under a subPath", []edit{mounts(corev1.VolumeMount{Name: "rrsa-oidc-token", MountPath: dir, SubPath: "token"})}, rrsa.Refused, taken}, false},
		{row{"§3: the token under a subPathExpr", []edit{mounts(corev1.VolumeMount{Name: "rrsa-oidc-token", MountPath: dir, SubPathExpr: "$(POD)"})}, rrsa.Refused, taken}, false},
		{row{"§3: below the token directory is not at it", []edit{mounts(corev1.VolumeMount{Name: "data", MountPath: dir + "/data"})}, rrsa.Injected, nil}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(tt.edits...)
			if diff := cmp.Diff(outcome{tt.verdict, tt.reasons}, outcomeOf(d)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			var got, want []corev1.VolumeMount
			if tt.adds {
				want = []corev1.VolumeMount{{Name: "rrsa-oidc-token", MountPath: dir, ReadOnly: true}}
			}
			if !d.Mutation.Empty() {
				got = d.Mutation.Containers[0].Mounts
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("mounts (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("§3: in a container that isn't selected it is no matter", func(t *testing.T) {
		d := plan(mounts(corev1.VolumeMount{Name: "data", MountPath: dir}), podNote(rrsa.SkipContainersKey, "app"),
			spec(func(s *corev1.PodSpec) { s.Containers = append(s.Containers, corev1.Container{Name: "log"}) }))
		if diff := cmp.Diff(outcome{Verdict: rrsa.Injected}, outcomeOf(d)); diff != "" {
			t.Errorf("outcome (-want +got):\n%s", diff)
		}
	})
}

func TestEnvThere(t *testing.T) {
	from := &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}
	override := podNote(rrsa.OverrideEnvKey, "true")
	mine := corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"}
	same := corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: roleARN}
	kept := []string{"warning EnvKept"}
	for _, tt := range []struct {
		row
		override []string
	}{
		{row{"§3: another value is kept", []edit{env(mine)}, rrsa.Injected, kept}, nil},
		{row{"§3: the same value needs no word", []edit{env(same)}, rrsa.Injected, nil}, nil},
		{row{"§3: an empty value counts as set", []edit{env(corev1.EnvVar{Name: rrsa.EnvRoleARN})}, rrsa.Injected, kept}, nil},
		{row{"§3: valueFrom counts as set", []edit{env(corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: from})}, rrsa.Injected, kept}, nil},
		{row{"§3: override-env replaces a value", []edit{override, env(mine)}, rrsa.Injected, nil}, []string{rrsa.EnvRoleARN}},
		{row{"§3: override-env replaces valueFrom", []edit{override, env(corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: from})}, rrsa.Injected, nil}, []string{rrsa.EnvRoleARN}},
		{row{"§3: the same value beside valueFrom is not the same", []edit{override, env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: roleARN, ValueFrom: from})}, rrsa.Injected, nil}, []string{rrsa.EnvRoleARN}},
		{row{"§3: override-env leaves the same value", []edit{override, env(same)}, rrsa.Injected, nil}, nil},
		{row{"§3: of two of a name the last counts, and differs", []edit{override, env(same, mine)}, rrsa.Injected, nil}, []string{rrsa.EnvRoleARN}},
		{row{"§3: of two of a name the last counts, and is the same", []edit{env(mine, same)}, rrsa.Injected, nil}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(tt.edits...)
			if diff := cmp.Diff(outcome{tt.verdict, tt.reasons}, outcomeOf(d)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			c := d.Mutation.Containers[0]
			if diff := cmp.Diff(tt.override, names(c.Override)); diff != "" {
				t.Errorf("overridden (-want +got):\n%s", diff)
			}
			// Variable by variable: the others are added whatever becomes of this one.
			want := []string{rrsa.EnvOIDCProviderARN, rrsa.EnvOIDCTokenFile, rrsa.EnvSTSEndpoint, rrsa.EnvSTSRegion, rrsa.EnvVPCEndpointEnabled}
			if diff := cmp.Diff(want, names(c.Env)); diff != "" {
				t.Errorf("added (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEnvKeptHint(t *testing.T) {
	mine := env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"})
	for _, tt := range []struct{ name, version, want string }{
		{"§3: override-env is offered", "0.4.2", `remove it, or annotate the pod (in a workload its pod template) with pod-identity.alibabacloud.com/override-env: "true"`},
		{"§4: but not before 0.4.2", "0.4.1", "remove it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := reason(t, plan(mine, webhook(tt.version)), rrsa.CodeEnvKept)
			if diff := cmp.Diff(tt.want, got.Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff("spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN]", got.Field); diff != "" {
				t.Errorf("field (-want +got):\n%s", diff)
			}
		})
	}
}
