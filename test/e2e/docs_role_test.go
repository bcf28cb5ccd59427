package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// documentedRole is the ClusterRole that the documentation has for readers.
func documentedRole(t *testing.T) rbacv1.ClusterRole {
	t.Helper()
	page, err := os.ReadFile("../../docs/cluster.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("the page has no manifest")
	}
	var role rbacv1.ClusterRole
	if err := yaml.UnmarshalStrict(block[1], &role); err != nil {
		t.Fatalf("reading the ClusterRole: %v", err)
	}
	return role
}

// TestDocumentedRole: whoever has it may ask everything, and is refused nothing but
// the Helm release.
func TestDocumentedRole(t *testing.T) {
	c := controlPlane(t)
	c.profile(t, accountID, clusterID)
	ns := c.namespace(t, labelInjection, "on")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, plainPod("cart", "default"), "apply", "-f", "-", "-n", ns)
	c.must(t, "", "create", "deployment", "cart", "--image=cart:1", "-n", ns)
	c.must(t, "", "create", "job", "cart", "--image=cart:1", "-n", ns)
	c.must(t, "", "create", "cronjob", "cart", "--image=cart:1", "--schedule=@daily", "-n", ns)
	user := "reader-of-" + ns
	c.allow(t, user, "", documentedRole(t).Rules...)
	reader := c.with(c.user(t, user))
	for args, code := range map[string]int{
		"config": 0, "explain pod/cart": 0, "explain deployment/cart": 0, "explain job/cart": 0, "explain cronjob/cart": 0,
		"preview deployment/cart": 0, "diff deployment/cart": 1, "diff pod/cart": 1, "trust-policy": 0, "trust-policy -A": 0, "trust-policy default": 0,
		"audit --fail-on=none": 0, "audit -A --fail-on=none": 0,
	} {
		got := reader.rrsa(t, "", append(strings.Fields(args), "-v", "1", "-n", ns)...)
		if got.code != code {
			t.Errorf("%s: want exit code %d, got %+v", args, code, got)
		}
		for line := range strings.Lines(got.stderr) {
			if strings.Contains(line, "forbidden") && !strings.HasPrefix(line, "note: identifying the cluster: Helm release ") {
				t.Errorf("%s: refused: %s", args, line)
			}
		}
	}
}
