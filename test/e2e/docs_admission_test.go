package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// typed runs the commands of a page as a reader types them, in a folder with the page's
// files, and compares what they print with what the page shows. It returns how many
// commands there are.
func (c *cluster) typed(t *testing.T, page, dir string) int {
	t.Helper()
	commands := 0
	for _, s := range stepsOf(t, page) {
		var printed, stderr strings.Builder
		for _, line := range s.commands {
			commands++
			want := "0"
			if m := documentedCode.FindStringSubmatch(line); m != nil {
				want = m[1]
			}
			got := ended(t, command(t, dir, c.command(t).Env, "sh", "-c", line), "")
			if fmt.Sprint(got.code) != want {
				t.Errorf("%s: want exit code %s, got %+v", line, want, got)
			}
			printed.WriteString(got.stdout + got.stderr)
		}
		if unprinted, _ := missing(s.prints, printed.String(), stderr.String()); len(unprinted) > 0 {
			t.Errorf("%s: %q: not printed: %q\nprinted:\n%s", s.heading, s.commands, unprinted, printed.String())
		}
	}
	return commands
}

// TestDocumentedAdmission: the commands of the page about policies, typed one after the
// other in a cluster without a webhook, inject the pods.
func TestDocumentedAdmission(t *testing.T) {
	t.Parallel()
	c := ownControlPlane(t)
	c.must(t, "", "create", "namespace", "shop")
	c.must(t, "", "create", "serviceaccount", "cart", "-n", "shop")
	dir := t.TempDir()
	write(t, cartManifest, dir, "app.yaml")
	write(t, localConfig, dir, "rrsa.yaml")
	if n := c.typed(t, read(t, top(t), "docs", "admission.md"), dir); n < 10 {
		t.Errorf("only %d commands are found", n)
	}
	pod := podOf("cart")
	waitInjected(t, newPolicies(t, c), "shop", pod)
	// Without the label that the last policy wants nothing is injected.
	c.must(t, "", "label", "serviceaccount", "cart", "-n", "shop", "example.com/rrsa-")
	eventually(t, "the label is gone", func() error {
		got, err := c.client(t).CoreV1().Pods("shop").Create(t.Context(), pod, dryRunOptions)
		if err == nil && isInjected(got) {
			err = fmt.Errorf("it is still injected")
		}
		return err
	})
}

const localConfig = `apiVersion: fn.rrsa.dev/v1alpha1
kind: InjectRRSA
metadata: {name: rrsa}
spec: {accountID: "` + accountID + `", clusterID: ` + clusterID + `, region: cn-hangzhou, webhookVersion: ` + rrsa.LatestVersion + `}
`
