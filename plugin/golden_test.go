package plugin

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

var update = flag.Bool("update", false, "write the want files of testdata/cases")

// TestGolden runs the plugin on each case: stdout is want.yaml, stderr want.txt.
func TestGolden(t *testing.T) {
	for _, c := range golden.Load(t, "..") {
		t.Run(c.Name, func(t *testing.T) {
			t.Chdir(c.Dir)
			code, stdout, stderr := run(t, nil, "preview", "--local", "--config", "config.yaml", "input.yaml")
			if *update {
				rewrite(t, code, stdout, stderr)
				return
			}
			if (code == term.ExitOK) != (c.Want != nil) {
				t.Fatalf("exit code %d, and want.yaml is there: %t\n%s", code, c.Want != nil, stderr)
			}
			if c.Error != "" && (code != term.ExitError || !strings.Contains(stderr, c.Error)) {
				t.Errorf("want exit code %d and an error with %q, got %d", term.ExitError, c.Error, code)
			}
			if diff := cmp.Diff(string(c.Want), stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(string(c.Report), stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

// run runs the plugin with stdin and returns its exit code, stdout and stderr.
func run(t *testing.T, stdin []byte, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = Main(args, "", genericiooptions.IOStreams{In: bytes.NewReader(stdin), Out: &out, ErrOut: &errOut})
	return code, out.String(), errOut.String()
}

func rewrite(t *testing.T, code int, stdout, stderr string) {
	t.Helper()
	if err := os.WriteFile("want.txt", []byte(stderr), 0o644); err != nil {
		t.Fatal(err)
	}
	if code == term.ExitOK {
		if err := os.WriteFile("want.yaml", []byte(stdout), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if err := os.Remove("want.yaml"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}
