// Package arch holds the architecture as a test: which package may import what, and
// the habits that a reader may count on. docs/architecture.md draws the same picture.
package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/kubectl-rrsa/rrsa"

// list runs go list at the top of the module and returns its lines.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	top := filepath.Join("..", "..")
	look(t, top)
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = top
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing packages: %v\n%s", err, stderr.String())
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
}

// look reads the folders that go list will read. go test caches a result until a
// file that the test itself looked at changes; it can't see what go list reads.
func look(t *testing.T, top string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(top, "go.mod")); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"pkg", "fn", "plugin", "internal", "hack"} {
		err := filepath.WalkDir(filepath.Join(top, dir), func(_ string, _ fs.DirEntry, err error) error { return err })
		if err != nil {
			t.Fatal(err)
		}
	}
}

// under tells whether a package is at or below a path.
func under(pkg, path string) bool { return pkg == path || strings.HasPrefix(pkg, path+"/") }

func reached(packages []string, path string) []string {
	var out []string
	for _, pkg := range packages {
		if under(pkg, path) {
			out = append(out, pkg)
		}
	}
	return out
}

// What a package's imports, and theirs, must not lead to; tests may import more.
func TestReach(t *testing.T) {
	const (
		kyaml    = "sigs.k8s.io/kustomize/kyaml"
		cobra    = "github.com/spf13/cobra"
		clientGo = "k8s.io/client-go"
	)
	for _, tt := range []struct {
		name    string
		pattern string
		not     []string
	}{
		{"the engine knows neither YAML nor programs nor clusters", "./pkg/rrsa", []string{
			kyaml, cobra, clientGo,
		}},
		{"trust policies are JSON", "./pkg/trustpolicy", []string{kyaml, cobra, clientGo}},
		{"the YAML layers know no Kubernetes types", "./pkg/manifest", []string{"k8s.io/api", cobra, clientGo}},
		{"the settings' file knows no command line and no cluster", "./pkg/config", []string{cobra, clientGo}},
		{"the function has no command line library and no cluster", "./fn/...", []string{cobra, clientGo}},
		{"what is said of a live pod needs no cluster", "./plugin/diagnose", []string{cobra, clientGo}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			deps := list(t, "-deps", tt.pattern)
			for _, path := range tt.not {
				if found := reached(deps, path); len(found) > 0 {
					t.Errorf("%s must not reach %s, and does:\n\t%s", tt.pattern, path, strings.Join(found, "\n\t"))
				}
			}
		})
	}
	// A path that is written wrong above is never reached: the plugin, which may
	// reach all of them, shows that they are right.
	deps := list(t, "-deps", "./plugin/...")
	for _, path := range []string{kyaml, cobra, clientGo, "k8s.io/api"} {
		if len(reached(deps, path)) == 0 {
			t.Errorf("the plugin doesn't reach %s: is the path right?", path)
		}
	}
}

// One package of the plugin talks to clusters; the others get what it has read.
func TestOneClusterPackage(t *testing.T) {
	const clients = "k8s.io/client-go"
	reads := false
	for _, pkg := range list(t, "./plugin/...") {
		found := reached(list(t, "-f", `{{join .Imports "\n"}}`, pkg), clients)
		switch {
		case pkg == module+"/plugin/cluster":
			reads = len(found) > 0
		case len(found) > 0:
			t.Errorf("%s must leave it to plugin/cluster to import %s", pkg, strings.Join(found, ", "))
		}
	}
	if !reads {
		t.Errorf("plugin/cluster imports nothing of %s: is the path right?", clients)
	}
}

// The engine does no input or output itself. What k8s.io/api drags in reaches
// net, so that only the project's own imports can be judged.
func TestEngineIsPure(t *testing.T) {
	engine := slices.DeleteFunc(list(t, "-deps", "./pkg/rrsa"), func(pkg string) bool { return !under(pkg, module) })
	if !slices.Contains(engine, module+"/pkg/rrsa") {
		t.Fatalf("the engine is not among its own packages: %v", engine)
	}
	for _, pkg := range engine {
		imports := list(t, "-f", `{{join .Imports "\n"}}`, pkg)
		for _, path := range []string{"os", "net", "syscall", "io/ioutil", "log", "math/rand", "k8s.io/klog"} {
			if found := reached(imports, path); len(found) > 0 {
				t.Errorf("%s must not import %s", pkg, strings.Join(found, ", "))
			}
		}
	}
}

// A duration may be read with package time, but a clock may not: the same input
// gives the same output tomorrow.
func TestEngineHasNoClock(t *testing.T) {
	clock := []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Sleep"}
	for _, dir := range []string{"pkg/rrsa", "internal/suggest"} {
		files := list(t, "-f", `{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}`, "./"+dir)
		if len(files) == 0 {
			t.Fatalf("no files in %s", dir)
		}
		for _, name := range files {
			positions := token.NewFileSet()
			file, err := parser.ParseFile(positions, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"time"` && i.Name != nil }) {
				t.Errorf("%s imports time under another name, where this test can't follow it", filepath.Base(name))
			}
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok || !slices.Contains(clock, s.Sel.Name) {
					return true
				}
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
					t.Errorf("%s/%s:%d: reads the clock with time.%s", dir, filepath.Base(name), positions.Position(s.Pos()).Line, s.Sel.Name)
				}
				return true
			})
		}
	}
}
