package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/plugin"
)

// index is the page of the command without a verb, which lists the others.
const index = "README.md"

// pages makes the page of each command that the help lists.
func pages() []file { return pagesBelow(plugin.NewCommand("", genericiooptions.IOStreams{})) }

func pagesBelow(cmd *cobra.Command) []file {
	out := []file{{path.Join(pagesFolder, name(cmd)), page(cmd)}}
	for _, sub := range verbs(cmd) {
		out = append(out, pagesBelow(sub)...)
	}
	return out
}

// verbs are the commands below a command, by name.
func verbs(cmd *cobra.Command) []*cobra.Command {
	return slices.DeleteFunc(slices.Clone(cmd.Commands()), func(sub *cobra.Command) bool { return !sub.IsAvailableCommand() })
}

// name is a page's file: "trust-policy.md".
func name(cmd *cobra.Command) string {
	_, below, ok := strings.Cut(cmd.CommandPath(), cmd.Root().CommandPath()+" ")
	if !ok {
		return index
	}
	return strings.ReplaceAll(below, " ", "_") + ".md"
}

func page(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- Written by \"make generate\" from the command's help. -->\n# %s\n\n%s\n\n", cmd.CommandPath(), markdown(cmd.Long))
	if cmd.Runnable() && cmd.HasParent() {
		fmt.Fprintf(&b, "```text\n%s\n```\n\n", cmd.UseLine())
	}
	// The help indents its examples.
	if example := strings.ReplaceAll("\n"+cmd.Example, "\n  ", "\n"); example != "\n" {
		fmt.Fprintf(&b, "## Examples\n\n```sh%s\n```\n\n", example)
	}
	if rows := flags(cmd.LocalFlags()); rows != "" {
		b.WriteString("## Flags\n\n| Flag | Default | What |\n|---|---|---|\n" + rows + "\n")
	}
	if subs := verbs(cmd); len(subs) > 0 {
		b.WriteString("## Commands\n\n| Command | What |\n|---|---|\n")
		for _, sub := range subs {
			fmt.Fprintf(&b, "| [%s](%s) | %s |\n", sub.CommandPath(), name(sub), cell(sub.Short))
		}
		b.WriteString("\n")
	}
	if cmd.HasParent() {
		fmt.Fprintf(&b, "[All commands](%s)\n", index)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// flags are the rows of the flags' table, by name as the help has them.
func flags(set *pflag.FlagSet) string {
	var b strings.Builder
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		flag := strings.TrimRight("--"+f.Name+" "+kind, " ")
		if f.Shorthand != "" {
			flag = "-" + f.Shorthand + ", " + flag
		}
		value := ""
		if f.DefValue != "" && f.DefValue != "[]" {
			value = "`" + f.DefValue + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", flag, value, cell(usage))
	})
	return b.String()
}

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
		if s.Default != "" && s.Else == "" {
			unset = code(unset)
		}
		row(code(s.Name), flag, kind, unset, cell(s.Doc))
	}
	for _, l := range config.Lists() {
		row(code(l.Name), "", "list", "", cell(l.Doc))
		for _, f := range l.Entry {
			kind := "string"
			if f.Truth {
				kind = "boolean"
			}
			if f.Doc != "" {
				row(code(l.Name+"[]."+f.Name), "", kind, "", cell(f.Doc))
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
