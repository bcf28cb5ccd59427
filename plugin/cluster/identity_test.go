package cluster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// TestFirst: the strongest source comes first.
func TestFirst(t *testing.T) {
	identity := Identity{Answers: []Answer{{ClusterID, idA, "a"}, {Region, "cn-hangzhou", "b"}, {ClusterID, idB, "c"}}}
	if first, ok := identity.First(ClusterID); !ok || first.Source != "a" {
		t.Errorf("want the first answer, got %+v", first)
	}
	if _, ok := identity.First(WebhookVersion); ok {
		t.Error("want no answer where none was given")
	}
}

func TestEnabled(t *testing.T) {
	const ack, own, free = "https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/cbec9a1f7b433470ebe4c900552000000", "https://kubernetes.default.svc", "https://issuer.example.com"
	for _, tt := range []struct {
		issuer, given string
		want          rrsa.Code
		hint          string
	}{
		{ack, "", "", ""},
		{own, "", diagnose.CodeRRSANotEnabled, "security settings"},
		{free, "", diagnose.CodeRRSANotJudged, "give it with --oidc-issuer"},
		{"", "", diagnose.CodeRRSANotJudged, "openid-configuration"},
		{ack, ack, "", ""},
		{free, free, "", ""},
		{own, own, "", ""}, // whoever says so has a provider for it
		{free, "https://other.example.com", diagnose.CodeIssuerDiffers, "--oidc-issuer"},
		{free, free + "/", diagnose.CodeIssuerDiffers, "--oidc-issuer"},
		{ack, free, diagnose.CodeIssuerDiffers, "--oidc-issuer"},
		{own, free, diagnose.CodeRRSANotEnabled, `of "` + free + `" (its first --service-account-issuer)`},
		{own, ack, diagnose.CodeRRSANotEnabled, "security settings"},
		{"", free, diagnose.CodeRRSANotJudged, "openid-configuration"},
	} {
		t.Run(tt.issuer+" "+tt.given, func(t *testing.T) {
			var i Identity
			if tt.issuer != "" {
				i.Answers = []Answer{{Field: Issuer, Value: tt.issuer}}
			}
			var got rrsa.Code
			for _, f := range i.Enabled(tt.given) {
				got = f.Code
				if !strings.Contains(f.Hint, tt.hint) {
					t.Errorf("want %q as what to do, got %q", tt.hint, f.Hint)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("code (-want +got):\n%s", diff)
			}
		})
	}
}
