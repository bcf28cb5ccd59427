package rrsa_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// FuzzPlan holds Plan and Apply to what must be true of any pod.
func FuzzPlan(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s.data, s.word, s.more)
	}
	f.Fuzz(func(t *testing.T, data []byte, word, more string) {
		s := seed{data, word, more}
		cfg, in := s.input()
		d := rrsa.Plan(cfg, in)
		sameCfg, same := s.input()
		mustEqual(t, "an argument after Plan", same, in)
		mustEqual(t, "a decision on the same input", d, rrsa.Plan(sameCfg, same))
		checkReasons(t, d)
		if d.Verdict != rrsa.Injected {
			mustEqual(t, "the mutation of a pod that isn't injected", rrsa.Mutation{}, d.Mutation)
			return
		}
		checkGate(t, cfg, in)
		checkMutation(t, d.Mutation)
		checkApply(t, cfg, in, d.Mutation)
	})
}

// The seeds must be worth their run: every verdict, and enough that is injected.
func TestFuzzSeeds(t *testing.T) {
	count := map[rrsa.Verdict]int{}
	changed := 0
	for _, s := range seeds() {
		d := rrsa.Plan(s.input())
		count[d.Verdict]++
		if !d.Mutation.Empty() {
			changed++
		}
	}
	for _, v := range []rrsa.Verdict{rrsa.Injected, rrsa.NotInjected, rrsa.Unknown, rrsa.Refused} {
		if count[v] < 3 {
			t.Errorf("want 3 seeds that are %s, got %d of %v", v, count[v], count)
		}
	}
	if changed < 10 {
		t.Errorf("want 10 seeds with a mutation, got %d", changed)
	}
}

func mustEqual[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("%s differs (-want +got):\n%s", what, cmp.Diff(want, got))
	}
}

// checkReasons: every verdict but Injected has its reason, and each reason is
// complete.
func checkReasons(t *testing.T, d rrsa.Decision) {
	t.Helper()
	blocking, errors := 0, 0
	for i, r := range d.Reasons {
		if r.Code == "" || r.Severity == "" || r.Level == "" || r.Message == "" {
			t.Fatalf("incomplete reason %+v", r)
		}
		if r.Severity == rrsa.Error {
			errors++
		}
		if !r.Blocking {
			continue
		}
		blocking++
		if i > 0 && !d.Reasons[i-1].Blocking {
			t.Fatalf("a blocking reason after others: %+v", d.Reasons)
		}
	}
	if (blocking > 0) != (d.Verdict != rrsa.Injected) {
		t.Fatalf("%s with %d blocking reasons: %+v", d.Verdict, blocking, d.Reasons)
	}
	if (errors > 0) != (d.Verdict == rrsa.Refused) {
		t.Fatalf("%s with %d errors: %+v", d.Verdict, errors, d.Reasons)
	}
}

// checkGate holds an injected pod against §1, said once more and in short.
func checkGate(t *testing.T, cfg rrsa.Config, in rrsa.Input) {
	t.Helper()
	byPod := cfg.WebhookVersion != "0.1.0" && in.Template.Labels[rrsa.InjectionKey] == "on"
	byNamespace := in.Namespace != nil && in.Namespace.Labels[rrsa.InjectionKey] == "on"
	if !byPod && !byNamespace {
		t.Fatalf("injected without a label: pod %q, namespace %+v", in.Template.Labels, in.Namespace)
	}
	if in.ServiceAccount == nil || in.ServiceAccount.Annotations[rrsa.RoleNameKey] == "" || in.Phase != "" {
		t.Fatalf("injected without a role, or though it exists: %+v", in)
	}
}

// order is the order of §2.
var order = []string{
	"ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
	"ALIBABA_CLOUD_STS_ENDPOINT", "ALIBABA_CLOUD_STS_REGION", "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED",
}

func checkMutation(t *testing.T, m rrsa.Mutation) {
	t.Helper()
	if m.Volume != nil {
		if s := *m.Volume.Projected.Sources[0].ServiceAccountToken.ExpirationSeconds; s < 600 || s > 43200 {
			t.Fatalf("§3: the token lives %d seconds", s)
		}
	}
	for _, c := range m.Containers {
		if len(c.Mounts) > 0 {
			mustEqual(t, "the mount", []corev1.VolumeMount{{Name: rrsa.VolumeName, MountPath: rrsa.TokenDir, ReadOnly: true}}, c.Mounts)
		}
		for _, env := range [][]corev1.EnvVar{c.Env, c.Override} {
			last := -1
			for _, e := range env {
				place := slices.Index(order, e.Name)
				if place <= last {
					t.Fatalf("§2: not in order: %v", names(env))
				}
				if e.Value == "" || e.ValueFrom != nil {
					t.Fatalf("§2: %s is injected as %+v", e.Name, e)
				}
				last = place
			}
		}
	}
}

// checkApply: a pod gets what is missing, at the ends of its lists, and nothing
// else about it changes; then it is complete.
func checkApply(t *testing.T, cfg rrsa.Config, in rrsa.Input, m rrsa.Mutation) {
	t.Helper()
	before, after := in.Template, in.Template.DeepCopy()
	m.Apply(after)
	checkForeign(t, before, after, m)

	once := after.DeepCopy()
	m.Apply(after)
	mustEqual(t, "a second Apply", once, after)

	in.Template = after
	again := rrsa.Plan(cfg, in)
	if again.Verdict != rrsa.Injected || !again.Mutation.Empty() {
		t.Fatalf("planned again after Apply: %s, %+v", again.Verdict, again.Mutation)
	}
}

func checkForeign(t *testing.T, before, after *corev1.PodTemplateSpec, m rrsa.Mutation) {
	t.Helper()
	if !slices.ContainsFunc(after.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == rrsa.VolumeName }) {
		t.Fatal("§2: injected, and no token volume after Apply")
	}
	// What the Mutation names, put into a copy by hand, must be all that changed.
	want := before.DeepCopy()
	if m.Volume != nil {
		want.Spec.Volumes = append(want.Spec.Volumes, *m.Volume)
	}
	for _, c := range m.Containers {
		to := &want.Spec.Containers
		if c.Init {
			to = &want.Spec.InitContainers
		}
		container := &(*to)[c.Index]
		for _, o := range c.Override {
			for i, e := range container.Env {
				if e.Name == o.Name {
					container.Env[i] = o
				}
			}
		}
		container.Env = append(container.Env, c.Env...)
		container.VolumeMounts = append(container.VolumeMounts, c.Mounts...)
	}
	mustEqual(t, "the template after Apply", want, after)
	// Every selected container reads the token where the variables say it is.
	for _, c := range m.Containers {
		list := after.Spec.Containers
		if c.Init {
			list = after.Spec.InitContainers
		}
		if len(c.Mounts) == 0 && !slices.ContainsFunc(list[c.Index].VolumeMounts, func(v corev1.VolumeMount) bool { return v.Name == rrsa.VolumeName }) {
			t.Fatalf("§2: container %q is injected and has no mount of the token", c.Name)
		}
	}
}
