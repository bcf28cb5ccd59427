package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

const module = "github.com/kubectl-rrsa/rrsa"

// source is what the source of a package says and reflection doesn't.
type source struct {
	// comments of fields, by "Type.Field".
	comments map[string]string
	// values of the constants of a type, in their order.
	values map[string][]string
	// patterns by the variable that holds them.
	patterns map[string]string
}

type sources struct {
	top      string
	packages map[string]*source
}

// load reads a package of this module.
func (s sources) load(pkg string) (*source, error) {
	if out := s.packages[pkg]; out != nil {
		return out, nil
	}
	dir, ok := strings.CutPrefix(pkg, module+"/")
	if !ok {
		return nil, fmt.Errorf("reading the source of %q: it is not in this module", pkg)
	}
	names, err := filepath.Glob(filepath.Join(s.top, dir, "*.go"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("reading the source of %q: no files in %s", pkg, filepath.Join(s.top, dir))
	}
	out := &source{comments: map[string]string{}, values: map[string][]string{}, patterns: map[string]string{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("reading the source of %q: %w", pkg, err)
		}
		for _, decl := range parsed.Decls {
			if g, ok := decl.(*ast.GenDecl); ok {
				for _, spec := range g.Specs {
					out.add(spec)
				}
			}
		}
	}
	s.packages[pkg] = out
	return out, nil
}

func (s *source) add(spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		fields, ok := spec.Type.(*ast.StructType)
		if !ok {
			return
		}
		for _, f := range fields.Fields.List {
			for _, name := range f.Names {
				s.comments[spec.Name.Name+"."+name.Name] = strings.Join(strings.Fields(f.Doc.Text()), " ")
			}
		}
	case *ast.ValueSpec:
		for i, value := range spec.Values {
			if t, ok := spec.Type.(*ast.Ident); ok {
				if text, ok := literal(value); ok {
					s.values[t.Name] = append(s.values[t.Name], text)
				}
			}
			if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "MustCompile" {
					s.patterns[spec.Names[i].Name], _ = literal(call.Args[0])
				}
			}
		}
	}
}

// literal is the value of a string literal.
func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
