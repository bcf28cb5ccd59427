package manifest

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// everyone is a Lookup that knows every name, so that all pods are injected.
type everyone struct {
	// override is the value of override-env in every Namespace.
	override string
}

func (e everyone) Namespace(name string) (*Known[corev1.Namespace], error) {
	return &Known[corev1.Namespace]{Source: "test", Object: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{rrsa.InjectionKey: rrsa.On, rrsa.OverrideEnvKey: e.override},
	}}}, nil
}

func (everyone) ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error) {
	return &Known[corev1.ServiceAccount]{Source: "test", Object: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: name, Annotations: map[string]string{rrsa.RoleNameKey: "role"},
	}}}, nil
}

func testInjector() Injector {
	cfg := rrsa.Default()
	cfg.AccountID, cfg.ClusterID, cfg.Region = "1488999589000000", "cbec9a1f7b433470ebe4c900552000000", "cn-hangzhou"
	return Injector{
		Config: cfg, Namespace: "default", Lookup: everyone{},
		PodTemplates: []PodTemplatePath{{Group: "example.com", Kind: "Any", Path: "spec.pods[].*.template", ServiceAccountPath: "spec.account"}},
	}
}

// FuzzStream injects into arbitrary text. Whatever it is: no panic; on an error
// nothing changes; the bytes outside of the edits stay; the result decodes to what
// the engine's typed Apply gives; editing the text and editing the nodes agree;
// and a second run changes nothing.
func FuzzStream(f *testing.F) {
	inputs, err := filepath.Glob("../../testdata/cases/*/input.yaml")
	if err != nil || len(inputs) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range inputs {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range []string{
		podWith(sharedEnv), skipTwo + sharedEnv,
		podWith("  containers:\n  - &a\n    name: a\n    volumeMounts: &m\n    - {name: d, mountPath: /d}\n  - {<<: *a, name: b}\n  - name: c\n    volumeMounts: *m\n    args: [|-\n"),
		podWith("  containers:\n  - &a\n    name: a\n    env: &e\n    - name: A\n  - <<: [*a]\n    name: b\n    env: *e\n    args:\n    - >+\n      x"),
		podWith("  volumes: []\n  containers: [{name: a, env: []}, {name: b, volumeMounts: ~, env: [\n {name: A, value: b},\n ]}]\n"),
		"{\n  \"apiVersion\": \"v1\", \"kind\": \"Pod\",\n  \"spec\": {\n    \"volumes\": [],\n    \"containers\": [\n      {\n        \"env\": null,\n        \"name\": \"a\"\n      }\n    ]\n  }\n}\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("input.yaml", data)
		if err != nil {
			return
		}
		if !bytes.Equal(data, s.Bytes()) {
			t.Fatalf("unchanged text differs (-want +got):\n%s", cmp.Diff(string(data), string(s.Bytes())))
		}
		if !bytes.Contains(data, []byte(Mark)) && !bytes.Contains(data, []byte(rrsa.VolumeName)) {
			if plan, err := (Injector{Config: rrsa.Default(), Remove: true, Unmarked: true, PodTemplates: testInjector().PodTemplates}).Plan(s.Items()); err == nil && plan.Differs() {
				t.Fatalf("something is taken out of what was never injected:\n%s", data)
			}
		}
		injector := testInjector()
		if len(data)%2 == 0 {
			injector.Lookup = everyone{override: rrsa.True}
		}
		report, err := injector.Plan(s.Items())
		if err != nil || report.Refused() {
			return
		}
		agree(t, report)
		if err := report.Apply(); err != nil {
			if !bytes.Equal(data, s.Bytes()) {
				t.Fatalf("a failed Apply changed the text: %v", err)
			}
			return
		}
		out := s.Bytes()
		outsideKept(t, s)
		again, err := Parse("input.yaml", out)
		if err != nil {
			t.Fatalf("the output doesn't parse: %v\n%s", err, out)
		}
		second, err := injector.Plan(again.Items())
		if err != nil {
			t.Fatalf("the output can't be planned: %v\n%s", err, out)
		}
		if !bytes.Contains(data, []byte(Mark)) {
			typedApply(t, report, second)
			undone(t, s, report, data, out)
		}
		if err := second.Apply(); err != nil {
			t.Fatalf("the second run fails: %v\n%s", err, out)
		}
		if !bytes.Equal(out, again.Bytes()) {
			t.Fatalf("a second run changes (-first +second):\n%s", cmp.Diff(string(out), string(again.Bytes())))
		}
	})
}

// agree compares, object by object, the edit of the text with the edit of the
// nodes.
func agree(t *testing.T, report *Report) {
	t.Helper()
	for i := 0; i < len(report.Changes); {
		it, first := report.Changes[i].Item, i
		s := splicer{text: it.doc.text}
		var err error
		for ; i < len(report.Changes) && report.Changes[i].Item == it; i++ {
			if !report.Changes[i].work.empty() && err == nil {
				err = s.inject(report.Changes[i])
			}
		}
		if err != nil || len(s.edits) == 0 || s.shares {
			continue
		}
		nodes, err := it.applyNodes(report.Changes[first:i])
		if err != nil {
			continue // more aliases than an object may have
		}
		trial := document{text: it.doc.text, edits: s.edits}
		var root yaml.Node
		if err := yaml.Unmarshal(trial.bytes(), &root); err != nil {
			t.Fatalf("the edited text of %s doesn't parse: %v\n%s", it, err, trial.bytes())
		}
		want, wantErr := value(nodes)
		got, gotErr := value(it.in(root.Content[0]))
		if (wantErr == nil) != (gotErr == nil) {
			t.Fatalf("%s: only one of the edits decodes: nodes %v, text %v", it, wantErr, gotErr)
		}
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%s: editing the nodes and the text differ (-nodes +text):\n%s\n%s", it, cmp.Diff(want, got), trial.bytes())
		}
	}
}

