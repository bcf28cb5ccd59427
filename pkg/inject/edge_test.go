package inject

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// inject injects into a text as if every Namespace and ServiceAccount were
// enabled.
func inject(input string) (string, *Report, error) {
	s, err := manifest.Parse("in.yaml", []byte(input))
	if err != nil {
		return input, nil, err
	}
	report, err := testInjector().Plan(s.Items())
	if err != nil {
		return input, report, err
	}
	out, after, err := report.Rewrite(s)
	if err != nil {
		return input, report, err
	}
	return string(out[0].Bytes()), after, nil
}

const podHead = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"

// TestUnreadable pins what is said of objects that aren't what they should be:
// the line and the path. Nothing is changed.
func TestUnreadable(t *testing.T) {
	for _, c := range []struct{ name, input, want string }{
		{"containers of another type", podHead + "spec:\n  containers: none\n", `line 5: pod/p: reading spec.containers: want a list, got "none"`},
		{"a container of another type", podHead + "spec:\n  containers:\n  - app\n", `line 6: pod/p: reading spec.containers[0]: want a mapping, got "app"`},
		{"an empty container", podHead + "spec:\n  containers:\n  -\n", `reading spec.containers[0]: the entry is empty`},
		{"a name that is a list", podHead + "spec:\n  containers:\n  - name: [a]\n", `reading spec.containers[0].name: want a string, got a list`},
		{"a key that stands twice", podHead + "spec:\n  containers:\n  - name: a\n    env: []\n    env: []\n", `line 8: pod/p: reading spec.containers[0]: key "env" stands twice, first in line 7`},
		{"a spec that stands twice", "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {}}\nspec: {}\n", `key "spec" stands twice, first in line 3`},
		{"a template that stands twice", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template: {}\n  template: {}\n", `deployment/d: reading spec: key "template" stands twice`},
		{"labels that are a list", podHead[:len(podHead)-len("metadata: {name: p}\n")] + "metadata: {labels: [a]}\n", `reading metadata.labels: want a mapping, got a list`},
		{"an expiration that is no number", podHead + "spec:\n  volumes:\n  - projected: {sources: [{serviceAccountToken: {expirationSeconds: soon}}]}\n",
			`reading spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: want a whole number, got "soon"`},
		{"a merge of a string", podHead + "spec:\n  <<: a\n", "a merge key wants a mapping or a list of mappings"},
		{"a job's metadata", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, labels: 1}\nspec: {template: {spec: {}}}\n", `reading metadata.labels: want a mapping, got "1"`},
		{"a Namespace's", "apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: 1}\n", `namespace/n: reading metadata.labels: want a mapping`},
		{"a ServiceAccount's", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, annotations: {a: {}}}\n", `serviceaccount/s: reading metadata.annotations.a: want a string, got a mapping`},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, _, err := inject(c.input)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
			if out != c.input {
				t.Errorf("the text changed:\n%s", out)
			}
			var ie *manifest.ItemError
			if !errors.As(err, &ie) || ie.Item == nil {
				t.Errorf("the error names no item: %#v", err)
			}
		})
	}
}

// TestShared injects into objects that share parts through anchors: what an
// alias elsewhere needs is not changed, and what can't be changed is refused.
func TestShared(t *testing.T) {
	for _, c := range []struct{ name, input, refused string }{
		{"an anchored template that another item aliases", "apiVersion: v1\nkind: List\nitems:\n" +
			"- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: a}\n  spec: &s\n    template:\n      spec:\n        containers:\n        - name: a\n" +
			"- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: b}\n  spec: *s\n", "write out what its YAML anchors"},
		{"an anchor that an item without pods aliases", "apiVersion: v1\nkind: List\nitems:\n" +
			"- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    containers: &c\n    - name: a\n" +
			"- apiVersion: v1\n  kind: ConfigMap\n  data: *c\n", "write out what its YAML anchors"},
		{"aliases in a flow List", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, spec: {containers: &c [{name: a}]}}]}\n", "write out what its YAML anchors"},
		{"an anchor on the object", "--- &o\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: &c\n  - name: a\n", "write out what its YAML anchors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, report, err := inject(c.input)
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) || out != c.input {
					t.Fatalf("want a refusal and no change, got %v\n%s", err, out)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Count(out, "name: rrsa-oidc-token"), 2*len(report.Templates); got != want {
				t.Errorf("want %d mounts and volumes, got %d:\n%s", want, got, out)
			}
		})
	}
}

