package fn_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/fn"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// TestGolden runs the function on each case, wrapped into a ResourceList by the
// library that kpt and kustomize wrap with. The items decode to those of
// want.yaml; a refused case comes back as it was, with an error result and a line
// on stderr; and a second run changes no item.
func TestGolden(t *testing.T) {
	for _, c := range golden.Load(t, "..") {
		c = c.Ended()
		t.Run(c.Name, func(t *testing.T) {
			input := wrap(t, c.Input, c.Config)
			code, stdout, stderr := run(t, input)
			want := c.Want
			if want == nil {
				if code != 1 || stderr == "" {
					t.Fatalf("want exit code 1 and a line on stderr, got %d and %q", code, stderr)
				}
				if !bytes.Contains(stdout, []byte("severity: error")) {
					t.Errorf("no result is an error:\n%s", stdout)
				}
				want = c.Input
			} else if code != 0 {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			if diff := cmp.Diff(objects(t, wrap(t, want, c.Config)), objects(t, stdout)); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			_, again, _ := run(t, stdout)
			if diff := cmp.Diff(items(t, stdout), items(t, again)); diff != "" {
				t.Errorf("a second run changes the items (-first +second):\n%s", diff)
			}
		})
	}
}

// wrap makes the ResourceList that an orchestrator would send for a file.
func wrap(t *testing.T, manifests, config []byte) []byte {
	t.Helper()
	nodes, err := (&kio.ByteReader{Reader: bytes.NewReader(manifests), PreserveSeqIndent: true}).Read()
	if bytes.HasPrefix(manifests, []byte("%YAML")) {
		if err == nil {
			t.Fatal("kyaml reads YAML directives by now: run this case too")
		}
		t.Skip("kyaml, which kpt and kustomize read with, takes no YAML directives")
	}
	if err != nil {
		t.Fatal(err)
	}
	functionConfig, err := yaml.Parse(string(config))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := kio.ByteWriter{
		Writer: &out, KeepReaderAnnotations: true, FunctionConfig: functionConfig,
		WrappingKind: kio.ResourceListKind, WrappingAPIVersion: kio.ResourceListAPIVersion,
	}
	if err := w.Write(nodes); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// run runs the function and returns its exit code, stdout and stderr.
func run(t *testing.T, stdin []byte, args ...string) (int, []byte, string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code := fn.Main(args, bytes.NewReader(stdin), &out, &errOut)
	return code, out.Bytes(), errOut.String()
}

// objects decodes the items of a ResourceList.
func objects(t *testing.T, list []byte) []any {
	t.Helper()
	var out struct{ Items []any }
	if err := yaml.Unmarshal(list, &out); err != nil {
		t.Fatalf("the ResourceList doesn't parse: %v\n%s", err, list)
	}
	return out.Items
}

// items is the text of a ResourceList's items, without what follows.
func items(t *testing.T, list []byte) string {
	t.Helper()
	_, text, ok := strings.Cut(string(list), "\nitems:")
	if !ok {
		t.Fatalf("no items:\n%s", list)
	}
	text, _, _ = strings.Cut(text, "\nresults:")
	return strings.TrimSuffix(text, "\n")
}