func value(n *yaml.Node) (v any, err error) {
	err = n.Decode(&v)
	return v, err
}

// outsideKept replays the edits: between them the output is the input.
func outsideKept(t *testing.T, s *Stream) {
	t.Helper()
	for _, doc := range s.docs {
		out, at := doc.bytes(), 0
		for _, e := range doc.edits {
			if e.start < at || e.end < e.start {
				t.Fatalf("edits overlap: %+v", doc.edits)
			}
			kept := doc.text.data[at:e.start]
			if !bytes.HasPrefix(out, kept) || !bytes.HasPrefix(out[len(kept):], []byte(e.text)) {
				t.Fatalf("bytes outside of an edit changed, before offset %d", e.start)
			}
			out, at = out[len(kept)+len(e.text):], e.end
		}
		if !bytes.Equal(out, doc.text.data[at:]) {
			t.Fatal("bytes behind the last edit changed")
		}
	}
}

// undone takes the injection out again: what was edited as text comes back byte
// for byte, but for what flow style can't tell.
func undone(t *testing.T, injected *Stream, report *Report, before, after []byte) {
	t.Helper()
	foreign := bytes.Contains(before, []byte(rrsa.VolumeName)) || bytes.Contains(before, []byte("ALIBABA_CLOUD_"))
	out := takeOut(t, after, !foreign)
	if bytes.Equal(before, out) {
		return
	}
	flow := slices.ContainsFunc(report.Changes, func(c *Change) bool { return !c.work.empty() && hasFlow(c.template.node()) })
	switch {
	case anyEncoded(injected): // the text is gone
	case flow && foreign: // nothing is marked, and it can't be told who wrote what
	case flow && bytes.Equal(dropEmpty(before), dropEmpty(out)):
		// An empty list, or null, at the end of a mapping: the key goes with it.
	default:
		t.Fatalf("inject and remove (-before +after):\n%s\n%q", cmp.Diff(string(before), string(out)), before)
	}
	if again := takeOut(t, out, !foreign); !bytes.Equal(out, again) {
		t.Fatalf("removing twice (-once +twice):\n%s", cmp.Diff(string(out), string(again)))
	}
}

// takeOut removes what is marked, or all that is exactly as it is injected.
func takeOut(t *testing.T, data []byte, unmarked bool) []byte {
	t.Helper()
	s, err := Parse("input.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	report, err := Injector{Config: rrsa.Default(), Remove: true, Unmarked: unmarked, PodTemplates: testInjector().PodTemplates}.Plan(s.Items())
	if err != nil {
		t.Fatalf("taking it out fails: %v\n%s", err, data)
	}
	if err := report.Apply(); err != nil {
		t.Fatal(err)
	}
	return s.Bytes()
}

// anyEncoded tells whether an object's whole text was replaced.
func anyEncoded(s *Stream) bool {
	for _, it := range s.Items() {
		start, err := it.doc.text.offset(it.node)
		if err == nil && slices.ContainsFunc(it.doc.edits, func(e edit) bool { return e.start == start && e.end > start }) {
			return true
		}
	}
	return false
}

func hasFlow(n *yaml.Node) bool {
	return n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle != 0 || slices.ContainsFunc(n.Content, hasFlow)
}

// emptyLists are keys of an injection's lists that hold none, in flow style.
var emptyLists = regexp.MustCompile(`[\s,]*("(?:env|volumeMounts|volumes)"|'(?:env|volumeMounts|volumes)'|env|volumeMounts|volumes)\s*:\s*(\[\s*\]|null|~|)`)

func dropEmpty(data []byte) []byte { return emptyLists.ReplaceAll(data, nil) }

// typedApply compares each pod template of the output with the engine's own
// change of the typed template.
func typedApply(t *testing.T, before, after *Report) {
	t.Helper()
	if len(before.Changes) != len(after.Changes) {
		t.Fatalf("%d pod templates before, %d after", len(before.Changes), len(after.Changes))
	}
	for i, c := range before.Changes {
		if c.Decision.Verdict != rrsa.Injected {
			continue
		}
		want, err := (&reader{}).template(c.template.node(), c.template.serviceAccount)
		if err != nil {
			t.Fatal(err)
		}
		stripped := c.marks.strip(want)
		c.Decision.Mutation.Apply(stripped)
		want = stripped
		got, err := (&reader{}).template(after.Changes[i].template.node(), c.template.serviceAccount)
		if err != nil {
			t.Fatal(err)
		}
		// What the engine adds has fields that the reader doesn't read.
		for _, list := range [][]corev1.Container{want.Spec.Containers, want.Spec.InitContainers} {
			for _, container := range list {
				for m := range container.VolumeMounts {
					container.VolumeMounts[m].ReadOnly = false
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-typed +text):\n%s", c, diff)
		}
	}
}
