package cluster

import (
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
	for _, tt := range []struct {
		issuer string
		want   rrsa.Code
	}{
		{"https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/cbec9a1f7b433470ebe4c900552000000", ""},
		{"https://kubernetes.default.svc", diagnose.CodeRRSANotEnabled},
		{"https://issuer.example.com", diagnose.CodeRRSANotJudged},
		{"", diagnose.CodeRRSANotJudged},
	} {
		t.Run(tt.issuer, func(t *testing.T) {
			var i Identity
			if tt.issuer != "" {
				i.Answers = []Answer{{Field: Issuer, Value: tt.issuer}}
			}
			var got rrsa.Code
			for _, f := range i.Enabled() {
				got = f.Code
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("code (-want +got):\n%s", diff)
			}
		})
	}
}
