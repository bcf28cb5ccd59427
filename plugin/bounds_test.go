package plugin

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// patience is far more than any of the inputs below needs, also with -race on a
// busy machine, and far less than one without bounds would take.
const patience = 5 * time.Minute

// runBounded is run, and fails if it takes too long.
func runBounded(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		code, stdout, stderr = run(t, []byte(stdin), args...)
	}()
	select {
	case <-done:
		return code, stdout, stderr
	case <-time.After(patience):
		t.Fatalf("no end after %s", patience)
		return 0, "", ""
	}
}

// bomb is a mapping's keys a to i; each has nine times as many nodes as the one
// before, written out.
func bomb() string {
	var b strings.Builder
	b.WriteString("a: &a [x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c <= 'i'; c++ {
		fmt.Fprintf(&b, "%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), ", "))
	}
	return b.String()
}

// TestPreviewAliasBombs: aliases that stand for too much, or for themselves, end
// soon: as text where nothing is to be changed, else with an error.
func TestPreviewAliasBombs(t *testing.T) {
	const configMap = "apiVersion: v1\nkind: ConfigMap\n"
	podWith := func(spec string) string {
		return namespaceAndAccount + "---\n" + "apiVersion: v1\nkind: Pod\nmetadata: {name: cart, namespace: shop}\n" + spec
	}
	tests := map[string]struct {
		in   string
		args []string
		err  string // empty if the input comes out as it is
	}{
		"not looked at":        {in: configMap + bomb()},
		"as JSON":              {in: configMap + bomb(), args: []string{"-o", "json"}, err: "error: encoding stdin as JSON: yaml: document contains excessive aliasing\n"},
		"of an unknown kind":   {in: "apiVersion: example.com/v1\nkind: Thing\n" + bomb()},
		"as containers":        {in: podWith(bomb() + "spec: {serviceAccountName: cart, containers: *i}\n"), err: "pod/cart: aliases and merge keys stand for more than 100000 nodes"},
		"beside what changes":  {in: podWith(bomb() + "spec: &s\n  serviceAccountName: cart\n  tolerations: *i\n  containers: &c\n  - name: cart\nagain: *c\n"), err: "pod/cart: aliases and merge keys stand for more than 100000 nodes"},
		"contains itself":      {in: configMap + "data: &d\n  d: *d\n"},
		"itself as JSON":       {in: configMap + "data: &d\n  d: *d\n", args: []string{"-o", "json"}, err: "error: encoding stdin as JSON: yaml: anchor 'd' value contains itself\n"},
		"a pod within itself":  {in: podWith("spec: &s\n  serviceAccountName: cart\n  containers: [*s]\n"), err: "error: "},
		"merges itself":        {in: podWith("spec: &s\n  serviceAccountName: cart\n  <<: *s\n  containers: [{name: cart}]\n"), err: "error: "},
		"an object without it": {in: bomb(), err: "error: reading stdin, document 1, line 1: the object has no kind\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := runBounded(t, test.in, previewArgs(test.args...)...)
			if test.err == "" {
				if code != term.ExitOK || stdout != test.in {
					t.Errorf("want the input as it is, got exit code %d, stdout:\n%s\nstderr:\n%s", code, stdout, stderr)
				}
				return
			}
			if code != term.ExitError || stdout != "" || !strings.Contains(stderr, test.err) {
				t.Errorf("want exit code %d and %q, got %d, stdout %q, stderr %q", term.ExitError, test.err, code, stdout, stderr)
			}
		})
	}
}

// TestPreviewDeep: nesting without an end is an error of the parser's.
func TestPreviewDeep(t *testing.T) {
	for _, open := range []string{"[", "{a: ", "- "} {
		code, stdout, stderr := runBounded(t, "a: 1\n---\n"+strings.Repeat(open, 1_000_000), previewArgs()...)
		if code != term.ExitError || stdout != "" || !strings.HasPrefix(stderr, "error: ") {
			t.Errorf("%q: want exit code %d, got %d, stderr %.200q", open, term.ExitError, code, stderr)
		}
	}
}

// TestPreviewLarge: 10 MB of pods and of one string, a List of thousands, and very
// many empty documents.
func TestPreviewLarge(t *testing.T) {
	size, many := 10<<20, 5000
	if testing.Short() {
		size, many = size/10, many/10 // the race detector takes half a minute for all
	}
	large := pod + "    command:\n    - sh\n    - -c\n    - |\n" + strings.Repeat("      echo one more line of text\n", 150)
	indented := "- " + strings.TrimSuffix(strings.ReplaceAll(pod, "\n", "\n  "), "  ")
	tests := map[string]struct {
		in       string
		injected int
	}{
		"documents":       {namespaceAndAccount + strings.Repeat("---\n"+large, size/len(large)+1), size/len(large) + 1},
		"List":            {namespaceAndAccount + "---\napiVersion: v1\nkind: List\nitems:\n" + strings.Repeat(indented, many), many},
		"string":          {namespaceAndAccount + "---\n" + pod + "---\napiVersion: v1\nkind: ConfigMap\ndata:\n  text: |\n" + strings.Repeat("    one more line of text\n", size/26), 1},
		"empty documents": {namespaceAndAccount + strings.Repeat("---\n", 20*many) + pod, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			code, stdout, stderr := runBounded(t, test.in, previewArgs()...)
			t.Logf("%d bytes in, %d out, in %s", len(test.in), len(stdout), time.Since(start).Round(time.Millisecond))
			if code != term.ExitOK {
				t.Fatalf("exit code %d\n%.500s", code, stderr)
			}
			if got := strings.Count(stderr, "pod/cart (shop) injected: "); got != test.injected {
				t.Errorf("want %d lines of the report, got %d", test.injected, got)
			}
			if got := strings.Count(stdout, "ALIBABA_CLOUD_ROLE_ARN"); got != test.injected {
				t.Errorf("want %d pods injected in the output, got %d", test.injected, got)
			}
		})
	}
}
