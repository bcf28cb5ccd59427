package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// busy is a pod with something of its own in every list that is appended to.
func busy(s *corev1.PodSpec) {
	s.InitContainers = []corev1.Container{{Name: "init"}}
	s.Containers = []corev1.Container{{
		Name:         "app",
		Env:          []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: rrsa.EnvSTSRegion, Value: "mine"}, {Name: "B", Value: "2"}},
		VolumeMounts: []corev1.VolumeMount{{Name: "data", MountPath: "/data"}},
	}, {Name: "log"}}
	s.Volumes = []corev1.Volume{{Name: "data"}, {Name: "more"}}
}

func injectedEnv() []corev1.EnvVar { return plan().Mutation.Containers[0].Env }

func TestApply(t *testing.T) {
	token := corev1.VolumeMount{Name: "rrsa-oidc-token", MountPath: "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens", ReadOnly: true}
	own := []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: rrsa.EnvSTSRegion, Value: "mine"}, {Name: "B", Value: "2"}}
	overridden := []corev1.EnvVar{own[0], {Name: rrsa.EnvSTSRegion, Value: "cn-hangzhou"}, own[2]}
	all := injectedEnv()
	missing := append(append([]corev1.EnvVar(nil), all[:4]...), all[5])
	data := []corev1.VolumeMount{{Name: "data", MountPath: "/data"}}
	plain := func(name string) corev1.Container {
		return corev1.Container{Name: name, Env: all, VolumeMounts: []corev1.VolumeMount{token}}
	}
	appWith := func(env []corev1.EnvVar) corev1.Container {
		return corev1.Container{Name: "app", Env: append(append([]corev1.EnvVar(nil), env...), missing...), VolumeMounts: append(data, token)}
	}
	vols := []corev1.Volume{{Name: "data"}, {Name: "more"}, tokenVolume(nil)}
	for _, tt := range []struct {
		name  string
		edits []edit
		want  corev1.PodSpec
	}{
		{
			"§2: env, mounts and volume come last; §3: what is there keeps its place", nil,
			corev1.PodSpec{InitContainers: []corev1.Container{plain("init")}, Containers: []corev1.Container{appWith(own), plain("log")}, Volumes: vols},
		},
		{
			"§3: an overridden variable keeps its place", []edit{podNote(rrsa.OverrideEnvKey, "true")},
			corev1.PodSpec{InitContainers: []corev1.Container{plain("init")}, Containers: []corev1.Container{appWith(overridden), plain("log")}, Volumes: vols},
		},
		{
			"§3: containers that aren't selected stay as they are", []edit{podNote(rrsa.OnlyContainersKey, "log")},
			corev1.PodSpec{
				InitContainers: []corev1.Container{{Name: "init"}},
				Containers:     []corev1.Container{{Name: "app", Env: own, VolumeMounts: data}, plain("log")}, Volumes: vols,
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, in := given(append([]edit{spec(busy)}, tt.edits...)...)
			tt.want.ServiceAccountName = "app-sa"
			want := corev1.PodTemplateSpec{ObjectMeta: *in.Template.ObjectMeta.DeepCopy(), Spec: tt.want}
			m := rrsa.Plan(cfg, in).Mutation
			m.Apply(in.Template)
			if diff := cmp.Diff(&want, in.Template); diff != "" {
				t.Errorf("template (-want +got):\n%s", diff)
			}
			m.Apply(in.Template)
			if diff := cmp.Diff(&want, in.Template); diff != "" {
				t.Errorf("template after a second Apply (-want +got):\n%s", diff)
			}
		})
	}
}

// §3: every variable of a name is replaced, and valueFrom goes: both together
// would be rejected by the API server.
func TestApplyOverride(t *testing.T) {
	from := &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}
	cfg, in := given(webhook("0.4.2"), noAutoInject, podNote(rrsa.OverrideEnvKey, "true"), env(
		corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "first"},
		corev1.EnvVar{Name: "A", Value: "1"},
		corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: from},
	))
	rrsa.Plan(cfg, in).Mutation.Apply(in.Template)
	want := []corev1.EnvVar{
		{Name: rrsa.EnvRoleARN, Value: roleARN},
		{Name: "A", Value: "1"},
		{Name: rrsa.EnvRoleARN, Value: roleARN},
		{Name: rrsa.EnvOIDCProviderARN, Value: providerARN},
		{Name: rrsa.EnvOIDCTokenFile, Value: rrsa.TokenFile},
	}
	if diff := cmp.Diff(want, in.Template.Spec.Containers[0].Env); diff != "" {
		t.Errorf("env (-want +got):\n%s", diff)
	}
}

// A Mutation may meet a template that has changed since it was planned: it adds
// nothing twice, and doesn't fail for a container that is gone.
func TestApplyChangedTemplate(t *testing.T) {
	m := plan(spec(busy)).Mutation
	changed := &corev1.PodTemplateSpec{Spec: corev1.PodSpec{
		Containers: []corev1.Container{{Name: "app", Env: injectedEnv(), VolumeMounts: []corev1.VolumeMount{{Name: "x", MountPath: rrsa.TokenDir}}}},
		Volumes:    []corev1.Volume{{Name: "rrsa-oidc-token"}},
	}}
	want := changed.DeepCopy()
	m.Apply(changed)
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("template (-want +got):\n%s", diff)
	}
}

// The same Mutation serves several templates, so none may change it, or another
// template, later on.
func TestApplyShares(t *testing.T) {
	m := plan().Mutation
	_, first := given()
	_, second := given()
	roomy := make([]corev1.Volume, 1, 8)
	first.Template.Spec.Volumes, second.Template.Spec.Volumes = roomy, roomy
	m.Apply(first.Template)
	m.Apply(second.Template)
	want := second.Template.DeepCopy()
	first.Template.Spec.Containers[0].Env[0].Value = "changed"
	first.Template.Spec.Volumes[1].Name = "changed"
	*first.Template.Spec.Volumes[1].Projected.DefaultMode = 0
	if diff := cmp.Diff(want, second.Template); diff != "" {
		t.Errorf("the other template (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(plan().Mutation, m); diff != "" {
		t.Errorf("the mutation (-want +got):\n%s", diff)
	}
}

func TestEmpty(t *testing.T) {
	cfg, in := given()
	rrsa.Plan(cfg, in).Mutation.Apply(in.Template)
	for _, tt := range []struct {
		name string
		d    rrsa.Decision
		want bool
	}{
		{"§1: a pod that isn't injected", plan(nsNoLabel), true},
		{"§3: a pod that has it all", rrsa.Plan(cfg, in), true},
		{"§3: a pod that has all but the volume", plan(func(_ *rrsa.Config, to *rrsa.Input) {
			to.Template = in.Template.DeepCopy()
			to.Template.Spec.Volumes = nil
		}), false},
		{"§3: a pod that has the volume alone", plan(volumes(tokenVolume(nil))), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.d.Mutation.Empty(); got != tt.want {
				t.Errorf("want Empty %t, got %t: %+v", tt.want, got, tt.d.Mutation)
			}
		})
	}
}

// §3: an object with an error is never half-mutated: one bad container holds up
// the good one.
func TestRefusedIsWhole(t *testing.T) {
	d := plan(sidecar, app(func(c *corev1.Container) {
		c.VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: rrsa.TokenDir}}
	}))
	if diff := cmp.Diff(rrsa.Mutation{}, d.Mutation); diff != "" {
		t.Errorf("mutation (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"app", "log"}, d.Containers); diff != "" {
		t.Errorf("containers (-want +got):\n%s", diff)
	}
}
