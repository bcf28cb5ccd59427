package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// step is one block of commands of the page, and the lines that it says they print.
type step struct {
	heading  string
	commands []string
	prints   []string
}

// stepsOf reads a page's fenced blocks: those of a shell, and the text below each.
func stepsOf(t *testing.T, page string) []step {
	t.Helper()
	var out []step
	heading := ""
	for _, m := range regexp.MustCompile("(?ms)^(#+ [^\n]+)$|^```(sh|text)\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
		lines := strings.Split(strings.TrimSuffix(m[3], "\n"), "\n")
		switch {
		case m[1] != "":
			heading = strings.TrimLeft(m[1], "# ")
		case m[2] == "sh":
			out = append(out, step{heading: heading, commands: lines})
		case len(out) == 0 || out[len(out)-1].heading != heading || len(out[len(out)-1].prints) > 0:
			t.Fatalf("%s: the page says what is printed, and not by what:\n%s", heading, m[3])
		default:
			out[len(out)-1].prints = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
		}
	}
	return out
}

var (
	documentedCode = regexp.MustCompile(`# exit code (\d)`)
	podHash        = regexp.MustCompile(`\b(cart|web|api)-[0-9a-z]{5,10}-[0-9a-z]{5}\b`)
	stamped        = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
)

// plain is a line without what differs from run to run, and without a table's padding.
func plain(line string) string {
	line = stamped.ReplaceAllString(podHash.ReplaceAllString(line, "$1-HASH"), "TIME")
	return strings.Join(strings.Fields(line), " ")
}

// missing are the lines of the page that were not printed, in the page's order, and those
// of stderr that the page doesn't have. A line of the page that ends in "…" is a beginning.
func missing(page []string, printed, stderr string) (unprinted, unsaid []string) {
	is := func(said, line string) bool {
		begin, cut := strings.CutSuffix(plain(said), "…")
		return plain(line) == begin || cut && strings.HasPrefix(plain(line)+" ", begin)
	}
	rest := strings.Split(printed, "\n")
	for _, said := range page {
		at := slices.IndexFunc(rest, func(line string) bool { return is(said, line) })
		if at < 0 {
			unprinted = append(unprinted, said)
			continue
		}
		rest = rest[at+1:]
	}
	for line := range strings.Lines(stderr) {
		if !slices.ContainsFunc(page, func(said string) bool { return is(said, line) }) {
			unsaid = append(unsaid, line)
		}
	}
	return unprinted, unsaid
}

// pageFiles are the files that the page names.
var pageFiles = map[string]string{
	"app.yaml":            cartManifest,
	"manifests/cart.yaml": cartManifest,
	"policy.json": `{"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
  "Principal": {"Federated": ["acs:ram::` + accountID + `:oidc-provider/ack-rrsa-` + clusterID + `"]},
  "Condition": {"StringEquals": {"oidc:aud": "sts.aliyuncs.com", "oidc:iss": "` + issuer + `", "oidc:sub": "system:serviceaccount:shop:web"}}}]}`,
}

const cartManifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}}, spec: {serviceAccountName: cart, containers: [{name: cart, image: "cart:2"}]}}}
`

// TestDocumentedCommands: each command of the page about live clusters can be typed as it
// is there, ends as the page says, and prints what the page shows.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	steps := stepsOf(t, read(t, top(t), "docs", "cluster.md"))
	l := shopOpen(t)
	l.must(t, "", "config", "rename-context", "e2e", "prod") // as readers name theirs
	dir := t.TempDir()
	for name, content := range pageFiles {
		write(t, content, dir, name)
	}
	commands := 0
	for _, s := range steps {
		if down := s.heading == "While the webhook is down"; down != (l.down != "") {
			l.hold(t, down)
		}
		var printed, stderr strings.Builder
		for _, line := range s.commands {
			commands++
			want := "0"
			if m := documentedCode.FindStringSubmatch(line); m != nil {
				want = m[1]
			}
			cmd := command(t, dir, l.command(t).Env, "sh", "-c", strings.ReplaceAll(line, "cart-7d4b9c6f5-x2x8p", l.cart(t)))
			got := ended(t, cmd, "")
			if fmt.Sprint(got.code) != want {
				t.Errorf("%s: want exit code %s, got %+v", line, want, got)
			}
			printed.WriteString(got.stdout + got.stderr)
			stderr.WriteString(got.stderr)
			if strings.HasSuffix(line, "| sh") {
				l.must(t, "", "rollout", "status", "deployment/cart", "-n", "shop", "--timeout=2m")
				l.settled(t, "shop", 5)
			}
		}
		unprinted, unsaid := missing(s.prints, printed.String(), stderr.String())
		if len(unprinted)+len(unsaid) > 0 {
			t.Errorf("%s: %q: not printed: %q\nnot on the page: %q\nprinted:\n%s", s.heading, s.commands, unprinted, unsaid, printed.String())
		}
	}
	if commands < 16 {
		t.Errorf("only %d commands are found", commands)
	}
	if got := l.credentials(t)["shop/cart"]; got != "acs:ram::"+accountID+":role/cart-oss" {
		t.Errorf("want the page's restart to give the pods their role, got %q", got)
	}
}

// TestDocumentedCommandsAreCompared: what the page has and a run hasn't is found, and what
// a run says on stderr and the page doesn't.
func TestDocumentedCommandsAreCompared(t *testing.T) {
	const printed = "NAME   STATE\ncart-65c8fcf665-b7nk2   missing: at 2026-11-30T16:52:25Z, and more\n"
	for name, tt := range map[string]struct {
		page              []string
		stderr            string
		unprinted, unsaid int
	}{
		"as it is":       {page: []string{"NAME STATE", "cart-7d4b9c6f5-x2x8p missing: at 2026-01-01T00:00:00Z, and more"}},
		"a beginning":    {page: []string{"cart-7d4b9c6f5-x2x8p missing: …"}},
		"another state":  {page: []string{"cart-7d4b9c6f5-x2x8p stale: …"}, unprinted: 1},
		"part of a line": {page: []string{"cart-7d4b9c6f5-x2x8p missing:"}, unprinted: 1},
		"another order":  {page: []string{"cart-7d4b9c6f5-x2x8p missing: …", "NAME STATE"}, unprinted: 1},
		"an error":       {page: []string{"NAME STATE"}, stderr: "error: unknown flag: --lokal\n", unsaid: 1},
	} {
		unprinted, unsaid := missing(tt.page, printed, tt.stderr)
		if len(unprinted) != tt.unprinted || len(unsaid) != tt.unsaid {
			t.Errorf("%s: got %q and %q", name, unprinted, unsaid)
		}
	}
}
