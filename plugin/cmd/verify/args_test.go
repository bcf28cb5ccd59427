package verify

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"pod/cart": "pod cart", "po/cart": "pod cart", "pods cart": "pod cart", "Pod/cart": "pod cart", "pod/cart.yaml": "pod cart.yaml",
		"sa/cart": "serviceaccount cart", "serviceaccounts cart": "serviceaccount cart", "serviceaccount/cart": "serviceaccount cart",
	} {
		kind, name, err := parse(strings.Fields(text))
		if got := kind + " " + name; err != nil || got != want {
			t.Errorf("%q: want %q, got %q, %v", text, want, got, err)
		}
	}
	for text, want := range map[string]string{
		"": "nothing is named", "cart": "want one pod or ServiceAccount", "pod/a pod/b": "want one pod or ServiceAccount", "pod a b": "want one pod or ServiceAccount",
		"pod": "want one pod", "pod/": "names no object", "pod/a/b": "names no object", "deployment/cart": "name one of its pods", "deployment cart": "want one pod",
		"app.yaml": "is a file", "dir/app.yaml": "is a file", "-": "is a file", "https://x.example/app.yaml": "is a file",
	} {
		if _, _, err := parse(strings.Fields(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want an error with %q, got %v", text, want, err)
		}
	}
}

func TestCheckEndpoint(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"sts.aliyuncs.com": true, "sts-vpc.cn-hangzhou.aliyuncs.com": true, "127.0.0.1:8443": true, "sts.aliyuncs.com:443": true,
		"": false, "https://sts.aliyuncs.com": false, "sts.aliyuncs.com/x": false, "a@b": false, "a b": false, "host:port": false, ":443": false, "a?b": false,
	} {
		if err := checkEndpoint(endpoint); (err == nil) != want {
			t.Errorf("%q: want %t, got %v", endpoint, want, err)
		}
	}
}

func TestProven(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*testing.T, *world)
		want  string
	}{
		"the cluster": {func(*testing.T, *world) {}, "proven as far as the token; not the role's trust: give --policy or --sts"},
		"a policy":    {func(t *testing.T, w *world) { w.trusts(t, "", "") }, `proven as far as the policy in "policy.json"; not that the role has it and that STS takes the token: give --sts`},
		"STS":         {func(_ *testing.T, w *world) { w.grants() }, "proven to the end: STS lets it assume the role"},
		"broken":      {func(_ *testing.T, w *world) { w.token.audience = nil }, "broken at the link audience"},
		"not known":   {func(_ *testing.T, w *world) { w.token, w.refused.forbidden = nil, true }, "nothing is broken that could be judged; the first link that could not is token"},
	} {
		w := newWorld(t)
		tt.spoil(t, w)
		c := w.chain()
		links, err := judge(c)
		if err != nil {
			t.Fatal(err)
		}
		if got := proven(c, links); got != tt.want {
			t.Errorf("%s: want %q, got %q", name, tt.want, got)
		}
	}
}
