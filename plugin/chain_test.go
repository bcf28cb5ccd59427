package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/diff"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// state is all that a rendering follows from, lines of YAML each. What is empty
// isn't there.
type state struct {
	config                            string
	nsLabel, nsOverride               string
	role, saExpiration, stsEndpoint   string
	podLabel, podExpiration           string
	only, skip, podOverride           string
	account, sidecar, appEnv, appTail string
	volumes, noNamespace, noAccount   string
}

// start is a pod that is injected by webhook 0.4.2.
func start() state {
	return state{
		config:  identity,
		nsLabel: "on", role: "app-oss", account: "app",
		appEnv:  "    env:\n    - name: LOG # verbose in staging\n      value: info\n",
		volumes: "  volumes:\n  - name: cache\n    emptyDir: {}\n",
	}
}

const identity = "  accountID: \"1488999589000000\"\n  clusterID: cbec9a1f7b433470ebe4c900552000000\n  region: cn-hangzhou\n"

// manifest writes the state's manifest, comments and blank lines included.
func (s state) manifest() string {
	key := func(indent int, name, value string) string {
		if value == "" {
			return ""
		}
		return fmt.Sprintf("%spod-identity.alibabacloud.com/%s: %q\n", strings.Repeat(" ", indent), name, value)
	}
	var b strings.Builder
	if s.noNamespace == "" {
		b.WriteString("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    team: shop\n" +
			key(4, "injection", s.nsLabel) + key(4, "override-env", s.nsOverride) + "---\n")
	}
	if s.noAccount == "" {
		b.WriteString("apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: app\n  namespace: shop\n  annotations:\n    owner: shop\n" +
			key(4, "role-name", s.role) + key(4, "service-account-token-expiration", s.saExpiration) + key(4, "inject-sts-endpoint", s.stsEndpoint) + "---\n")
	}
	b.WriteString("apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: other\n  namespace: shop\n  annotations:\n" +
		"    pod-identity.alibabacloud.com/role-name: other-oss\n---\n" +
		"apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: default\n  namespace: shop\n---\n" +
		"# The shop's front end.\napiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\n  namespace: shop\n  labels:\n    app: shop\n" +
		key(4, "injection", s.podLabel) + "  annotations:\n    note: keep\n" + key(4, "service-account-token-expiration", s.podExpiration) +
		key(4, "only-containers", s.only) + key(4, "skip-containers", s.skip) + key(4, "override-env", s.podOverride) + "spec:\n")
	if s.account != "" {
		b.WriteString("  serviceAccountName: " + s.account + "\n")
	}
	b.WriteString("  initContainers:\n  - name: init\n    image: init:1\n\n  containers:\n  - name: app # the shop itself\n    image: app:1\n" +
		s.appEnv + s.appTail + "\n" + s.sidecar + "  - name: proxy\n    image: proxy:1\n    args: [\"-v\"]\n" + s.volumes + "# end\n")
	return b.String()
}

// render runs preview on a text.
func (s state) render(t *testing.T, input string) (string, string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "rrsa.yaml")
	text := "apiVersion: fn.rrsa.dev/v1alpha1\nkind: InjectRRSA\nmetadata:\n  name: rrsa\nspec:\n" + s.config
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run(t, []byte(input), "preview", "--local", "--config", config, "-")
	if code != term.ExitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	return stdout, stderr
}

// edit changes a rendered text as a person would who changes one manifest into
// another: the lines in which they differ are changed in it.
func edit(t *testing.T, rendered, from, to string) string {
	t.Helper()
	if from == to {
		return rendered
	}
	a, b := strings.SplitAfter(from, "\n"), strings.SplitAfter(to, "\n")
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	middle, replacement := strings.Join(a[start:len(a)-end], ""), strings.Join(b[start:len(b)-end], "")
	// The lines around them make the place unique; on one side the rendering may
	// have added lines of its own.
	before := strings.Join(a[max(start-2, 0):start], "")
	after := strings.Join(a[len(a)-end:min(len(a)-end+2, len(a))], "")
	switch {
	case strings.Contains(rendered, before+middle) && middle != "" || strings.Contains(rendered, before+middle+after):
		return strings.Replace(rendered, before+middle, before+replacement, 1)
	case strings.Contains(rendered, middle+after):
		return strings.Replace(rendered, middle+after, replacement+after, 1)
	}
	t.Fatalf("the rendered text doesn't have\n%s%s%s", before, middle, after)
	return ""
}

// TestChain renders, changes one thing, and renders again, for each setting that
// is added, changed or removed. The second rendering is the one that the changed
// manifest alone would give, byte for byte, so that nothing depends on history;
// the difference that a reviewer sees is pinned under testdata/chains.
func TestChain(t *testing.T) {
	links := chain()
	if len(links) < 60 {
		t.Fatalf("only %d transitions", len(links))
	}
	var all strings.Builder
	for _, link := range links {
		t.Run(link.name, func(t *testing.T) {
			from, to := start(), start()
			link.from(&from)
			link.to(&to)
			first, _ := from.render(t, from.manifest())
			var changed string
			if link.edit != nil {
				changed = link.edit(first)
			} else {
				changed = edit(t, first, from.manifest(), to.manifest())
			}
			second, report := to.render(t, changed)
			want, _ := to.render(t, to.manifest())
			if link.keeps {
				want = changed
			}
			if d := cmp.Diff(want, second); d != "" {
				t.Errorf("converged (-fresh +again):\n%s", d)
			}
			third, _ := to.render(t, second)
			if d := cmp.Diff(second, third); d != "" {
				t.Errorf("a third render changes (-second +third):\n%s", d)
			}
			bare := to
			bare.config = "  mode: remove\n"
			if out, _ := bare.render(t, second); out != to.manifest() && !link.keeps {
				t.Errorf("what isn't ours changed (-before +after):\n%s", cmp.Diff(to.manifest(), out))
			}
			fmt.Fprintf(&all, "# %s\n%s", link.name, diff.Diff("before", []byte(changed), "after", []byte(second)))
			for line := range strings.Lines(report) {
				if strings.HasPrefix(line, "pod/") || strings.HasPrefix(line, "  warning") {
					all.WriteString("> " + line)
				}
			}
			all.WriteString("\n")
		})
	}
	const golden = "testdata/chains.diff"
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), all.String()); d != "" {
		t.Errorf("differences (-want +got):\n%s", d)
	}
}
