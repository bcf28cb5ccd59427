package examples

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// pipe is a program that people inject with.
type pipe struct {
	name string
	// files are what lies in the folder beside a case's input.
	files func(c golden.Case) map[string]string
	args  []string
	// verb is how many of them tell what it is to do.
	verb int
	// inPlace says that it rewrites input.yaml; others write to stdout.
	inPlace bool
	// drops says that it leaves out objects that are local config.
	drops bool
	// cannot is the reason for which it can't take a case; empty if it can.
	cannot func(c golden.Case) string
	// most is how many cases it leaves out at the most.
	most int
	// together are its arguments, and root the files above the cases' folders, with
	// which one process takes many cases; nil if it takes one at a time.
	together []string
	root     map[string]string
}

// localConfig marks a case's settings as an object that isn't applied.
func localConfig(c golden.Case) map[string]string {
	return map[string]string{"rrsa.yaml": annotated(c, "config.kubernetes.io/local-config: \"true\"")}
}

// annotated adds an annotation to a case's settings.
func annotated(c golden.Case, annotation string) string {
	return strings.Replace(string(c.Config), "\nmetadata:\n", "\nmetadata:\n  annotations:\n    "+annotation+"\n", 1)
}

func pipes() []pipe {
	return []pipe{
		{
			name: "kubectl-rrsa", args: []string{"preview", "--local", "--config", "rrsa.yaml", "input.yaml"}, verb: 1, files: localConfig,
			cannot: func(golden.Case) string { return "" },
		},
		{
			name: "kpt", args: render, verb: 2, inPlace: true,
			files: func(c golden.Case) map[string]string {
				out := localConfig(c)
				out["Kptfile"] = kptfile + pipeline + configFile
				return out
			},
			cannot: kptCannot, most: 8,
			// A package of packages, each with its own pipeline.
			together: render, root: map[string]string{"Kptfile": kptfile},
		},
		{
			name: "kpt", args: []string{"fn", "eval", ".", "--exec", "inject-rrsa", "--fn-config", "rrsa.yaml"}, verb: 2, inPlace: true, files: localConfig,
			cannot: kptCannot, most: 8,
			together: []string{"fn", "eval", ".", "--exec", filepath.Join(bin, eachFolder)},
		},
		{
			name: "kustomize", args: append(slices.Clone(kustomizeBuild), "."), verb: 1, drops: true,
			files: func(c golden.Case) map[string]string {
				return map[string]string{
					"kustomization.yaml": kustomization + "resources: [input.yaml]\n" + transformer,
					"rrsa.yaml":          annotated(c, "config.kubernetes.io/function: '{exec: {path: inject-rrsa}}'"),
				}
			},
			cannot: kustomizeCannot, most: 3,
		},
	}
}

func kptCannot(c golden.Case) string {
	switch {
	case bytes.HasPrefix(c.Input, []byte("%YAML")):
		return "it takes no YAML directives"
	case namelessList(c.Input):
		return "it takes no objects without a name, such as Lists"
	case c.Name == "text-folded-scalar-last":
		return "it adds line breaks to folded text, more with each run"
	case c.Name == "text-dash-on-its-own-line":
		return "it moves a comment behind a dash, and back in the next run"
	}
	return ""
}

func kustomizeCannot(c golden.Case) string {
	switch {
	case bytes.HasPrefix(c.Input, []byte("%YAML")):
		return "it takes no YAML directives"
	case c.Name == "text-folded-scalar-last":
		return "it adds line breaks to folded text"
	}
	return ""
}

// namelessList tells whether a document is a List as kubectl writes it.
func namelessList(input []byte) bool {
	decoder := yaml.NewDecoder(bytes.NewReader(input))
	for {
		var object struct {
			Metadata struct{ Name string }
			Items    []any
		}
		if err := decoder.Decode(&object); err != nil {
			return false
		}
		if object.Items != nil && object.Metadata.Name == "" {
			return true
		}
	}
}

// TestPipelines runs every golden case through the real kpt, kustomize and kubectl
// rrsa. All write the objects of want.yaml, or fail where there is none; and a
// second run on what the first wrote changes nothing. Cases that a program cannot
// take are run as well, so that none is left out for a reason that is gone. kpt,
// which takes long to start, takes those that succeed in one process.
func TestPipelines(t *testing.T) {
	cases := golden.Load(t, "..")
	for i, c := range cases {
		cases[i] = c.Ended()
	}
	all := pipes()
	for _, p := range all {
		tool(t, p.name)
	}
	// Two at a time: each is a chain of processes.
	slots := make(chan struct{}, 2)
	left := make([]atomic.Int64, len(all))
	checked := make([]map[string]string, len(all))
	for i, p := range all {
		checked[i] = p.checkTogether(t, cases)
	}
	t.Run("cases", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				slots <- struct{}{}
				defer func() { <-slots }()
				for i, p := range all {
					reason := p.cannot(c)
					problem, ok := checked[i][c.Name]
					if !ok {
						problem = p.check(t, c)
					}
					switch {
					case reason == "" && problem != "":
						t.Errorf("%s: %s", p, problem)
					case reason != "" && problem == "":
						t.Errorf("%s can take this case by now; it was left out as %s", p, reason)
					case reason != "":
						left[i].Add(1)
						t.Logf("%s cannot take this case: %s", p, reason)
					}
				}
			})
		}
	})
	for i, p := range all {
		t.Logf("%s: %d of %d cases, run twice", p, len(cases)-int(left[i].Load()), len(cases))
		if n := int(left[i].Load()); n > p.most {
			t.Errorf("%s leaves out %d cases, more than %d", p, n, p.most)
		}
	}
}

