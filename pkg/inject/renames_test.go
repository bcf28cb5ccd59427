package inject

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// called writes an object as kustomize hands it over, with what it was called
// before, as namespace/name pairs with blanks between them.
func called(kind, namespace, name, before, more string) string {
	var names, namespaces, kinds []string
	for _, id := range strings.Fields(before) {
		ns, n, _ := strings.Cut(id, "/")
		names, namespaces, kinds = append(names, n), append(namespaces, ns), append(kinds, kind)
	}
	out := fmt.Sprintf("---\napiVersion: v1\nkind: %s\nmetadata:\n  name: %s\n", kind, name)
	if namespace != "" {
		out += "  namespace: " + namespace + "\n"
	}
	if kind == "Namespace" {
		out += "  labels: {pod-identity.alibabacloud.com/injection: \"on\"}\n"
	}
	out += "  annotations:\n    pod-identity.alibabacloud.com/role-name: role-of-" + name + "\n"
	if len(names) > 0 {
		out += "    internal.config.kubernetes.io/previousNames: " + strings.Join(names, ",") + "\n" +
			"    internal.config.kubernetes.io/previousNamespaces: " + strings.Join(namespaces, ",") + "\n" +
			"    internal.config.kubernetes.io/previousKinds: " + strings.Join(kinds, ",") + "\n"
	}
	return out + more
}

const (
	prefixA = "    internal.config.kubernetes.io/prefixes: a-\n"
	prefixB = "    internal.config.kubernetes.io/prefixes: b-\n"
	// podNow is a pod whose reference isn't corrected yet.
	podNow = "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: pod\n  namespace: prod\n  annotations:\n    a: b\n"
	podEnd = "spec:\n  serviceAccountName: sa\n  containers:\n  - name: app\n"
)

