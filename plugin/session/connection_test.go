package session

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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

// TestAt: another context is asked as the same user and by the same ways, also by flags that
// kubectl gets later.
func TestAt(t *testing.T) {
	root := &cobra.Command{Use: "rrsa"}
	c := NewConnection()
	c.AddFlags(root)
	given := map[string]string{}
	args := []string{"-v", "1"}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) {
		value := "given-" + f.Name
		switch {
		case f.Name == "v" || f.Name == "context":
			return
		case f.Value.Type() == "bool":
			value = "true"
		case f.Name == "request-timeout":
			value = "7s"
		case f.Name == "server":
			value = "https://127.0.0.1:1"
		}
		args = append(args, "--"+f.Name+"="+value)
		given[f.Name] = value
	})
	if err := root.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	other := c.At("prod")
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	other.flags.AddFlags(flags)
	got := map[string]string{}
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "context" {
			got[f.Name] = strings.Trim(f.Value.String(), "[]")
		}
	})
	if diff := cmp.Diff(given, got); diff != "" {
		t.Errorf("the flags of the other context (-given +got):\n%s", diff)
	}
	if *other.flags.Context != "prod" || *c.flags.Context != "" || other.verbosity != 1 {
		t.Errorf("want the context there and not here, got %q and %q", *other.flags.Context, *c.flags.Context)
	}
}
