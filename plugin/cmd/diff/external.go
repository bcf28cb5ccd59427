package diff

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/printers"
	"mvdan.cc/sh/v3/shell"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// externalDiff is the variable with which kubectl too is told another program.
const externalDiff = "KUBECTL_EXTERNAL_DIFF"

// showWith runs a program on two directories with the texts. It returns errShown
// if the program's exit code is 1, and any other but 0 is an error.
func (c comparison) showWith(ctx context.Context, command string, streams genericiooptions.IOStreams) (err error) {
	args, err := shell.Fields(command, nil)
	if err == nil && len(args) == 0 {
		err = errors.New("it names no program")
	}
	if err != nil {
		return fmt.Errorf("reading %s %q: %w", externalDiff, command, err)
	}
	// The directories go before the run does, whatever ends it.
	release, err := term.Hold(streams.Out)
	if err != nil {
		return err
	}
	defer release()
	all := c.all()
	names := fileNames(all)
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
		for i, p := range all {
			if err := os.WriteFile(filepath.Join(dir, names[i]), []byte(side.text(p)), 0o600); err != nil {
				return fmt.Errorf("writing a file for %s: %w", externalDiff, err)
			}
		}
		args = append(args, dir)
	}
	return runExternal(ctx, args, streams)
}

// waitForExternal is how long a program that is told to end may take.
const waitForExternal = time.Second

func runExternal(ctx context.Context, args []string, streams genericiooptions.IOStreams) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = streams.In, term.File(streams.Out), streams.ErrOut
	if !slices.ContainsFunc([]any{cmd.Stdin, cmd.Stdout, cmd.Stderr}, printers.IsTerminal) {
		apart(cmd)
	}
	// The signal that ends this program is for that one too: it may have been sent to
	// this one alone. What doesn't heed it is killed.
	cmd.WaitDelay = 2 * waitForExternal
	cmd.Cancel = func() error {
		time.AfterFunc(waitForExternal, func() { _ = send(cmd, syscall.SIGKILL) })
		var stopped term.Stopped
		errors.As(context.Cause(ctx), &stopped)
		return send(cmd, syscall.Signal(stopped))
	}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
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
