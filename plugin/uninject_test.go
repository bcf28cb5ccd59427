package plugin

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/golden"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// TestUninjectGolden: what preview has put into a case comes out again. Where it
// can't, as pkg/manifest's test names them, the output still has no mark, or had
// none from the start.
func TestUninjectGolden(t *testing.T) {
	back, all := 0, 0
	for _, c := range golden.Load(t, "..") {
		if c.Want == nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Chdir(c.Dir)
			code, stdout, stderr := run(t, c.Want, "uninject", "--config", "config.yaml", "-")
			if code != exitOK {
				t.Fatalf("exit code %d\n%s", code, stderr)
			}
			all++
			switch {
			case stdout == string(c.Input):
				back++
			case bytes.Contains(c.Want, []byte(manifest.Mark)) && !strings.Contains(stderr, " uninjected: "):
				t.Errorf("nothing is taken out:\n%s", stderr)
			}
			code, again, stderr := run(t, []byte(stdout), "uninject", "-q", "--config", "config.yaml", "-")
			if diff := cmp.Diff(stdout, again); code != exitOK || diff != "" {
				t.Errorf("a second time changes (-first +second):\n%s%s", diff, stderr)
			}
		})
	}
	if all-back > 10 || back == 0 {
		t.Errorf("only %d of %d cases come back", back, all)
	}
}

// TestUninjectUntouched: manifests that were never injected come out byte for byte,
// without a config.
func TestUninjectUntouched(t *testing.T) {
	tested := 0
	for _, c := range golden.Load(t, "..") {
		if c.Want == nil || bytes.Contains(c.Input, []byte(manifest.Mark)) {
			continue
		}
		tested++
		code, stdout, stderr := run(t, c.Input, "uninject", "-")
		if diff := cmp.Diff(string(c.Input), stdout); code != exitOK || diff != "" {
			t.Errorf("%s: exit code %d (-input +output):\n%s%s", c.Name, code, diff, stderr)
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
	if code != exitOK || !strings.Contains(injected, manifest.Mark) {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	name := filepath.Join(t.TempDir(), "injected.yaml")
	if err := os.WriteFile(name, []byte(injected), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, stderr := run(t, nil, "uninject", name)
	if diff := cmp.Diff(in, out); code != exitOK || diff != "" {
		t.Errorf("exit code %d (-input +output):\n%s%s", code, diff, stderr)
	}
}
