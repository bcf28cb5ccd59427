package inject

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// FuzzStream injects into arbitrary text. Whatever it is: no panic; nothing that is
// given changes; the result holds what the engine's typed change gives; each comment
// stays; a second run changes nothing; and a removal gives the text back.
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
	for _, text := range streams() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { injectStream(t, data) })
}

// streams are texts of all that is rare: the seeds, and what has gone wrong before.
func streams() []string {
	return []string{
		podWith(sharedEnv), skipTwo + sharedEnv,
		podWith("  containers:\n  - &a\n    name: a\n    volumeMounts: &m\n    - {name: d, mountPath: /d}\n  - {<<: *a, name: b}\n  - name: c\n    volumeMounts: *m\n    args: [|-\n"),
		podWith("  containers:\n  - &a\n    name: a\n    env: &e\n    - name: A\n  - <<: [*a]\n    name: b\n    env: *e\n    args:\n    - >+\n      x"),
		podWith("  volumes: []\n  containers: [{name: a, env: []}, {name: b, volumeMounts: ~, env: [\n {name: A, value: b},\n ]}]\n"),
		podWith("  containers:\n  - name: a\n    volumeMounts: [{mountPath: " + rrsa.TokenDir + ", name: rrsa-oidc-token}]\n"),
		"{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"volumes\":, \"containers\": [{\"env\": null, \"name\": a}]}}",
		podWith("  volumes: [ # none\n  ]\n  containers:\n  - name: a\n    env: [  ]\n    volumeMounts: [\n\n    ]\n"),
		"{\n  \"apiVersion\": \"v1\", \"kind\": \"Pod\",\n  \"spec\": {\n    \"volumes\": [],\n    \"containers\": [\n      {\n        \"env\": null,\n        \"name\": \"a\"\n      }\n    ]\n  }\n}\n",
	}
}

// TestStream holds the seeds to the same in every run of the tests.
func TestStream(t *testing.T) {
	for _, text := range streams() {
		injectStream(t, []byte(text))
	}
}

func injectStream(t *testing.T, data []byte) {
	t.Helper()
	s, err := manifest.Parse("input.yaml", data)
	if err != nil {
		return
	}
	if diff := cmp.Diff(string(data), string(s.Bytes())); diff != "" {
		t.Fatalf("unchanged text differs (-want +got):\n%s", diff)
	}
	foreign := bytes.Contains(data, []byte(rrsa.VolumeName)) || bytes.Contains(data, []byte("ALIBABA_CLOUD_"))
	if !bytes.Contains(data, []byte(Mark)) && !bytes.Contains(data, []byte(rrsa.VolumeName)) {
		if plan, err := remover(true).Plan(s.Items()); err == nil && plan.Differs() {
			t.Fatalf("something is taken out of what was never injected:\n%s", data)
		}
	}
	injector := testInjector()
	if len(data)%2 == 0 {
		injector.Lookup = everyone{override: rrsa.True}
	}
	out, report, ok := runTwice(t, injector, s)
	if !ok {
		return
	}
	again, err := manifest.Parse("input.yaml", out.Bytes())
	if err != nil {
		t.Fatalf("the output doesn't parse: %v\n%s", err, out.Bytes())
	}
	second, err := injector.Plan(again.Items())
	if err != nil {
		t.Fatalf("the output can't be planned: %v\n%s", err, out.Bytes())
	}
	othersKept(t, report, s, again)
	if !bytes.Contains(data, []byte(Mark)) {
		commentsKept(t, report, data, out.Bytes())
		typedApply(t, report, second)
		undone(t, report, s, out.Bytes(), foreign)
	}
	if got := written(t, again, second); got != string(out.Bytes()) {
		t.Fatalf("a second run changes (-first +second):\n%s", cmp.Diff(string(out.Bytes()), got))
	}
}

func remover(unmarked bool) Injector {
	return Injector{Config: rrsa.Default(), Remove: true, Unmarked: unmarked, PodTemplates: testInjector().PodTemplates}
}

