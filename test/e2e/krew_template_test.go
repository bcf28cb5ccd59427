package e2e

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"
)

// TestKrewTemplate renders .krew.yaml as krew-release-bot does, which computes
// the checksums of what it downloads: the outcome is the release's manifest.
func TestKrewTemplate(t *testing.T) {
	dir := release(t)
	sums := map[string]string{}
	for line := range strings.Lines(read(t, dir, "checksums.txt")) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sums[name] = sum
	}
	render := func(text string, funcs template.FuncMap) string {
		parsed, err := template.New(".krew.yaml").Funcs(funcs).Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := parsed.Execute(&out, map[string]string{"TagName": version}); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	got := render(read(t, top(t), ".krew.yaml"), template.FuncMap{
		"addURIAndSha": func(uri, _ string) string {
			uri = render(uri, nil)
			return fmt.Sprintf("uri: %s\n    sha256: %s", uri, sums[path.Base(uri)])
		},
	})
	if diff := cmp.Diff(parse(t, read(t, dir, "krew", "rrsa.yaml")), parse(t, got)); diff != "" {
		t.Errorf(".krew.yaml differs from the manifest of the release (-release +bot):\n%s", diff)
	}
}

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses:\s*(.*)$`)
	pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
)

// TestWorkflows: actions are pinned by commit, and no job has more rights than
// it says.
func TestWorkflows(t *testing.T) {
	workflows, err := filepath.Glob(filepath.Join(top(t), ".github", "workflows", "*.yaml"))
	if err != nil || len(workflows) == 0 {
		t.Fatalf("finding the workflows: %d found: %v", len(workflows), err)
	}
	for _, name := range workflows {
		text := read(t, name)
		for _, use := range uses.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(use[1], "./") && !pinned.MatchString(use[1]) {
				t.Errorf("%s uses %q, which isn't pinned by a commit with its version beside it", filepath.Base(name), use[1])
			}
		}
		workflow := parse(t, text)
		if rights, ok := workflow["permissions"].(map[string]any); !ok || len(rights) != 0 {
			t.Errorf("%s must begin without rights, got permissions %v", filepath.Base(name), workflow["permissions"])
		}
		for job, spec := range workflow["jobs"].(map[string]any) {
			if _, ok := spec.(map[string]any)["permissions"]; !ok {
				t.Errorf("%s: job %s doesn't say its rights", filepath.Base(name), job)
			}
		}
	}
}
