package main

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

// reference is the table of the settings in the documentation.
func reference() string {
	var b strings.Builder
	b.WriteString("\n| Setting | Flag | Type | Default | Description |\n|---|---|---|---|---|\n")
	row := func(cells ...string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	for _, s := range config.Settings() {
		flag, kind, unset := "", "string", s.Unset()
		if s.Flag != "" {
			flag = code("--" + s.Flag)
		}
		if s.Truth() {
			kind = "boolean"
		}
		if s.Default != "" {
			unset = code(unset)
		}
		row(code(s.Name), flag, kind, unset, cell(s.Doc))
	}
	for _, l := range config.Lists() {
		row(code(l.Name), "", "list", "", cell(l.Doc))
		for _, f := range l.Entry {
			if f.Doc != "" {
				row(code(l.Name+"[]."+f.Name), "", "string", "", cell(f.Doc))
			}
		}
	}
	b.WriteString("\n")
	return b.String()
}

func code(text string) string { return "`" + text + "`" }

// cell is text as a cell of a table in Markdown has it.
func cell(text string) string { return strings.ReplaceAll(markdown(text), "|", `\|`) }

// markdown keeps Markdown from taking characters for its own.
func markdown(text string) string {
	return strings.NewReplacer("*", `\*`, "<", `\<`, "`", "\\`", "[", `\[`).Replace(text)
}
