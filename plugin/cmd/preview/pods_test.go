package preview

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// TestPodFieldsGolden: an injection changes a pod's fields if and only if it puts
// anything in.
func TestPodFieldsGolden(t *testing.T) {
	seen := map[bool]int{}
	for _, c := range golden.Load(t, "../../..") {
		if c.Want == nil {
			continue
		}
		before, after := goldenTemplates(t, c.Input), goldenTemplates(t, c.Want)
		for i, ours := range after {
			if ours == nil {
				continue
			}
			differences := diagnose.CompareFields(before[i], ours)
			changes := !cmp.Equal(before[i].Spec, ours.Spec)
			seen[changes]++
			if changes != (len(differences) > 0) {
				t.Errorf("%s: pod template %d: want differences %t, got %v", c.Name, i, changes, differences)
			}
		}
	}
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("want cases of both sorts, got %v", seen)
	}
}

// goldenTemplates reads the pod templates of a case that are known; nil for one that
// is no pod to the API server.
func goldenTemplates(t *testing.T, data []byte) []*corev1.PodTemplateSpec {
	t.Helper()
	stream, err := manifest.Parse("input", data)
	if err != nil {
		t.Fatal(err)
	}
	report, err := inject.Injector{Config: rrsa.Default(), Remove: true}.Plan(stream.Items())
	if err != nil {
		t.Fatal(err)
	}
	var out []*corev1.PodTemplateSpec
	for _, c := range report.Templates {
		if !c.Known() || c.Item.LocalConfig() {
			continue
		}
		pod, err := podOf(c, false)
		if err != nil {
			t.Fatal(err)
		}
		template, err := typedTemplate(pod)
		if err != nil {
			template = nil // the API server takes no number for a string either
		}
		out = append(out, template)
	}
	return out
}
