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
