package inject

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEmptyBelowItsKey: an empty list or null on the line below its key, as Helm's
// "toYaml | nindent" prints it, is filled where it is, and comes back.
func TestEmptyBelowItsKey(t *testing.T) {
	const container = "  containers:\n  - name: a\n"
	for _, tt := range []struct{ name, in, want string }{
		{"variables", container + "    env:\n      []\n    image: x\n",
			"    env: # inject-rrsa was: \"\\n      []\"\n    - name: ROLE # inject-rrsa\n"},
		{"null", container + "    env:\n        null\n", "    env: # inject-rrsa was: \"\\n        null\"\n    - name: ROLE # inject-rrsa\n"},
		{"a tilde", container + "    env:\n     ~\n", "    env: # inject-rrsa was: \"\\n     ~\"\n    - name: ROLE # inject-rrsa\n"},
		{"mounts", container + "    volumeMounts:\n      []\n", "    volumeMounts: # inject-rrsa was: \"\\n      []\"\n    - mountPath: D # inject-rrsa\n"},
		{"volumes, then more", container + "  volumes:\n    [ ]\n  restartPolicy: Always\n", "  volumes: # inject-rrsa was: \"\\n    [ ]\"\n  - name: rrsa-oidc-token # inject-rrsa\n"},
		{"volumes at the end, without a line break", container + "  volumes:\n    []", "  volumes: # inject-rrsa was: \"\\n    []\"\n  - name: rrsa-oidc-token # inject-rrsa\n"},
		{"all three", container + "    env:\n      []\n    volumeMounts:\n      []\n  volumes:\n    []\n", "    volumeMounts: # inject-rrsa was: \"\\n      []\"\n"},
		{"in an init container", "  initContainers:\n  - name: i\n    env:\n      []\n" + container, "    env: # inject-rrsa was: \"\\n      []\"\n"},
		{"a comment between", container + "    env:\n      # none yet\n      []\n    image: x\n",
			"    env: # inject-rrsa was: \"\\n      []\"\n      # none yet\n    - name: ROLE # inject-rrsa\n"},
		{"a comment behind the key", container + "    env: # ours\n\n      []\n    image: x\n",
			"    env: # ours # inject-rrsa was: \"\\n      []\"\n\n    - name: ROLE # inject-rrsa\n"},
		{"a comment behind the list", container + "    env:\n      []  # none yet\n    image: x\n",
			"    env: # inject-rrsa was: \"\\n      []  #\"\n      # none yet\n    - name: ROLE # inject-rrsa\n"},
		{"comments everywhere", container + "    env: # a\n      # b\n      null # c\n      # d\n    # e\n    image: x\n",
			"    env: # a # inject-rrsa was: \"\\n      null #\"\n      # b\n      # c\n    - name: ROLE # inject-rrsa\n"},
		{"a comment behind the list at the end", container + "    env:\n      [] # none", "      # none\n    - name: ROLE # inject-rrsa\n"},
		{"a comment after the list", container + "    env:\n      []\n      # later\n    image: x\n", "    - name: ROLE # inject-rrsa\n"},
		{"a key in quotes", container + "    \"env\":\n      []\n", "    \"env\": # inject-rrsa was: \"\\n      []\"\n"},
		{"a blank before the colon", container + "    env :\n      []\n", "    env : # inject-rrsa was: \"\\n      []\"\n"},
		{"a blank before the colon, in its line", container + "    env : []\n", "    env : # inject-rrsa was: \" []\"\n"},
		{"null with a blank before the colon", container + "    env :\n    image: x\n", "    env : # inject-rrsa was: \"\"\n"},
		{"deeper dashes elsewhere", container + "    ports:\n      - containerPort: 1\n    env:\n      []\n", "    env: # inject-rrsa was: \"\\n      []\"\n      - name: ROLE # inject-rrsa\n"},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(tt.name, func(t *testing.T) {
				in := strings.ReplaceAll(podWith(tt.in), "\n", eol)
				injected := render(t, in)
				if want := strings.ReplaceAll(tt.want, "\n", eol); !strings.Contains(short.Replace(injected), want) {
					t.Errorf("want\n%s\nin\n%s", want, short.Replace(injected))
				}
				if again := render(t, injected); again != injected {
					t.Errorf("a second run changes (-first +second):\n%s", cmp.Diff(injected, again))
				}
				if out := string(takeOut(t, []byte(injected), false)); out != in {
					t.Errorf("inject and remove (-before +after):\n%s", cmp.Diff(in, out))
				}
			})
		}
	}
}

// TestEmptyBelowMoved: what was below its key stays below it where somebody has moved
// both since, and where the comment behind it is gone.
func TestEmptyBelowMoved(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		move           func(string) string
	}{
		{"deeper", "  containers:\n  - name: a\n    env:\n      []\n", "      containers:\n      - name: a\n        env:\n          []\n", func(s string) string {
			return strings.ReplaceAll(s, "\n  ", "\n      ")
		}},
		{"its comment is moved", "  containers:\n  - name: a\n    env:\n      [] # none\n", "  containers:\n  - name: a\n    env:\n      [] # none\n", func(s string) string {
			return strings.Replace(s, "      # none\n", "    # none\n", 1)
		}},
		{"its comment is deleted", "  containers:\n  - name: a\n    env:\n      [] # none\n", "  containers:\n  - name: a\n    env:\n      []\n", func(s string) string {
			return strings.Replace(s, "      # none\n", "", 1)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := string(takeOut(t, []byte(tt.move(render(t, podWith(tt.in)))), false))
			if _, spec, _ := strings.Cut(out, "spec:\n"); spec != tt.want {
				t.Errorf("(-want +got):\n%s", cmp.Diff(tt.want, spec))
			}
		})
	}
}