// TestPreviousNames pins which ServiceAccount and Namespace a pod means among
// objects that kustomize has renamed.
func TestPreviousNames(t *testing.T) {
	prod := called("Namespace", "", "prod", "", "")
	pod := podNow + podEnd
	for _, c := range []struct{ name, input, want string }{
		{"the name that it has", prod + called("ServiceAccount", "prod", "sa", "", "") + pod, "role-of-sa"},
		{"the name that it had", prod + called("ServiceAccount", "prod", "p-sa-s", "base/sa prod/sa prod/p-sa", "") + pod, "role-of-p-sa-s"},
		{"a name between the first and the last", prod + called("ServiceAccount", "prod", "p-q-sa", "prod/other prod/sa", "") + pod, "role-of-p-q-sa"},
		{"the name of another namespace", prod + called("ServiceAccount", "test", "p-sa", "base/sa", "") + pod, "Unknown"},
		{"a namespace that it had", prod + called("ServiceAccount", "test", "sa", "prod/sa", "") + pod, "role-of-sa"},
		{"two that had the name and the namespace", prod + called("ServiceAccount", "test", "sa", "prod/sa", "") + called("ServiceAccount", "dev", "sa", "prod/sa", "") + pod, "Unknown"},
		{"one that was renamed and one that moved away", prod + called("ServiceAccount", "prod", "p-sa", "prod/sa", "") + called("ServiceAccount", "dev", "sa", "prod/sa", "") + pod, "role-of-p-sa"},
		{"two that had the name", prod + called("ServiceAccount", "prod", "a-sa", "prod/sa", "") + called("ServiceAccount", "prod", "b-sa", "prod/sa", "") + pod,
			`document 4, line 32: pod/pod: finding ServiceAccount "sa": it could be "a-sa" or "b-sa"`},
		{"two that had the name, by the pod's prefix", prod + called("ServiceAccount", "prod", "a-sa", "prod/sa", prefixA) + called("ServiceAccount", "prod", "b-sa", "prod/sa", prefixB) + podNow + prefixB + podEnd, "role-of-b-sa"},
		{"two that had the name, by no prefix", prod + called("ServiceAccount", "prod", "a-sa", "prod/sa", prefixA) + called("ServiceAccount", "prod", "b-sa", "prod/sa", prefixB) + pod, "Unknown"},
		{"one with the name that was renamed, too", prod + called("ServiceAccount", "prod", "sa", "base/sa", "") + called("ServiceAccount", "prod", "b-sa", "base/sa", prefixB) + podNow + prefixB + podEnd, "role-of-b-sa"},
		{"one with the name and one that had it", prod + called("ServiceAccount", "prod", "sa", "", "") + called("ServiceAccount", "prod", "b-sa", "prod/sa", prefixB) + pod, `it could be "sa" or "b-sa"`},
		{"one with the name and one that had it, by the pod's prefix", prod + called("ServiceAccount", "prod", "sa", "", "") + called("ServiceAccount", "prod", "b-sa", "prod/sa", prefixB) + podNow + prefixB + podEnd, "role-of-b-sa"},
		{"the default one is not named", prod + called("ServiceAccount", "prod", "p-default", "prod/default", "") + strings.Replace(pod, "  serviceAccountName: sa\n", "", 1), "Unknown"},
		{"a Namespace that had the name", called("Namespace", "", "test", "_non_namespaceable_/prod", "") + called("ServiceAccount", "prod", "sa", "", "") + pod, "role-of-sa"},
		{"two Namespaces that had the name", called("Namespace", "", "test", "x/prod", "") + called("Namespace", "", "dev", "x/prod", "") + called("ServiceAccount", "prod", "sa", "", "") + pod, "Unknown"},
		{"a Namespace that has the name and one that had it", prod + called("Namespace", "", "dev", "x/prod", "") + called("ServiceAccount", "prod", "sa", "", "") + pod, "role-of-sa"},
		{"another kind before", prod + strings.Replace(called("ServiceAccount", "prod", "p-sa", "prod/sa", ""), "previousKinds: ServiceAccount", "previousKinds: Secret", 1) + pod, "Unknown"},
		{"no kinds, as older ones wrote it", prod + strings.Replace(called("ServiceAccount", "prod", "p-sa", "prod/sa", ""), "    internal.config.kubernetes.io/previousKinds: ServiceAccount\n", "", 1) + pod, "role-of-p-sa"},
		{"lists that don't fit", prod + strings.Replace(called("ServiceAccount", "prod", "p-sa", "prod/sa", ""), "previousNames: sa", "previousNames: sa,sa", 1) + pod,
			"serviceaccount/p-sa: reading the previous names that kustomize wrote: 2 names, 1 namespaces and 1 kinds"},
		{"lists of a Namespace that don't fit", strings.Replace(called("Namespace", "", "prod", "x/test", ""), "previousNamespaces: x", "previousNamespaces: x,x", 1) + pod,
			"namespace/prod: reading the previous names that kustomize wrote: 1 names, 2 namespaces and 1 kinds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := manifest.Parse("in.yaml", []byte(c.input))
			if err != nil {
				t.Fatal(err)
			}
			in := testInjector()
			in.Lookup = nil
			report, err := in.Plan(s.Items())
			if err != nil {
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("want %q, got the error %v", c.want, err)
				}
				return
			}
			got := string(report.Templates[0].Decision.Verdict)
			for _, s := range report.Templates[0].Decision.Settings {
				if s.Name == "role-name" && got == string(rrsa.Injected) {
					got = s.Value
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if name := report.Templates[0].ServiceAccount; strings.HasPrefix(got, "role-of-") && "role-of-"+name != got {
				t.Errorf("the change names ServiceAccount %q, not the one of %s", name, got)
			}
		})
	}
}

// TestPreviousNamesStay checks that an injection writes none of the annotations in
// which kustomize keeps its own account of an object.
func TestPreviousNamesStay(t *testing.T) {
	own := "    kustomize.config.k8s.io/id: |\n      kind: Pod\n      name: pod\n      namespace: prod\n      version: v1\n    internal.config.kubernetes.io/previousNames: pod,pod\n" +
		"    internal.config.kubernetes.io/id: '3'\n"
	input := called("Namespace", "", "prod", "", "") + called("ServiceAccount", "prod", "p-sa", "prod/sa", "") + podNow + own + podEnd
	s, err := manifest.Parse("in.yaml", []byte(input))
	if err != nil {
		t.Fatal(err)
	}
	in := testInjector()
	in.Lookup = nil
	report, err := in.Plan(s.Items())
	if err != nil {
		t.Fatal(err)
	}
	if out := written(t, s, report); !strings.HasPrefix(out, input) || out == input {
		t.Errorf("want the input and an injection behind it:\n%s", out)
	}
}
