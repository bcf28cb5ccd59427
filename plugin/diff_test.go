package plugin

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// TestDiffGolden: with all of the file as context, the lines of a diff that don't
// come are the input, and those that don't go are what preview prints. Without a
// difference there is no diff.
func TestDiffGolden(t *testing.T) {
	differs := 0
	for _, c := range golden.Load(t, "..") {
		t.Run(c.Name, func(t *testing.T) {
			t.Chdir(c.Dir)
			code, stdout, stderr := run(t, nil, "diff", "--local", "--config", "config.yaml", "-C", strconv.Itoa(math.MaxInt), "input.yaml")
			if slices.ContainsFunc(c.Expect, golden.Expect.Exists) {
				if code != term.ExitDiffers || strings.Count(stdout, "\n+++ expected/") != len(c.Expect) || strings.Contains(stderr, "PodExists") {
					t.Errorf("want its Pods examined, got exit code %d, stdout %q\n%s", code, stdout, stderr)
				}
				return
			}
			switch {
			case c.Want == nil && code == term.ExitError && stdout == "":
				return
			case c.Want != nil && string(c.Want) == string(c.Input) && code == term.ExitOK && stdout == "":
				return
			case c.Want == nil || code != term.ExitDiffers:
				t.Fatalf("exit code %d, stdout %q\n%s", code, stdout, stderr)
			}
			differs++
			before, after := sides(stdout)
			if diff := cmp.Diff(string(c.Input), before); diff != "" {
				t.Errorf("before (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(string(c.Want), after); diff != "" {
				t.Errorf("after (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(string(c.Report), stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
	if differs < 20 {
		t.Errorf("only %d cases differ", differs)
	}
}

// sides takes a diff of one hunk apart.
func sides(diff string) (before, after string) {
	lines := strings.SplitAfter(diff, "\n")[3:]
	for i, line := range lines {
		if line == "" || line[0] == '\\' {
			continue
		}
		text := line[1:]
		if strings.HasPrefix(lines[i+1], "\\") {
			text = strings.TrimSuffix(text, "\n")
		}
		if line[0] != '+' {
			before += text
		}
		if line[0] != '-' {
			after += text
		}
	}
	return before, after
}

// TestDiffNoLineBreakAtTheEnd: it stays so, and the diff says so.
func TestDiffNoLineBreakAtTheEnd(t *testing.T) {
	in := namespaceAndAccount + "---\n" + strings.TrimSuffix(pod, "\n")
	code, stdout, stderr := run(t, []byte(in), append([]string{"diff"}, previewArgs("-q", "-C", "0")[1:]...)...)
	const mark = "\\ No newline at end of file\n"
	if code != term.ExitDiffers || strings.Count(stdout, mark) != 2 || !strings.HasSuffix(stdout, "+          path: token\n"+mark) {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// TestDiffFailingWriter: an output that is cut off is an error and no difference.
func TestDiffFailingWriter(t *testing.T) {
	for _, flag := range []string{"--stat=false", "--stat"} {
		var stderr strings.Builder
		in := strings.NewReader(namespaceAndAccount + "---\n" + pod)
		code := Main(append([]string{"diff"}, previewArgs("-q", flag)[1:]...), "", genericiooptions.IOStreams{In: in, Out: &limited{left: 10}, ErrOut: &stderr})
		if diff := cmp.Diff("error: writing the differences: short write\n", stderr.String()); code != term.ExitError || diff != "" {
			t.Errorf("%s: exit code %d, stderr (-want +got):\n%s", flag, code, diff)
		}
	}
}
