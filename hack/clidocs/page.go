package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/plugin"
)

// index is the page of the command without a verb, which lists the others.
const index = "README.md"

// pages returns every page by its file's name.
func pages() map[string]string {
	root := plugin.NewCommand("", genericiooptions.IOStreams{})
	out := map[string]string{}
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		out[name(cmd)] = page(cmd)
		for _, sub := range verbs(cmd) {
			add(sub)
		}
	}
	add(root)
	return out
}

// verbs are the commands below a command, by name.
func verbs(cmd *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
			out = append(out, sub)
		}
	}
	return out
}

// name is a page's file: "trust-policy.md".
func name(cmd *cobra.Command) string {
	_, path, below := strings.Cut(cmd.CommandPath(), cmd.Root().CommandPath()+" ")
	if !below {
		return index
	}
	return strings.ReplaceAll(path, " ", "_") + ".md"
}

func page(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- Written by \"make generate\" from the command's help. -->\n# %s\n\n%s\n\n", cmd.CommandPath(), markdown(cmd.Long))
	if cmd.Runnable() && cmd.HasParent() {
		fmt.Fprintf(&b, "```text\n%s\n```\n\n", cmd.UseLine())
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, "## Examples\n\n```sh\n%s\n```\n\n", unindented(cmd.Example))
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

// special are the characters of the help that Markdown would take for its own.
var special = strings.NewReplacer("*", `\*`, "<", `\<`, "`", "\\`", "[", `\[`)

func markdown(text string) string { return special.Replace(text) }

func cell(text string) string { return strings.ReplaceAll(markdown(text), "|", `\|`) }

// unindented takes away the indentation that examples have in the help.
func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}