// runTwice plans and rewrites twice: both runs say and write the same, and neither
// changes what it is given. Not ok if the stream can't be injected.
func runTwice(t *testing.T, in Injector, s *manifest.Stream) (*manifest.Stream, *Report, bool) {
	t.Helper()
	text, nodes := string(s.Bytes()), shapes(s)
	plan, err := in.Plan(s.Items())
	if err != nil {
		return nil, nil, false
	}
	other, err := in.Plan(s.Items())
	if err != nil {
		t.Fatalf("only the second Plan fails: %v", err)
	}
	if diff := cmp.Diff(says(plan), says(other)); diff != "" {
		t.Fatalf("a second Plan says something else (-first +second):\n%s", diff)
	}
	before := says(plan)
	first, report, err := plan.Rewrite(s)
	second, _, otherErr := plan.Rewrite(s)
	third, _, thirdErr := other.Rewrite(s)
	if (err == nil) != (otherErr == nil) || (err == nil) != (thirdErr == nil) {
		t.Fatalf("one Rewrite fails and the other doesn't: %v, %v, %v", err, otherErr, thirdErr)
	}
	if diff := cmp.Diff(before, says(plan)); diff != "" {
		t.Fatalf("Rewrite changes its report (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(text, string(s.Bytes())); diff != "" {
		t.Fatalf("the given stream changes (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(nodes, shapes(s)); diff != "" {
		t.Fatalf("nodes of the given stream change (-before +after):\n%s", diff)
	}
	if err != nil {
		return nil, nil, false
	}
	for _, more := range []*manifest.Stream{second[0], third[0]} {
		if diff := cmp.Diff(string(first[0].Bytes()), string(more.Bytes())); diff != "" {
			t.Fatalf("a second Rewrite writes something else (-first +second):\n%s", diff)
		}
	}
	if plan.Differs() == bytes.Equal(first[0].Bytes(), s.Bytes()) {
		t.Fatalf("Differs is %v\n%s\n%s", plan.Differs(), text, first[0].Bytes())
	}
	return first[0], report, true
}

// says is all that a report shows.
func says(r *Report) (out []any) {
	for _, t := range r.Templates {
		out = append(out, t.String(), t.Decision, t.Edits())
	}
	return append(out, r.Notices)
}

// shapes describes every node of a stream's objects: an alias by the name of its
// anchor, so that it ends.
func shapes(s *manifest.Stream) (out []yaml.Node) {
	var note func(n *yaml.Node)
	note = func(n *yaml.Node) {
		shape := *n
		shape.Content, shape.Alias = nil, nil
		out = append(out, shape)
		for _, child := range n.Content {
			note(child)
		}
	}
	for _, it := range s.Items() {
		n, err := it.Node()
		if err != nil {
			panic(err)
		}
		note(n)
	}
	return out
}

// othersKept: what isn't injected means what it meant.
func othersKept(t *testing.T, report *Report, before, after *manifest.Stream) {
	t.Helper()
	a, b := before.Items(), after.Items()
	if len(a) != len(b) {
		t.Fatalf("%d objects before, %d after", len(a), len(b))
	}
	for i, it := range a {
		if slices.ContainsFunc(report.Templates, func(t *Template) bool { return t.Item == it && t.Differs() }) {
			continue
		}
		want, err := it.Object()
		if err != nil {
			continue
		}
		got, err := b[i].Object()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%s isn't injected and changes: %v (-before +after)\n%s", it, err, diff)
		}
	}
}

// commentsKept counts the comments of the input in the output, less the marks. What
// a mark keeps counts, and where an alias is written out there may be more.
func commentsKept(t *testing.T, report *Report, before, after []byte) {
	t.Helper()
	if isFlow(report) {
		return // what is replaced in flow style takes its comments with it
	}
	kept := withoutMarks(string(after))
	for _, c := range changesOf(report) {
		kept += "\n" + c.Text
	}
	for _, m := range markTexts.FindAllSubmatch(after, -1) {
		kept += "\n" + unquoted(string(m[1]))
	}
	for _, text := range commentTexts(before) {
		want, got := bytes.Count(before, []byte(text)), bytes.Count([]byte(kept), []byte(text))
		if got < want || got > want && !(isRewritten(report) && bytes.Contains(before, []byte("*"))) {
			t.Fatalf("comment %q: %d times before, %d after\n%s\n%s", text, want, got, before, after)
		}
	}
}

// readAgain reads a pod template again as Plan has read it.
func readAgain(t *testing.T, template *Template) (*podtemplate.Template, marks) {
	t.Helper()
	it := template.Item
	source, err := it.Source(&manifest.Reader{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := podtemplate.NewTable(nil).Find(source.Node, it.Group(), it.Kind)
	if err != nil {
		t.Fatal(err)
	}
	for _, view := range found.Templates {
		if slices.Equal(view.Way, template.view.Way) {
			marks, err := findMarks(source, view)
			if err != nil {
				t.Fatal(err)
			}
			return view, marks
		}
	}
	t.Fatalf("%s isn't there", template)
	return nil, marks{}
}

// typedApply compares each pod template of the output with the engine's own change
// of the typed template.
func typedApply(t *testing.T, before, after *Report) {
	t.Helper()
	if len(before.Templates) != len(after.Templates) {
		t.Fatalf("%d pod templates before, %d after", len(before.Templates), len(after.Templates))
	}
	for i, template := range before.Templates {
		if template.Decision.Verdict != rrsa.Injected {
			continue
		}
		view, marks := readAgain(t, template)
		want := marks.strip(view).DeepCopy()
		template.Decision.Mutation.Apply(want)
		// What the engine adds has a field that isn't read from a manifest.
		for _, c := range slices.Concat(want.Spec.InitContainers, want.Spec.Containers) {
			for m := range c.VolumeMounts {
				c.VolumeMounts[m].ReadOnly = false
			}
		}
		got, _ := readAgain(t, after.Templates[i])
		if diff := cmp.Diff(want, got.Typed); diff != "" {
			t.Fatalf("%s (-typed +text):\n%s", template, diff)
		}
	}
}

// undone takes the injection out again: what was edited as text comes back byte for
// byte, but for what flow style can't tell; of the rest the meaning does.
func undone(t *testing.T, report *Report, before *manifest.Stream, after []byte, foreign bool) {
	t.Helper()
	out := takeOut(t, after, !foreign)
	if again := takeOut(t, out, !foreign); !bytes.Equal(out, again) {
		t.Fatalf("removing twice (-once +twice):\n%s", cmp.Diff(string(out), string(again)))
	}
	text := before.Bytes()
	switch flow := isFlow(report); {
	case bytes.Equal(text, out):
	case foreign && (flow || holdsFlow(report)): // it can't be told who wrote what, nor whose a mount is
	case flow && bytes.Equal(dropEmpty(text), dropEmpty(out)):
		// An empty list, or null, at the end of a mapping: the key goes with it.
	case isRewritten(report):
		meansTheSameObjects(t, before, out)
	default:
		t.Fatalf("inject and remove (-before +after):\n%s\n%q", cmp.Diff(string(text), string(out)), text)
	}
}

// meansTheSameObjects compares objects as kubectl reads them, less lists of an
// injection that are empty.
func meansTheSameObjects(t *testing.T, before *manifest.Stream, after []byte) {
	t.Helper()
	s, err := manifest.Parse("input.yaml", after)
	if err != nil {
		t.Fatal(err)
	}
	for i, it := range before.Items() {
		want, err := it.Object()
		if err != nil {
			continue
		}
		got, err := s.Items()[i].Object()
		if diff := cmp.Diff(withoutEmpty(want), withoutEmpty(got)); err != nil || diff != "" {
			t.Fatalf("%s means something else: %v (-before +after)\n%s\n%s\n%s", it, err, diff, before.Bytes(), after)
		}
	}
}

// emptyLists are keys of an injection's lists that hold none, in flow style.
var emptyLists = regexp.MustCompile(`[\s,]*("(?:env|volumeMounts|volumes)"|'(?:env|volumeMounts|volumes)'|env|volumeMounts|volumes)\s*:\s*(\[\s*\]|null|~|)`)

func dropEmpty(data []byte) []byte { return emptyLists.ReplaceAll(data, nil) }