func (p pipe) String() string { return p.name + " " + strings.Join(p.args[:p.verb], " ") }

// checkTogether runs the cases that succeed in one process, twice, and returns
// what is wrong by case. If it fails, none is checked: which one is to blame is
// seen when each is run alone.
func (p pipe) checkTogether(t *testing.T, cases []golden.Case) map[string]string {
	t.Helper()
	if p.together == nil {
		return nil
	}
	dir := t.TempDir()
	write(t, dir, p.root)
	var taken []golden.Case
	for _, c := range cases {
		if c.Want != nil && p.cannot(c) == "" {
			taken = append(taken, c)
			write(t, filepath.Join(dir, c.Name), p.files(c))
			write(t, filepath.Join(dir, c.Name), map[string]string{"input.yaml": string(c.Input)})
		}
	}
	step := func() map[string]string {
		if _, errOut, err := try(dir, p.name, p.together...); err != nil {
			t.Errorf("%s of %d cases in one process: %v\n%s", p, len(taken), err, errOut)
			return nil
		}
		return files(t, dir)
	}
	first := step()
	if first == nil {
		return nil
	}
	second := step()
	if second == nil {
		return nil
	}
	problems := map[string]string{}
	for _, c := range taken {
		input := c.Name + "/input.yaml"
		if problems[c.Name] = p.differs(c, first[input]); problems[c.Name] == "" {
			problems[c.Name] = changes(first[input], second[input])
		}
	}
	return problems
}

// check runs a case twice and returns what is wrong.
func (p pipe) check(t *testing.T, c golden.Case) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, p.files(c))
	step := func(input string) (string, string, error) {
		write(t, dir, map[string]string{"input.yaml": input})
		out, errOut, err := try(dir, p.name, p.args...)
		if p.inPlace {
			out = files(t, dir)["input.yaml"]
		}
		return out, errOut, err
	}
	first, errOut, err := step(string(c.Input))
	if c.Want == nil {
		untouched := ""
		if p.inPlace {
			untouched = string(c.Input)
		}
		switch {
		case err == nil:
			return "want an error, got none:\n" + first
		case first != untouched:
			return "it writes after an error:\n" + first
		case !p.refuses(c, errOut):
			return "another error than the one of this case:\n" + errOut
		}
		return ""
	}
	if err != nil {
		return fmt.Sprintf("%v\n%s", err, errOut)
	}
	if problem := p.differs(c, first); problem != "" {
		return problem
	}
	second, errOut, err := step(first)
	if err != nil {
		return fmt.Sprintf("a second run fails: %v\n%s", err, errOut)
	}
	return changes(first, second)
}

// differs compares the objects of an output with those that a case wants.
func (p pipe) differs(c golden.Case, output string) string {
	want, err := objects(string(c.Want), p.drops)
	if err != nil {
		return err.Error()
	}
	got, err := objects(output, p.drops)
	if err != nil {
		return err.Error()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return "objects (-want +got):\n" + diff
	}
	return ""
}

// changes compares what two runs, one on the output of the other, have written.
func changes(first, second string) string {
	if diff := cmp.Diff(first, second); diff != "" {
		return "a second run changes (-first +second):\n" + diff
	}
	return ""
}

// refuses tells whether an error comes from the function or the plugin, and not
// from a program that couldn't run it.
func (p pipe) refuses(c golden.Case, stderr string) bool {
	switch {
	case p.name == "kubectl-rrsa":
		return strings.Contains(stderr, c.Error)
	case p.name == "kustomize" && c.Name == "gate-service-account-twice":
		// It finds two of one name before the function does.
		return strings.Contains(stderr, "already registered id")
	}
	return strings.Contains(stderr, "error: nothing is injected, as there are errors")
}

// objects decodes manifests by kind and name, the entries of Lists one by one.
// Labels and annotations count as their text, as they do for kustomize.
func objects(manifests string, dropLocal bool) (map[string]any, error) {
	out := map[string]any{}
	decoder := yaml.NewDecoder(strings.NewReader(manifests))
	for {
		var object map[string]any
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("decoding: %w\n%s", err, manifests)
		}
		entries := []any{object}
		if items, ok := object["items"].([]any); ok {
			entries = items
		}
		for _, entry := range entries {
			object, _ := entry.(map[string]any)
			metadata, _ := object["metadata"].(map[string]any)
			for _, key := range []string{"labels", "annotations"} {
				values, _ := metadata[key].(map[string]any)
				for k, v := range values {
					values[k] = fmt.Sprint(v)
				}
			}
			annotations, _ := metadata["annotations"].(map[string]any)
			if v, ok := annotations["config.kubernetes.io/local-config"]; object == nil || ok && dropLocal && v != "false" {
				continue
			}
			key := fmt.Sprint(object["apiVersion"], " ", object["kind"], " ", metadata["namespace"], "/", metadata["name"])
			for out[key] != nil {
				key += " again"
			}
			out[key] = object
		}
	}
}
