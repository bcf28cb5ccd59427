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
		Hint:    "remove that volume to have it injected again",
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

func TestWindows(t *testing.T) {
	system := func(name corev1.OSName) edit {
		return spec(func(s *corev1.PodSpec) { s.OS = &corev1.PodOS{Name: name} })
	}
	selector := func(value string) edit {
		return spec(func(s *corev1.PodSpec) { s.NodeSelector = map[string]string{"kubernetes.io/os": value} })
	}
	warned := []string{"warning WindowsUnverified"}
	check(t, []row{
		{"§3: a Windows pod", []edit{system(corev1.Windows)}, rrsa.Injected, warned},
		{"§3: a pod for Windows nodes", []edit{selector("windows")}, rrsa.Injected, warned},
		{"§3: a Linux pod", []edit{system(corev1.Linux), selector("linux")}, rrsa.Injected, nil},
	})
	got := plan(system(corev1.Windows)).Mutation
	if diff := cmp.Diff(plan().Mutation, got); diff != "" {
		t.Errorf("§3: the same is injected as for Linux (-want +got):\n%s", diff)
	}
}

// TestTokenHidden: a mount over the token's file, or over what that leads to.
func TestTokenHidden(t *testing.T) {
	const dir = "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens"
	mount := func(name, path, subPath string) []edit {
		return []edit{app(func(c *corev1.Container) {
			c.VolumeMounts = []corev1.VolumeMount{{Name: name, MountPath: path, SubPath: subPath}}
		})}
	}
	hidden := []string{"warning TokenHidden"}
	check(t, []row{
		{"§3: on the token", mount("data", dir+"/token", ""), rrsa.Injected, hidden},
		{"§3: with a slash behind it", mount("data", dir+"/token/", ""), rrsa.Injected, hidden},
		{"§3: with two slashes", mount("data", "//var/run//secrets/ack.alibabacloud.com/rrsa-tokens//token", ""), rrsa.Injected, hidden},
		{"§3: with dots", mount("data", dir+"/./a/../token", ""), rrsa.Injected, hidden},
		{"§3: with a subPath", mount("data", dir+"/token", "jwt"), rrsa.Injected, hidden},
		{"§3: below the token", mount("data", dir+"/token/more", ""), rrsa.Injected, hidden},
		{"§3: on what the token links to", mount("data", dir+"/..data", ""), rrsa.Injected, hidden},
		{"§3: the token volume, whose directory lies over the file", mount("rrsa-oidc-token", dir+"/token", ""), rrsa.Injected, hidden},
		{"§3: the token's own file", mount("rrsa-oidc-token", dir+"/token", "token"), rrsa.Injected, []string{"warning MountedElsewhere"}},
		{"§3: a name that starts alike", mount("data", dir+"/tokens", ""), rrsa.Injected, nil},
		{"§3: a directory that starts alike", mount("data", dir+"-old/token", ""), rrsa.Injected, nil},
		{"§3: above the directory", mount("data", "/var/run/secrets/ack.alibabacloud.com", ""), rrsa.Injected, nil},
		{"§3: in a container that isn't selected", append(mount("data", dir+"/token", ""), podNote(rrsa.SkipContainersKey, "app")), rrsa.NotInjected, []string{"!info NoContainerSelected"}},
	})
}

// TestClaims: the controller replaces a volume that has the name of a claim.
func TestClaims(t *testing.T) {
	claims := func(names ...string) edit { return func(_ *rrsa.Config, in *rrsa.Input) { in.Claims = names } }
	check(t, []row{
		{"§3: a claim with the token volume's name", []edit{claims("data", "rrsa-oidc-token")}, rrsa.Refused, []string{"!error VolumeConflict"}},
		{"§3: next to the token volume", []edit{claims("rrsa-oidc-token"), volumes(tokenVolume(nil))}, rrsa.Refused, []string{"!error VolumeConflict"}},
		{"§3: other claims", []edit{claims("data", "rrsa-oidc-tokens")}, rrsa.Injected, nil},
		{"§3: no matter to a pod left alone", []edit{claims("rrsa-oidc-token"), nsNoLabel}, rrsa.NotInjected, []string{"!info NamespaceNotEnabled"}},
	})
}
