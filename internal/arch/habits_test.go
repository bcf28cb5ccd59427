package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is a file of the project, tests aside.
type source struct {
	pkg, name string
	file      *ast.File
	positions *token.FileSet
}

// sources parses the files of the packages that a pattern names.
func sources(t *testing.T, patterns ...string) []source {
	t.Helper()
	var out []source
	for _, line := range list(t, append([]string{"-f", `{{range .GoFiles}}{{$.ImportPath}} {{$.Dir}}/{{.}}{{"\n"}}{{end}}`}, patterns...)...) {
		path, name, _ := strings.Cut(line, " ")
		s := source{pkg: strings.TrimPrefix(path, module+"/"), name: name, positions: token.NewFileSet()}
		var err error
		if s.file, err = parser.ParseFile(s.positions, name, nil, 0); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		t.Fatalf("no files in %v", patterns)
	}
	return out
}

// at is a place in a file, for a message.
func (s source) at(n ast.Node) string {
	return s.pkg + "/" + filepath.Base(s.name) + ":" + strconv.Itoa(s.positions.Position(n.Pos()).Line)
}

func everything() []string {
	return []string{"./pkg/...", "./internal/...", "./fn/...", "./plugin/...", "./hack/..."}
}

// A package is read as a whole, so that it must stay small.
func TestPackagesAreSmall(t *testing.T) {
	const most = 24
	files := map[string]int{}
	for _, s := range sources(t, everything()...) {
		if files[s.pkg]++; files[s.pkg] == most+1 {
			t.Errorf("%s has more than %d files: divide it", s.pkg, most)
		}
		if base := filepath.Base(s.pkg); slices.Contains([]string{"util", "utils", "helper", "helpers", "common"}, base) {
			t.Errorf("%s: name the package after what it is about", s.pkg)
		}
	}
}

// Who reads a type has its methods in three files at the most. The engine's planner
// may spread over the rules that it applies.
func TestMethodsStayTogether(t *testing.T) {
	const most = 3
	files := map[string][]string{}
	for _, s := range sources(t, everything()...) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil {
				continue
			}
			receiver := f.Recv.List[0].Type
			if star, ok := receiver.(*ast.StarExpr); ok {
				receiver = star.X
			}
			if generic, ok := receiver.(*ast.IndexExpr); ok {
				receiver = generic.X
			}
			name := s.pkg + "." + receiver.(*ast.Ident).Name
			if !slices.Contains(files[name], s.name) {
				files[name] = append(files[name], s.name)
			}
		}
	}
	for name, in := range files {
		if len(in) > most && name != "pkg/rrsa.planner" {
			t.Errorf("%s has methods in %d files, at most %d are allowed: %v", name, len(in), most, in)
		}
	}
}

// There is no state but what is passed on: no init, no variable of a package that a
// function sets, and nobody but main ends the process.
func TestNoGlobalState(t *testing.T) {
	all := sources(t, everything()...)
	vars := map[string]bool{}
	for _, s := range all {
		for _, d := range s.file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, spec := range g.Specs {
					for _, name := range spec.(*ast.ValueSpec).Names {
						vars[s.pkg+"."+name.Name] = true
					}
				}
			}
		}
	}
	for _, s := range all {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if f.Name.Name == "init" && f.Recv == nil {
				t.Errorf("%s: init", s.at(f))
			}
			local := locals(f)
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.AssignStmt:
					for _, to := range n.Lhs {
						if id, ok := to.(*ast.Ident); ok && n.Tok != token.DEFINE && vars[s.pkg+"."+id.Name] && !local[id.Name] {
							t.Errorf("%s: sets %s, a variable of the package", s.at(n), id.Name)
						}
					}
				case *ast.SelectorExpr:
					if x, ok := n.X.(*ast.Ident); ok && x.Name == "os" && n.Sel.Name == "Exit" && s.file.Name.Name != "main" {
						t.Errorf("%s: os.Exit outside of main", s.at(n))
					}
				}
				return true
			})
		}
	}
}

// locals are the names that a function declares itself.
func locals(f *ast.FuncDecl) map[string]bool {
	out := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, to := range n.Lhs {
				if id, ok := to.(*ast.Ident); ok && n.Tok == token.DEFINE {
					out[id.Name] = true
				}
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				out[name.Name] = true
			}
		case *ast.Field:
			for _, name := range n.Names {
				out[name.Name] = true
			}
		}
		return true
	})
	return out
}

// The engine and the YAML layers give codes and facts. What to type for them is for
// the front ends to say, each in its own words.
func TestEngineNamesNoCommandLine(t *testing.T) {
	for _, s := range sources(t, "./pkg/...", "./internal/yaml...", "./internal/podtemplate", "./internal/sdkerror") {
		if s.pkg == "pkg/config" {
			continue // its table has the flags
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if _, isImport := n.(*ast.ImportSpec); isImport {
				return false
			}
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			for _, word := range []string{"kubectl rrsa", "kubectl-rrsa", " --local", "--config", "--unmarked", "--check", "stderr", "stdout"} {
				if strings.Contains(lit.Value, word) {
					t.Errorf("%s: %s names %q, which is a front end's", s.at(lit), lit.Value, word)
				}
			}
			return true
		})
	}
	// Below the engine nobody knows what RRSA is.
	for _, s := range sources(t, "./internal/yaml...", "./pkg/manifest") {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && !strings.Contains(lit.Value, module) && strings.Contains(strings.ToLower(lit.Value), "rrsa") {
				t.Errorf("%s: %s is about RRSA", s.at(lit), lit.Value)
			}
			return true
		})
	}
}
