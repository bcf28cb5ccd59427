package rrsa_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestPlanChain: what comes of two is what comes of one after the other, and a pod that is
// made so has all that it would get.
func TestPlanChain(t *testing.T) {
	config := func(change func(*rrsa.Config)) rrsa.Config {
		cfg, _ := given()
		change(&cfg)
		return cfg
	}
	version := func(v string) rrsa.Config { return config(func(c *rrsa.Config) { c.WebhookVersion = v }) }
	other := config(func(c *rrsa.Config) { c.AccountID = "2" })
	noInit := config(func(c *rrsa.Config) { c.InitContainers = false })
	initContainer := func(_ *rrsa.Config, in *rrsa.Input) {
		in.Template.Spec.InitContainers = []corev1.Container{{Name: "init"}}
	}
	ownRole := func(_ *rrsa.Config, in *rrsa.Input) {
		in.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: rrsa.EnvRoleARN, Value: "own"}, {Name: "X", Value: "1"}}
	}
	override := nsLabel(rrsa.OverrideEnvKey, "true")
	podLabel := func(_ *rrsa.Config, in *rrsa.Input) {
		in.Namespace.Labels = nil
		in.Template.Labels = map[string]string{rrsa.InjectionKey: "on"}
	}
	conflict := func(_ *rrsa.Config, in *rrsa.Input) {
		in.Template.Spec.Volumes = []corev1.Volume{{Name: rrsa.VolumeName}}
	}
	for _, tt := range []struct {
		name    string
		edits   []edit
		configs []rrsa.Config
		// has is what a pod comes out with: the role, the number of variables, and the
		// injected containers; or the verdict alone.
		has string
	}{
		{"one", nil, []rrsa.Config{version("0.4.2")}, roleARN + " 6 app"},
		{"the same", nil, []rrsa.Config{version("0.4.2"), version("0.4.2")}, roleARN + " 6 app"},
		{"the second adds", nil, []rrsa.Config{version("0.3.1"), version("0.4.2")}, roleARN + " 6 app"},
		{"the second has less", nil, []rrsa.Config{version("0.4.2"), version("0.3.1")}, roleARN + " 6 app"},
		{"the first account wins", nil, []rrsa.Config{version("0.4.2"), other}, roleARN + " 6 app"},
		{"the second overrides", []edit{override}, []rrsa.Config{version("0.4.2"), other}, "acs:ram::2:role/demo-role 6 app"},
		{"the first has the last word", []edit{override}, []rrsa.Config{version("0.4.2"), other, version("0.4.2")}, roleARN + " 6 app"},
		{"a value of its own", []edit{ownRole}, []rrsa.Config{version("0.3.1"), version("0.4.2")}, "own 7 app"},
		{"a value of its own that the second overrides", []edit{ownRole, override}, []rrsa.Config{version("0.3.1"), version("0.4.2")}, roleARN + " 7 app"},
		{"init containers by the second", []edit{initContainer}, []rrsa.Config{noInit, version("0.4.2")}, roleARN + " 6 init,app"},
		{"only the second knows the pod's label", []edit{podLabel}, []rrsa.Config{version("0.1.1"), version("0.4.2")}, roleARN + " 6 app"},
		{"only the first knows the pod's label", []edit{podLabel}, []rrsa.Config{version("0.4.2"), version("0.1.1")}, roleARN + " 6 app"},
		{"none knows it", []edit{podLabel}, []rrsa.Config{version("0.1.1"), version("0.1.0")}, "NotInjected"},
		{"a conflict", []edit{conflict}, []rrsa.Config{version("0.3.1"), version("0.4.2")}, "Refused"},
		{"the second's values aren't known", nil, []rrsa.Config{version("0.3.1"), config(func(c *rrsa.Config) { c.AccountID = "" })}, "Refused"},
		{"nothing of the ServiceAccount", []edit{func(_ *rrsa.Config, in *rrsa.Input) { in.ServiceAccount = nil }}, []rrsa.Config{version("0.3.1"), version("0.4.2")}, "Unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, in := given(tt.edits...)
			before := in.Template.DeepCopy()
			got := rrsa.PlanChain(in, tt.configs...)
			if diff := cmp.Diff(before, in.Template); diff != "" {
				t.Fatalf("the input has changed (-before +after):\n%s", diff)
			}
			made := in.Template.DeepCopy()
			got.Mutation.Apply(made)
			if got.Verdict != rrsa.Injected {
				if string(got.Verdict) != tt.has || !got.Mutation.Empty() {
					t.Errorf("want %s, got %s with %+v", tt.has, got.Verdict, got.Mutation)
				}
				return
			}
			steps := in
			for _, cfg := range tt.configs {
				next := steps.Template.DeepCopy()
				rrsa.Plan(cfg, steps).Mutation.Apply(next)
				steps.Template = next
			}
			if diff := cmp.Diff(steps.Template, made); diff != "" {
				t.Errorf("the pod (-one after the other +chain):\n%s", diff)
			}
			app := made.Spec.Containers[0]
			role := ""
			for _, e := range app.Env {
				if e.Name == rrsa.EnvRoleARN {
					role = e.Value
				}
			}
			if has := fmt.Sprintf("%s %d %s", role, len(app.Env), strings.Join(got.Containers, ",")); has != tt.has {
				t.Errorf("want %s, got %s", tt.has, has)
			}
			lived := in
			lived.Template = made
			if e := rrsa.ExamineChain(lived, tt.configs...); e.State != rrsa.StateOK && role != "own" { // which can't be told from an injected one
				t.Errorf("want a pod that is made so to be ok, got %s: %+v", e.State, e.Differences)
			}
			lived.Template = in.Template
			if e := rrsa.ExamineChain(lived, tt.configs...); e.State != rrsa.StateMissing {
				t.Errorf("want a bare one to be missing it, got %s", e.State)
			}
		})
	}
}
