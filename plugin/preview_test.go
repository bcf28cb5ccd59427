package plugin

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

const (
	namespaceAndAccount = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-identity.alibabacloud.com/injection: "on"
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: cart
  namespace: shop
  annotations:
    pod-identity.alibabacloud.com/role-name: cart-oss
`
	pod = `apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
spec:
  serviceAccountName: cart
  containers:
  - name: cart
    image: cart:1.0
`
	injectedPod = pod + `    env:
    - name: ALIBABA_CLOUD_ROLE_ARN # inject-rrsa
      value: acs:ram::1488999589000000:role/cart-oss
    - name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN # inject-rrsa
      value: acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000
    - name: ALIBABA_CLOUD_OIDC_TOKEN_FILE # inject-rrsa
      value: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token
    volumeMounts:
    - mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens # inject-rrsa
      name: rrsa-oidc-token
      readOnly: true
  volumes:
  - name: rrsa-oidc-token # inject-rrsa
    projected:
      defaultMode: 420
      sources:
      - serviceAccountToken:
          audience: sts.aliyuncs.com
          expirationSeconds: 3600
          path: token
`
)

// previewArgs are those of a preview of stdin with the cluster's identity.
func previewArgs(more ...string) []string {
	return append([]string{
		"preview", "--local", "-", "--account-id", "1488999589000000",
		"--cluster-id", "cbec9a1f7b433470ebe4c900552000000", "--webhook-version", "0.1.1",
	}, more...)
}

// TestPreviewBytes: a byte order mark and line ends stay, and edits have the line
// ends of the file.
func TestPreviewBytes(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	const bom, start = "\uFEFF", namespaceAndAccount + "---\n# the cart\n"
	tests := map[string]struct{ in, want string }{
		"LF":                {start + pod, start + injectedPod},
		"CRLF":              {crlf(start + pod), crlf(start + injectedPod)},
		"BOM":               {bom + start + pod, bom + start + injectedPod},
		"BOM and CRLF":      {bom + crlf(start+pod), bom + crlf(start+injectedPod)},
		"blanks at the end": {start + pod + "\n  \n# end  \n", start + injectedPod + "\n  \n# end  \n"},
		"nothing":           {"", ""},
		"BOM alone":         {bom, bom},
		"comments alone":    {"# a\r\n\r\n---\r\n# b", "# a\r\n\r\n---\r\n# b"},
		"nothing to inject": {"%YAML 1.1\n--- # first\n{kind: Service,   apiVersion: v1}\n...\n", "%YAML 1.1\n--- # first\n{kind: Service,   apiVersion: v1}\n...\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := run(t, []byte(test.in), previewArgs("--allow-empty")...)
			if code != term.ExitOK {
				t.Fatalf("exit code %d\n%s", code, stderr)
			}
			if diff := cmp.Diff(test.want, stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
			_, again, _ := run(t, []byte(stdout), previewArgs("--allow-empty")...)
			if diff := cmp.Diff(stdout, again); diff != "" {
				t.Errorf("a second preview (-first +second):\n%s", diff)
			}
		})
	}
}

// TestPreviewJoinsByteOrderMarks: within the output a byte order mark would be
// no mark but a character, so only the first file's stays.
func TestPreviewJoinsByteOrderMarks(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.yaml", "b.yaml"} {
		write(t, filepath.Join(dir, name), "\uFEFFapiVersion: v1\r\nkind: Service")
	}
	code, stdout, stderr := run(t, nil, "preview", dir)
	want := "\uFEFFapiVersion: v1\r\nkind: Service\n---\napiVersion: v1\r\nkind: Service"
	if diff := cmp.Diff(want, stdout); code != term.ExitOK || diff != "" {
		t.Errorf("exit code %d, stdout (-want +got):\n%s%s", code, diff, stderr)
	}
}

// TestPreviewNoText: what isn't UTF-8 text is an error that says so.
func TestPreviewNoText(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"UTF-16 little endian": {"\xFF\xFEk\x00i\x00n\x00d\x00:\x00 \x00P\x00o\x00d\x00", "error: reading stdin: the file is UTF-16: save it as UTF-8\n"},
		"UTF-16 big endian":    {"\xFE\xFF\x00k\x00i\x00n\x00d", "error: reading stdin: the file is UTF-16: save it as UTF-8\n"},
		"not UTF-8":            {"kind: Pod\nname: \xE9\n", "error: parsing stdin: document 1, line 2: incomplete UTF-8 octet sequence\n"},
		"zero bytes":           {"kind: Pod\x00\n", "error: parsing stdin: document 1, line 1: control characters are not allowed\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := run(t, []byte(test.in), previewArgs()...)
			if diff := cmp.Diff(test.want, stderr); code != term.ExitError || stdout != "" || diff != "" {
				t.Errorf("exit code %d, stdout %q, stderr (-want +got):\n%s", code, stdout, diff)
			}
		})
	}
}

// TestPreviewAgain: previewing what a preview has printed changes nothing.
func TestPreviewAgain(t *testing.T) {
	for _, c := range golden.Load(t, "..") {
		if c.Want == nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Chdir(c.Dir)
			code, stdout, stderr := run(t, c.Want, "preview", "--local", "--config", "config.yaml", "-")
			if diff := cmp.Diff(string(c.Want), stdout); code != term.ExitOK || diff != "" {
				t.Errorf("exit code %d, stdout (-want +got):\n%s%s", code, diff, stderr)
			}
		})
	}
}

// limited takes a number of bytes, and then fails as it is told, or not at all.
type limited struct {
	bytes.Buffer
	left int
	err  error
}

func (w *limited) Write(p []byte) (int, error) {
	n, _ := w.Buffer.Write(p[:min(w.left, len(p))])
	w.left -= n
	if n < len(p) {
		return n, w.err
	}
	return n, nil
}

// TestPreviewFailingWriter: an output that is cut off is an error, also where the
// writer doesn't say so.
func TestPreviewFailingWriter(t *testing.T) {
	tests := map[string]struct {
		out  limited
		want string
	}{
		"fails at once": {limited{err: errors.New("disk full")}, "error: writing the manifests: disk full\n"},
		"fails midway":  {limited{left: 10, err: errors.New("disk full")}, "error: writing the manifests: disk full\n"},
		"short write":   {limited{left: len(pod) - 1}, "error: writing the manifests: short write\n"},
	}
	for name, test := range tests {
		for _, output := range []string{"yaml", "json"} {
			t.Run(name+" "+output, func(t *testing.T) {
				var stderr bytes.Buffer
				out := test.out // a copy: the buffer is empty still
				code := Main(previewArgs("-q", "-o", output), "", genericiooptions.IOStreams{In: strings.NewReader(pod), Out: &out, ErrOut: &stderr})
				if diff := cmp.Diff(test.want, stderr.String()); code != term.ExitError || diff != "" {
					t.Errorf("exit code %d, stderr (-want +got):\n%s", code, diff)
				}
			})
		}
	}
}

// TestPreviewFailingStdin: stdin that breaks off is no shorter input.
func TestPreviewFailingStdin(t *testing.T) {
	var stdout, stderr bytes.Buffer
	in := io.MultiReader(strings.NewReader(pod), brokenReader{})
	code := Main(previewArgs(), "", genericiooptions.IOStreams{In: in, Out: &stdout, ErrOut: &stderr})
	want := "error: reading stdin: connection lost\n"
	if diff := cmp.Diff(want, stderr.String()); code != term.ExitError || stdout.Len() > 0 || diff != "" {
		t.Errorf("exit code %d, stdout %q, stderr (-want +got):\n%s", code, stdout.String(), diff)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("connection lost") }

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
