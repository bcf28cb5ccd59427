package e2e

import (
	"regexp"
	"testing"
)

// TestDocumentedSelfManaged: the commands of the page about self-managed clusters, typed one
// after the other in a cluster with an issuer of its own, lead to a token that the role's
// trust policy lets in.
func TestDocumentedSelfManaged(t *testing.T) {
	t.Parallel()
	page := read(t, top(t), "docs", "self-managed.md")
	c := ownControlPlane(t, regexp.MustCompile(`--service-account-(issuer|jwks-uri)=\S+`).FindAllString(page, -1)...)
	c.must(t, "", "create", "namespace", "shop")
	c.must(t, "", "create", "serviceaccount", "cart", "-n", "shop")
	dir := t.TempDir()
	config := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(page)
	if config == nil {
		t.Fatal("the page has no config")
	}
	write(t, config[1], dir, "rrsa.yaml")
	if n := c.typed(t, page, dir); n < 8 {
		t.Errorf("only %d commands are found", n)
	}
}
