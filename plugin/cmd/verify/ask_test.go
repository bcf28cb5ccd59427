package verify

import "testing"

// TestUnsent: a token leaves only if it is for STS, and only for a role and a provider.
func TestUnsent(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*chain)
		want  string
	}{
		"all is there":         {func(*chain) {}, ""},
		"no token":             {func(c *chain) { c.token = nil }, noToken},
		"for the API server":   {func(c *chain) { c.token.audience = []string{"https://kubernetes.default.svc"} }, "it is for somebody else than sts.aliyuncs.com"},
		"for STS and another":  {func(c *chain) { c.token.audience = append(c.token.audience, "other") }, "it is for somebody else than sts.aliyuncs.com"},
		"for nobody":           {func(c *chain) { c.token.audience = nil }, "it is for somebody else than sts.aliyuncs.com"},
		"no role":              {func(c *chain) { c.uses[0].role.text = "" }, "the ARNs of the role and of the provider aren't known"},
		"a role from a Secret": {func(c *chain) { c.uses[0].role.elsewhere = true }, "the ARNs of the role and of the provider aren't known"},
		"no provider":          {func(c *chain) { c.uses[0].provider.text = "" }, "the ARNs of the role and of the provider aren't known"},
	} {
		c := newWorld(t).chain()
		tt.spoil(&c)
		if got := unsent(c); got != tt.want {
			t.Errorf("%s: want %q, got %q", name, tt.want, got)
		}
	}
}
