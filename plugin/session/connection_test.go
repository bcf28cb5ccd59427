package session

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// TestArguments: a command that is pasted must not reach what another context's
// cluster has under that name.
func TestArguments(t *testing.T) {
	for _, tt := range []struct {
		want  string
		flags []string
	}{
		{"", nil},
		{" --context=prod", []string{"--context", "prod"}},
		{" --kubeconfig=/home/kc --cluster=b --user=kubernetes@b", []string{"--user=kubernetes@b", "--cluster=b", "--kubeconfig=/home/kc"}},
		{" --context=prod --server=https://10.0.0.1:6443", []string{"-s", "https://10.0.0.1:6443", "--context=prod"}},
		{` --kubeconfig='my kc' --context="a'b;\$(reboot)"`, []string{"--kubeconfig=my kc", "--context=a'b;$(reboot)"}},
		// Nothing in a shell stands for this, and no kubeconfig needs it.
		{" --context=...", []string{"--context=a\x00b"}},
	} {
		c, root := NewConnection(), &cobra.Command{}
		c.AddFlags(root)
		if err := root.ParseFlags(tt.flags); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, c.Arguments()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.flags, diff)
		}
	}
}

// TestIsAddress: the name of a file or of an object is none.
func TestIsAddress(t *testing.T) {
	for text, want := range map[string]bool{
		"https://10.0.0.1:6443": true, "http://localhost:8080": true, "HTTPS://api.example.com/k8s": true,
		"10.0.0.1:6443": true, "localhost:8080": true, "[::1]:6443": true,
		"app.yaml": false, "deployment/cart": false, "-": false, "--local": false, "true": false, "localhost": false,
		"https://": false, "https://:6443": false, "ftp://a:1": false, ":6443": false, "host:": false, "host:port": false, "host:65536": false, "a/b:1": false,
	} {
		if got := isAddress(text); got != want {
			t.Errorf("%q: want %t, got %t", text, want, got)
		}
	}
}
