package examples

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKptConverges renders in place, changes a setting, and renders again: the
// package is then as if it had been rendered with that setting alone. In the end
// the mode remove gives back what was there, as kpt itself writes it.
func TestKptConverges(t *testing.T) {
	kpt := tool(t, "kpt")
	rendered := func(dir string) map[string]string {
		run(t, dir, kpt, render...)
		return files(t, dir)
	}
	change := func(dir, file, old, replacement string) {
		path := filepath.Join(dir, file)
		data, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(data), old) {
			t.Fatalf("%s doesn't hold %q: %v", file, old, err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(data), old, replacement, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const role = "ack-pod-identity-webhook-demo"
	for _, c := range []struct{ name, file, old, replacement string }{
		{"another role", "serviceaccount.yaml", "role-name: " + role, "role-name: another"},
		{"an older webhook", "rrsa.yaml", "  region: cn-hangzhou\n", "  region: cn-hangzhou\n  webhookVersion: 0.1.1\n"},
		{"a longer expiration", "serviceaccount.yaml", "role-name: " + role, "role-name: " + role + "\n    pod-identity.alibabacloud.com/service-account-token-expiration: \"7200\""},
		{"no label", "namespace.yaml", "  labels:\n    pod-identity.alibabacloud.com/injection: \"on\"\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			again, fresh := copyOf(t, "kpt"), copyOf(t, "kpt")
			first := rendered(again)
			change(again, c.file, c.old, c.replacement)
			change(fresh, c.file, c.old, c.replacement)
			got := rendered(again)
			if diff := cmp.Diff(rendered(fresh), got); diff != "" {
				t.Errorf("rendered (-fresh +again):\n%s", diff)
			}
			if cmp.Equal(first, got) {
				t.Error("nothing changed")
			}
		})
	}
	t.Run("remove", func(t *testing.T) {
		dir, bare := copyOf(t, "kpt"), copyOf(t, "kpt")
		change(bare, "rrsa.yaml", "spec:\n", "spec:\n  mode: remove\n")
		want := rendered(bare) // as kpt writes the files when nothing is injected
		rendered(dir)
		change(dir, "rrsa.yaml", "spec:\n", "spec:\n  mode: remove\n")
		if diff := cmp.Diff(want, rendered(dir)); diff != "" {
			t.Errorf("removed (-never injected +removed):\n%s", diff)
		}
	})
}
