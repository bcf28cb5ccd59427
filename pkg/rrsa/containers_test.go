package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// four is a pod of an init container, a native sidecar and two containers, beside
// an ephemeral one.
func four(s *corev1.PodSpec) {
	always := corev1.ContainerRestartPolicyAlways
	s.InitContainers = []corev1.Container{{Name: "init"}, {Name: "mesh", RestartPolicy: &always}}
	s.Containers = []corev1.Container{{Name: "app"}, {Name: "log"}}
	s.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug"}}}
}

func TestSelection(t *testing.T) {
	const only, skip = rrsa.OnlyContainersKey, rrsa.SkipContainersKey
	none := func(s *corev1.PodSpec) { s.Containers = nil }
	nobody := []string{"!info NoContainerSelected"}
	for _, tt := range []struct {
		row
		want []string
	}{
		{row{"§3: all containers, init and sidecar too, never ephemeral", nil, rrsa.Injected, nil}, []string{"init", "mesh", "app", "log"}},
		{row{"§3: initContainers false", []edit{noInit}, rrsa.Injected, nil}, []string{"app", "log"}},
		{row{"§3: only-containers", []edit{podNote(only, "log")}, rrsa.Injected, nil}, []string{"log"}},
		{row{"§3: only-containers names init containers", []edit{podNote(only, "init,app")}, rrsa.Injected, nil}, []string{"init", "app"}},
		{row{"§3: skip-containers", []edit{podNote(skip, "mesh,log")}, rrsa.Injected, nil}, []string{"init", "app"}},
		{row{"§3: in both is skipped", []edit{podNote(only, "app,log"), podNote(skip, "log")}, rrsa.Injected, nil}, []string{"app"}},
		{row{"§3: items are trimmed and empty ones dropped", []edit{podNote(only, " app ,, log,\n")}, rrsa.Injected, nil}, []string{"app", "log"}},
		{row{"§3: an empty only-containers is unset", []edit{podNote(only, "")}, rrsa.Injected, nil}, []string{"init", "mesh", "app", "log"}},
		{row{"§3: so is one of commas", []edit{podNote(only, " , ")}, rrsa.Injected, nil}, []string{"init", "mesh", "app", "log"}},
		{row{"§3: names are case-sensitive", []edit{podNote(skip, "App")}, rrsa.Injected, []string{"warning ContainerNotFound"}}, []string{"init", "mesh", "app", "log"}},
		{row{"§3: an ephemeral container can't be named", []edit{podNote(only, "debug,app")}, rrsa.Injected, []string{"warning ContainerNotFound"}}, []string{"app"}},
		{row{"§5: a semicolon doesn't separate", []edit{podNote(skip, "app;log")}, rrsa.Injected, []string{"warning ContainerListSeparator"}}, []string{"init", "mesh", "app", "log"}},
		{row{"§1: every container skipped is the opt-out", []edit{podNote(skip, "init,mesh,app,log")}, rrsa.NotInjected, nobody}, nil},
		{row{"§5: only-containers of a container that doesn't exist", []edit{podNote(only, "db")}, rrsa.NotInjected, append(nobody, "warning ContainerNotFound")}, nil},
		{row{"§3: only-containers of an init container, initContainers false", []edit{noInit, podNote(only, "init")}, rrsa.NotInjected, nobody}, nil},
		{row{"§2: no container, no volume", []edit{noInit, spec(none)}, rrsa.NotInjected, nobody}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(append([]edit{spec(four)}, tt.edits...)...)
			if diff := cmp.Diff(outcome{tt.verdict, tt.reasons}, outcomeOf(d)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, d.Containers); diff != "" {
				t.Errorf("selected (-want +got):\n%s", diff)
			}
			var changed []string
			for _, c := range d.Mutation.Containers {
				changed = append(changed, c.Name)
			}
			if diff := cmp.Diff(tt.want, changed); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestContainerNotFoundHint(t *testing.T) {
	nameless := func(n int) edit {
		return spec(func(s *corev1.PodSpec) { s.Containers[n].Name = "" })
	}
	for _, tt := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"§5: a near name", []edit{podNote(rrsa.SkipContainersKey, "lgo")}, `did you mean "log"?`},
		{"§5: no near name", []edit{podNote(rrsa.SkipContainersKey, "database")}, "it has app, init, log, mesh"},
		{"§5: a container without a name is none to list", []edit{nameless(1), podNote(rrsa.SkipContainersKey, "database")}, "it has app, init, mesh"},
		{"§5: nor the nearest name", []edit{nameless(1), podNote(rrsa.SkipContainersKey, "ax")}, `did you mean "app"?`},
		{"§5: nothing to list", []edit{nameless(0), nameless(1), podNote(rrsa.SkipContainersKey, "database"), spec(func(s *corev1.PodSpec) {
			s.InitContainers = nil
		})}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(append([]edit{spec(four)}, tt.edits...)...)
			if diff := cmp.Diff(tt.want, reason(t, d, rrsa.CodeContainerNotFound).Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
}

// Knative leaves the only container without a name; its place stands in for it.
func TestNamelessContainer(t *testing.T) {
	d := plan(app(func(c *corev1.Container) { c.Name = "" }))
	if diff := cmp.Diff([]string{"containers[0]"}, d.Containers); diff != "" {
		t.Errorf("selected (-want +got):\n%s", diff)
	}
}
