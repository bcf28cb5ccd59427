package cluster

import (
	"errors"
	"fmt"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Codes of the issuer of the cluster's tokens.
const (
	// CodeRRSANotEnabled is about a cluster whose tokens RAM can't verify.
	CodeRRSANotEnabled rrsa.Code = "RRSANotEnabled"
	// CodeRRSANotJudged is about a cluster of which it isn't known whether RRSA is
	// enabled.
	CodeRRSANotJudged rrsa.Code = "RRSANotJudged"
)

// Enabled says if RRSA isn't enabled in the cluster, or if that isn't known: the
// issuer of its tokens tells. The identity must have been asked for [Issuer].
// (§6.4)
func (i Identity) Enabled() []Finding {
	f := Finding{Reason: rrsa.Reason{Code: CodeRRSANotJudged, Severity: rrsa.Info, Level: rrsa.LevelComponent, Field: "issuer"}}
	issuer, ok := i.First(Issuer)
	_, _, err := rrsa.ParseIssuer(issuer.Value)
	switch {
	case !ok:
		f.Message = "it isn't known whether RRSA is enabled in the cluster: the issuer of its tokens can't be read"
		f.Hint = "ask for permission to get /.well-known/openid-configuration: the ClusterRole system:service-account-issuer-discovery gives it"
	case errors.Is(err, rrsa.ErrNotEnabled):
		f.Code, f.Severity = CodeRRSANotEnabled, rrsa.Warning
		f.Message = fmt.Sprintf("RRSA is not enabled in the cluster: the issuer of its tokens is %q, which RAM doesn't know", issuer.Value)
		f.Hint = "enable RRSA in the cluster's security settings, and recreate the pods then: tokens of older pods keep the old issuer"
	case err != nil:
		f.Message = fmt.Sprintf("it isn't known whether RRSA is enabled in the cluster: %v", err)
	default:
		return nil
	}
	return []Finding{f}
}