// TestBombs gives the injector text that would expand without an end or to
// gigabytes. Each answer comes in seconds.
func TestBombs(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("x0: &x0 [lol, lol]\n")
	for i := range 30 {
		fmt.Fprintf(&laughs, "x%d: &x%d [*x%d, *x%d, *x%d]\n", i+1, i+1, i, i, i)
	}
	var merges strings.Builder
	merges.WriteString("m0: &m0 {a: b}\n")
	for i := range 40 {
		fmt.Fprintf(&merges, "m%d: &m%d {<<: [*m%d, *m%d], k%d: v}\n", i+1, i+1, i, i, i)
	}
	for name, input := range map[string]string{
		"aliases of aliases":           podHead + laughs.String() + "spec:\n  containers: &c\n  - name: a\n    args: *x30\n",
		"merges of merges":             podHead + merges.String() + "spec:\n  <<: *m40\n  containers:\n  - name: a\n",
		"an alias that holds itself":   podHead + "spec: &s\n  containers:\n  - name: a\n    x: *s\n",
		"a merge that holds itself":    podHead + "spec: &s\n  <<: *s\n  containers:\n  - name: a\n",
		"ten thousand brackets":        podHead + "spec:\n  x: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n  containers:\n  - name: a\n",
		"more brackets than there may": podHead + "spec:\n  x: " + strings.Repeat("[", 20000) + "\n",
		"many document ends":           strings.Repeat("...\n---\n", 100_000),
		"a mapping of many keys":       podHead + "data:\n" + manyKeys(100_000),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			out, _, err := inject(input)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if err != nil && out != input {
				t.Errorf("failed with %v and changed the text", err)
			}
			if err == nil && strings.Contains(input, "containers") && strings.Count(out, "- name: ALIBABA_CLOUD_") != 6 {
				t.Errorf("neither an error nor an injection")
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  k%d: v\n", i)
	}
	return b.String()
}

// TestRewriteRefused guards the caller that forgets to look.
func TestRewriteRefused(t *testing.T) {
	input := podHead + "spec:\n  volumes: [{name: rrsa-oidc-token}]\n  containers: [{name: a}]\n"
	out, report, err := inject(input)
	if !errors.Is(err, errRefused) || out != input || !report.Refused() {
		t.Errorf("want a refusal, got %v", err)
	}
}

// TestPlanChecksItsSettings doesn't let an invalid config through to the pods.
func TestPlanChecksItsSettings(t *testing.T) {
	in := Injector{Config: rrsa.Config{AccountID: "x", Region: "?"}}
	if _, err := in.Plan(nil); err == nil || strings.Count(err.Error(), "checking") != 2 {
		t.Errorf("want both faults, got %v", err)
	}
}

// TestSubjects pins which object and field a finding is about.
func TestSubjects(t *testing.T) {
	input := `apiVersion: v1
kind: Namespace
metadata: {name: n, labels: {pod-identity.alibabacloud.com/injection: "yes"}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: n, annotations: {pod-identity.alibabacloud.com/role-name: a/b}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: n}
spec:
  template:
    metadata: {labels: {pod-identity.alibabacloud.com/injection: "off"}}
    spec: {containers: [{name: a}]}
`
	s, err := manifest.Parse("in.yaml", []byte(input))
	if err != nil {
		t.Fatal(err)
	}
	report, err := testInjector().Plan(s.Items())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	c := report.Templates[0]
	for _, r := range c.Decision.Reasons {
		got = append(got, fmt.Sprintf("%s %s %s", r.Code, c.Subject(r), c.Field(r)))
	}
	want := []string{
		"NamespaceNotEnabled namespace/n metadata.labels[pod-identity.alibabacloud.com/injection]",
		"RoleNameInvalid serviceaccount/default metadata.annotations[pod-identity.alibabacloud.com/role-name]",
		"PodLabelNoOptOut deployment/d spec.template.metadata.labels[pod-identity.alibabacloud.com/injection]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("subjects (-want +got):\n%s", diff)
	}
	if c.Subject(rrsa.Reason{Level: rrsa.LevelComponent}) != nil || c.Field(rrsa.Reason{Level: rrsa.LevelPod}) != "spec.template" {
		t.Error("a component has no object, and the pod's own path is the template's")
	}
}
