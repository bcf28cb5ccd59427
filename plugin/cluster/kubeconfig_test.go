package cluster

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOpenNamesNoFile: who names a kubeconfig that isn't there is told so, and isn't
// taken for one who has none.
func TestOpenNamesNoFile(t *testing.T) {
	dir := t.TempDir()
	here, gone, other := filepath.Join(dir, "here"), filepath.Join(dir, "gone"), filepath.Join(dir, "other")
	const text = "{clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}], contexts: [{name: c, context: {cluster: c}}], current-context: c}"
	if err := os.WriteFile(here, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	list := func(files ...string) string { return strings.Join(files, string(os.PathListSeparator)) }
	for _, tt := range []struct{ name, env, flag, want string }{
		{"one that is there", here, "", ""},
		{"one that isn't", gone, "", "reading the kubeconfig: " + gone + ": there is no such file: correct KUBECONFIG"},
		{"one of several", list(gone, here), "", ""},
		{"none of several", list(gone, "", other), "", `reading the kubeconfig: ["` + gone + `" "` + other + `"]: there is none of these files: correct KUBECONFIG`},
		{"a flag", gone, here, ""},
		{"a flag for one that isn't there", here, gone, "reading the kubeconfig: " + gone + ": there is no such file: correct --kubeconfig"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("KUBECONFIG", tt.env)
			flags := NewFlags()
			flags.KubeConfig = &tt.flag
			_, err := Open(Options{Flags: flags, Warnings: io.Discard})
			if err == nil {
				err = errors.New("")
			}
			if err.Error() != tt.want {
				t.Errorf("want %q, got %q", tt.want, err)
			}
		})
	}
}

func TestRequestTimeout(t *testing.T) {
	for text, want := range map[string]time.Duration{"30s": 30 * time.Second, "2m": 2 * time.Minute, "5": 5 * time.Second, "0": 0, "": 0, "soon": -1, "-1s": -1} {
		got, err := requestTimeout(text)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: want %s, got %s, %v", text, want, got, err)
		}
	}
}
