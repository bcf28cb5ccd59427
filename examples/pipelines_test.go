package examples

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/golden"
)

// pipe is a program that people inject with.
type pipe struct {
	name string
	// files are what lies in the folder beside a case's input.
	files func(c golden.Case) map[string]string
	args  []string
	// inPlace says that it rewrites input.yaml; others write to stdout.
	inPlace bool
	// cannot is the reason for which it can't take a case; empty if it can.
	cannot func(c golden.Case) string
	// most is how many cases it can't take at the most.
	most int
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
			name: "kubectl-rrsa", args: []string{"preview", "--local", "--config", "rrsa.yaml", "input.yaml"}, files: localConfig,
			cannot: func(golden.Case) string { return "" },
		},
		{
			name: "kpt", args: render, inPlace: true,
			files: func(c golden.Case) map[string]string {
				out := localConfig(c)
				out["Kptfile"] = kptfile + pipeline + configFile
				return out
			},
			cannot: kptCannot, most: 0,
		},
		{
			name: "kpt", args: []string{"fn", "eval", ".", "--exec", "inject-rrsa", "--fn-config", "rrsa.yaml"}, inPlace: true, files: localConfig,
			cannot: kptCannot, most: 0,
		},
		{
			name: "kustomize", args: append(kustomizeBuild, "."),
			files: func(c golden.Case) map[string]string {
				return map[string]string{
					"kustomization.yaml": kustomization + "resources: [input.yaml]\n" + transformer,
					"rrsa.yaml":          annotated(c, "config.kubernetes.io/function: '{exec: {path: inject-rrsa}}'"),
				}
			},
			cannot: kustomizeCannot, most: 0,
		},
	}
}

func kptCannot(c golden.Case) string { return "" }

func kustomizeCannot(c golden.Case) string { return "" }

// TestPipelines runs every golden case through the real kpt, kustomize and kubectl
// rrsa. All write the objects of want.yaml, or fail where there is none; and a
// second run on what the first wrote changes nothing.
func TestPipelines(t *testing.T) {
	cases := golden.Load(t, "..")
	// Two at a time: each is a chain of processes.
	slots := make(chan struct{}, 2)
	for _, p := range pipes() {
		tool(t, p.name)
	}
	var mu sync.Mutex
	ran, left := map[string]int{}, map[string]int{}
	t.Run("cases", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				slots <- struct{}{}
				defer func() { <-slots }()
				for i, p := range pipes() {
					key := fmt.Sprint(i, " ", p.name, " ", p.args[0])
					reason := p.cannot(c)
					mu.Lock()
					if reason == "" {
						ran[key]++
					} else {
						left[key]++
					}
					mu.Unlock()
					if reason == "" {
						p.check(t, c)
					} else {
						t.Logf("%s %s is left out: %s", p.name, p.args[0], reason)
					}
				}
			})
		}
	})
	t.Logf("run: %v; left out: %v", ran, left)
}

// check runs a case twice.
func (p pipe) check(t *testing.T, c golden.Case) {
	t.Helper()
	command := p.name + " " + p.args[0] + " " + p.args[1]
	dir := t.TempDir()
	write(t, dir, p.files(c))
	write(t, dir, map[string]string{"input.yaml": string(c.Input)})
	out, errOut, err := try(dir, p.name, p.args...)
	if p.inPlace {
		out = files(t, dir)["input.yaml"]
	}
	if c.Want == nil {
		if err == nil || errOut == "" {
			t.Errorf("%s: want an error, got none:\n%s%s", command, out, errOut)
		}
		if p.inPlace && out != string(c.Input) || !p.inPlace && out != "" {
			t.Errorf("%s: writes after an error:\n%s", command, out)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v\n%s", command, err, errOut)
		return
	}
	local := p.name != "kustomize"
	if diff := cmp.Diff(objects(t, string(c.Want), local), objects(t, out, local)); diff != "" {
		t.Errorf("%s: objects (-want +got):\n%s", command, diff)
	}
	write(t, dir, map[string]string{"input.yaml": out})
	again, errOut, err := try(dir, p.name, p.args...)
	if p.inPlace {
		again = files(t, dir)["input.yaml"]
	}
	if diff := cmp.Diff(out, again); err != nil || diff != "" {
		t.Errorf("%s: a second run changes (-first +second): %v\n%s\n%s", command, err, diff, errOut)
	}
}

// objects decodes manifests, the entries of Lists one by one, by kind and name.
func objects(t *testing.T, text string, local bool) map[string]any {
	t.Helper()
	out := map[string]any{}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var object map[string]any
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Errorf("decoding: %v\n%s", err, text)
			return out
		}
		list := []any{object}
		if items, ok := object["items"].([]any); ok {
			list = items
		}
		for _, one := range list {
			object, _ := one.(map[string]any)
			if object == nil {
				continue
			}
			metadata, _ := object["metadata"].(map[string]any)
			annotations, _ := metadata["annotations"].(map[string]any)
			if v, ok := annotations["config.kubernetes.io/local-config"]; ok && !local && v != "false" {
				continue
			}
			key := path.Join(fmt.Sprint(object["apiVersion"]), fmt.Sprint(object["kind"]), fmt.Sprint(metadata["namespace"]), fmt.Sprint(metadata["name"]))
			for out[key] != nil {
				key += "+"
			}
			out[key] = one
		}
	}
}

var _ = slices.Sorted[string]
var _ = maps.Keys[map[string]int]
