package diff

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/printers"
	"mvdan.cc/sh/v3/shell"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// view is how differences are shown.
type view struct {
	context int
	color   string
	stat    bool
}

// colors are the values of --color.
var colors = []string{"auto", "always", "never"}

func (v *view) add(cmd *cobra.Command) {
	cmd.Flags().IntVarP(&v.context, "context-lines", "C", 3, "number of unchanged lines around each change")
	cmd.Flags().StringVar(&v.color, "color", "auto", "color the diff: auto, which is on a terminal, always or never")
	cmd.Flags().BoolVar(&v.stat, "stat", false, "print how many lines differ in each file instead of the lines")
	term.Complete(cmd, "color", colors...)
	term.CompleteWith(cmd, "context-lines", cobra.NoFileCompletions)
}

// check refuses values that there aren't.
func (v *view) check() error {
	switch {
	case v.context < 0:
		return fmt.Errorf("checking --context-lines %d: want 0 or more", v.context)
	case !slices.Contains(colors, v.color):
		return fmt.Errorf("checking --color %q: want auto, always or never", v.color)
	}
	return nil
}

// errShown ends a run that has shown differences.
const errShown = term.Differs("")

// show writes what differs, or lets KUBECTL_EXTERNAL_DIFF do it. It returns
// errShown if anything does.
func (v *view) show(streams genericiooptions.IOStreams, c comparison) error {
	if command := os.Getenv(externalDiff); strings.TrimSpace(command) != "" && !v.stat {
		return c.showWith(command, streams)
	}
	if !slices.ContainsFunc(c.pairs, textdiff.Pair.Differs) {
		return nil
	}
	format := textdiff.Format{
		From: c.from, To: c.to, Context: v.context,
		Color: v.color == "always" || v.color == "auto" && printers.AllowsColorOutput(streams.Out),
	}
	// Elsewhere the bytes stay what they are, so that a patch applies.
	if format.Color || printers.IsTerminal(streams.Out) {
		format.Clean = term.Printable
	}
	text := format.Unified(c.pairs)
	if v.stat {
		text = format.Stat(c.pairs)
	}
	if err := term.Write(streams.Out, []byte(text), "the differences"); err != nil {
		return err
	}
	return errShown
}

// externalDiff is the variable with which kubectl too is told another program.
const externalDiff = "KUBECTL_EXTERNAL_DIFF"

// showWith runs a program on two directories with the texts. It returns errShown
// if the program's exit code is 1, and any other but 0 is an error.
func (c comparison) showWith(command string, streams genericiooptions.IOStreams) (err error) {
	args, err := shell.Fields(command, nil)
	if err == nil && len(args) == 0 {
		err = errors.New("it names no program")
	}
	if err != nil {
		return fmt.Errorf("reading %s %q: %w", externalDiff, command, err)
	}
	names := fileNames(c.pairs)
	for _, side := range []struct {
		what string
		text func(textdiff.Pair) string
	}{
		{c.from, func(p textdiff.Pair) string { return p.Before }},
		{c.to, func(p textdiff.Pair) string { return p.After }},
	} {
		dir, mkdirErr := os.MkdirTemp("", strings.ToUpper(side.what)+"-")
		if mkdirErr != nil {
			return fmt.Errorf("making a directory for %s: %w", externalDiff, mkdirErr)
		}
		defer func() {
			if removeErr := os.RemoveAll(dir); removeErr != nil {
				err = fmt.Errorf("removing the directory of %s: %w", externalDiff, removeErr)
			}
		}()
		for i, p := range c.pairs {
			if err := os.WriteFile(filepath.Join(dir, names[i]), []byte(side.text(p)), 0o600); err != nil {
				return fmt.Errorf("writing a file for %s: %w", externalDiff, err)
			}
		}
		args = append(args, dir)
	}
	return runExternal(args, streams)
}

func runExternal(args []string, streams genericiooptions.IOStreams) error {
	// Ctrl-C is for the program, which may be a pager. This one stays to remove the
	// directories.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = streams.In, streams.Out, streams.ErrOut
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == term.ExitDiffers:
		return errShown
	case err != nil:
		return fmt.Errorf("running %s %q: %w", externalDiff, args[0], err)
	}
	return nil
}

// longestName is how many characters of a name are kept, from its end: of four
// bytes each they still fit into a file's name.
const longestName = 60

// fileNames makes a file's name of each pair's, without folders and different from
// each other wherever case doesn't count.
func fileNames(pairs []textdiff.Pair) []string {
	var out []string
	taken := map[string]bool{}
	for _, p := range pairs {
		plain := strings.TrimLeft(strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".-_", r) {
				return r
			}
			return '_'
		}, p.Name), "._-")
		runes := []rune(plain)
		plain = string(runes[max(0, len(runes)-longestName):])
		name := plain
		for n := 2; name == "" || taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%d-%s", n, plain)
		}
		taken[strings.ToLower(name)] = true
		out = append(out, name)
	}
	return out
}
