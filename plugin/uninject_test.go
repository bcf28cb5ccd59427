package plugin

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// TestUninjectGolden: what preview has put into a case comes out again, byte for
// byte; of an object that was written again as a whole, its meaning. Where the input
// has nothing of RRSA itself, what carries no mark is ours.
func TestUninjectGolden(t *testing.T) {
	for _, c := range golden.Load(t, "..") {
		if c.Want == nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Chdir(c.Dir)
			args := []string{"uninject", "--config", "config.yaml", "-"}
			if !bytes.Contains(c.Input, []byte(rrsa.VolumeName)) {
				args = append(args, "--unmarked")
			}
			code, stdout, stderr := run(t, c.Want, args...)
			diff := cmp.Diff(string(c.Input), stdout)
			if c.Rewritten() {
				diff = cmp.Diff(golden.Meaning(t, c.Input), golden.Meaning(t, []byte(stdout)))
			}
			if code != term.ExitOK || diff != "" {
				t.Fatalf("exit code %d (-input +output):\n%s%s", code, diff, stderr)
			}
			if !bytes.Equal(c.Input, c.Want) && !strings.Contains(stderr, " uninjected: ") {
				t.Errorf("the report doesn't say that anything is taken out:\n%s", stderr)
			}
			code, again, stderr := run(t, []byte(stdout), args...)
			if diff := cmp.Diff(stdout, again); code != term.ExitOK || diff != "" {
				t.Errorf("a second time changes (-first +second):\n%s%s", diff, stderr)
			}
		})
	}
}

// TestUninjectUntouched: manifests that were never injected come out byte for byte,
// without a config.
func TestUninjectUntouched(t *testing.T) {
	tested := 0
	for _, c := range golden.Load(t, "..") {
		if c.Want == nil || bytes.Contains(c.Input, []byte(inject.Mark)) {
			continue
		}
		tested++
		for _, args := range [][]string{{"uninject", "-"}, {"uninject", "--unmarked", "-"}} {
			if len(args) == 3 && bytes.Contains(c.Input, []byte(rrsa.VolumeName)) {
				continue
			}
			code, stdout, stderr := run(t, c.Input, args...)
			if diff := cmp.Diff(string(c.Input), stdout); code != term.ExitOK || diff != "" {
				t.Errorf("%s: %v: exit code %d (-input +output):\n%s%s", c.Name, args, code, diff, stderr)
			}
		}
	}
	if tested < 20 {
		t.Errorf("only %d cases are tested", tested)
	}
}

// TestUninjectBytes: a byte order mark and line ends stay.
func TestUninjectBytes(t *testing.T) {
	in := "\uFEFF" + strings.ReplaceAll(namespaceAndAccount+"---\n"+pod+"\n# end", "\n", "\r\n")
	code, injected, stderr := run(t, []byte(in), previewArgs("-q")...)
	if code != term.ExitOK || !strings.Contains(injected, inject.Mark) {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	name := filepath.Join(t.TempDir(), "injected.yaml")
	if err := os.WriteFile(name, []byte(injected), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, stderr := run(t, nil, "uninject", name)
	if diff := cmp.Diff(in, out); code != term.ExitOK || diff != "" {
		t.Errorf("exit code %d (-input +output):\n%s%s", code, diff, stderr)
	}
}
