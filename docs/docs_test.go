// Package docs_test checks what can be checked of the documentation.
package docs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

// pages returns the documentation's pages by name.
func pages(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	out := map[string]string{}
	others := []string{"../README.md", "../CONTRIBUTING.md", "../SECURITY.md", "../CHANGELOG.md", "../fn/README.md", "../testdata/README.md"}
	for _, name := range append(names, others...) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(data)
	}
	return out
}

// TestLength: a page is read in one go. The rules are a reference, and of the questions
// about a cluster one is read at a time.
func TestLength(t *testing.T) {
	for name, text := range pages(t) {
		if n := strings.Count(text, "\n"); n > 150 && !strings.Contains(name, "/") && name != "rules.md" && name != "cluster.md" {
			t.Errorf("%s has %d lines", name, n)
		}
	}
}

var (
	fenced  = regexp.MustCompile("(?ms)^( *)```(\\w*)\n(.*?)^ *```$")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// slug is the anchor of a heading, as GitHub makes it.
func slug(heading string) string {
	return strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

func TestLinks(t *testing.T) {
	all := pages(t)
	for name, text := range all {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(m[1], "#")
			target := name
			if path != "" {
				target = filepath.Join(filepath.Dir(name), path)
				target = strings.TrimPrefix(target, "../docs/")
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var anchors []string
			for _, h := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(all[target], ""), -1) {
				anchors = append(anchors, slug(h[1]))
			}
			if anchor != "" && !slices.Contains(anchors, anchor) {
				t.Errorf("%s: there is no %s in %s", name, anchor, target)
			}
		}
	}
}

// TestEveryPageIsListed: a page that the index lacks isn't found.
func TestEveryPageIsListed(t *testing.T) {
	all := pages(t)
	for name := range all {
		if !strings.Contains(name, "/") && name != "README.md" && !strings.Contains(all["README.md"], "]("+name+")") {
			t.Errorf("README.md doesn't list %s", name)
		}
	}
}

// TestArchitecture: each package that the page names is there, and what it says is in
// one is declared there.
func TestArchitecture(t *testing.T) {
	page := pages(t)["architecture.md"]
	folder := regexp.MustCompile("`((?:(?:pkg|internal|plugin|hack|test|testdata)(?:/[a-z/-]+)?)|fn(?:/[a-z-]+)?|docs|examples)`")
	named := folder.FindAllStringSubmatch(page, -1)
	if len(named) < 40 {
		t.Errorf("only %d packages are found", len(named))
	}
	for _, m := range named {
		if info, err := os.Stat(filepath.Join("..", m[1])); err != nil || !info.IsDir() {
			t.Errorf("there is no folder %s", m[1])
		}
	}
	const name = "`([A-Za-z]+)`"
	declared := regexp.MustCompile(name + " in `((?:pkg|internal|plugin)[a-z/]*)`")
	found := declared.FindAllStringSubmatch(page, -1)
	if len(found) < 12 {
		t.Errorf("only %d declarations are found", len(found))
	}
	for _, m := range found {
		if !slices.Contains(declarations(t, filepath.Join("..", m[2])), m[1]) {
			t.Errorf("%s declares no %s", m[2], m[1])
		}
	}
}

// declarations are the names of a package's functions, methods and types, and of its
// constants and variables.
func declarations(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no package in %s: %v", dir, err)
	}
	var out []string
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				out = append(out, d.Name.Name)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						out = append(out, s.Name.Name)
					case *ast.ValueSpec:
						for _, n := range s.Names {
							out = append(out, n.Name)
						}
					}
				}
			}
		}
	}
	return out
}

// TestConfigs: every YAML block is YAML, and every config in one is valid.
func TestConfigs(t *testing.T) {
	configs := 0
	for name, text := range pages(t) {
		for i, m := range fenced.FindAllStringSubmatch(text, -1) {
			if m[2] != "yaml" {
				continue
			}
			var body strings.Builder
			for line := range strings.Lines(m[3]) {
				body.WriteString(strings.TrimPrefix(line, m[1]))
			}
			at := fmt.Sprintf("%s, block %d", name, i+1)
			var top map[string]any
			if err := yaml.Unmarshal([]byte(body.String()), &top); err != nil {
				var list []any
				if yaml.Unmarshal([]byte(body.String()), &list) != nil {
					t.Errorf("%s: %v", at, err)
				}
				continue
			}
			if top["kind"] != config.Kind || top["spec"] == nil {
				continue
			}
			configs++
			c, err := config.Parse(at, []byte(body.String()))
			if err != nil {
				t.Error(err)
				continue
			}
			if _, err := c.Injector(); err != nil {
				t.Errorf("%s: %v", at, err)
			}
		}
	}
	if configs < 8 {
		t.Errorf("only %d configs are found", configs)
	}
}

// TestEveryCodeIsExplained: a finding's code is there to be looked up, and what a cluster
// shows of a pod also where people ask why.
func TestEveryCodeIsExplained(t *testing.T) {
	all := pages(t)
	rules, causes := all["rules.md"], all["cluster.md"]
	code := regexp.MustCompile(`(?m)^(?:const|\s*)\s*\w+\s+(?:rrsa\.)?Code\s*=\s*"(\w+)"`)
	found := 0
	for _, pattern := range []string{"../pkg/rrsa/*.go", "../pkg/inject/*.go", "../plugin/cluster/*.go", "../plugin/diagnose/*.go", "../fn/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range code.FindAllStringSubmatch(string(data), -1) {
				found++
				if !strings.Contains(rules, "`"+m[1]+"`") {
					t.Errorf("rules.md doesn't explain %s of %s", m[1], filepath.Base(name))
				}
				if strings.Contains(pattern, "diagnose") && !strings.Contains(causes, "`"+m[1]+"`") {
					t.Errorf("cluster.md doesn't say what to do about %s", m[1])
				}
			}
		}
	}
	if found < 75 {
		t.Errorf("only %d codes are found", found)
	}
}
