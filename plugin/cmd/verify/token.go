package verify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// noToken is what links say that a token has to be read for.
const noToken = "there is no token to read"

// tolerance is how far two clocks may be apart: an answer takes its time.
const tolerance = 30 * time.Second

// tokenLink tells whether the API server makes the token that the pod's volume asks for.
func tokenLink(c chain) cliapi.Check {
	switch {
	case c.token == nil && c.refused.forbidden:
		return unknown(linkToken, fmt.Sprintf("ask for permission to create serviceaccounts/token of %q in namespace %q", c.account.Name, c.account.Namespace),
			"you may not ask for a token of ServiceAccount %q: %s", c.account, c.refused.why)
	case c.token == nil:
		return broken(linkToken, "see to what it says: the kubelet gets no token either", "the API server makes no token of ServiceAccount %q: %s", c.account, c.refused.why)
	}
	whose := "a pod of " + c.target
	if c.pod != nil {
		whose = c.target
	}
	lives := int64(c.token.expires.Sub(c.token.issued).Seconds())
	out := passed(linkToken, "the API server makes one for %s, which lives %d seconds", whose, lives)
	if c.wouldBe {
		out.Message += ", as an injection would ask for it"
	}
	if lives < c.volume.seconds-1 || lives > c.volume.seconds+1 {
		out.Details = append(out.Details, fmt.Sprintf("%d seconds were asked for: the API server decides how long a token lives", c.volume.seconds))
	}
	if c.token.id != "" {
		out.Details = append(out.Details, "its id (jti) is "+c.token.id)
	}
	return out
}

// issuerLink compares the issuer of the token with the one that RAM knows. (§6, §7)
func issuerLink(c chain) cliapi.Check {
	if c.token == nil {
		return unknown(linkIssuer, "", noToken)
	}
	issuer := c.token.issuer
	_, id, err := rrsa.ParseIssuer(issuer)
	_, registered, other := rrsa.ParseProviderARN(c.uses[0].provider.text)
	given := c.live.Config.OIDCIssuer
	want, unset := c.live.Config.Issuer()
	var out cliapi.Check
	switch {
	case errors.Is(err, rrsa.ErrNotEnabled) && issuer != given:
		hint := "enable RRSA in the cluster's security settings, and make the pods again then"
		if given != "" {
			hint += fmt.Sprintf("; or have the API server of a cluster that isn't ACK's issue tokens of %q", given)
		}
		out = broken(linkIssuer, hint, "RRSA is not enabled in the cluster: the token's issuer is %q, which RAM doesn't know", issuer)
		out.Code = diagnose.CodeRRSANotEnabled
	case err == nil && other == nil && id != registered:
		out = broken(linkIssuer, "compare accountID and clusterID, or oidcProviderARN, with the cluster's; the token has to be of the cluster that the provider was made for",
			"the token's issuer %q is of the cluster %s, and the provider is that of %s", issuer, id, registered)
	case unset == nil && want != issuer:
		hint := "correct region and clusterID; where the provider was made for the token's issuer, give that with --oidc-issuer"
		if given != "" {
			hint = "correct oidcIssuer (--oidc-issuer): it has to be the issuer of the OIDC provider in RAM, and of the cluster's tokens"
		}
		out = broken(linkIssuer, hint,
			"the token's issuer is %q, and by the settings the cluster's is %q", issuer, want)
	case unset == nil:
		out = passed(linkIssuer, "it is %s, as the settings have it", issuer)
	case err == nil && other == nil:
		out = passed(linkIssuer, "it is %s, of the cluster that the provider was made for", issuer)
	default:
		out = unknown(linkIssuer, "give --oidc-issuer with the issuer of the provider in RAM, or --sts", "it is %s; which one the provider was made for isn't known", issuer)
	}
	if c.discovery != "" && c.discovery != issuer {
		out.Details = append(out.Details, fmt.Sprintf("the API server's discovery document names %q", c.discovery))
		if out.Status == cliapi.CheckPassed {
			out.Status = cliapi.CheckWarning
		}
	}
	return out
}

// audienceLink tells whether the token is for STS. (§2, §7)
func audienceLink(c chain) cliapi.Check {
	switch {
	case c.token == nil && c.volume.audience == rrsa.Audience:
		return unknown(linkAudience, "", noToken)
	case c.token == nil:
		return broken(linkAudience, "give the volume the audience "+rrsa.Audience, "the pod's volume asks for a token for %q, not for %s", c.volume.audience, rrsa.Audience)
	case slices.Contains(c.token.audience, rrsa.Audience):
		return passed(linkAudience, "it is %s", strings.Join(c.token.audience, ", "))
	}
	return broken(linkAudience, "remove the pod's own volume "+rrsa.VolumeName+", or give it the audience "+rrsa.Audience,
		"the token is for %q, and RAM wants one for %s", strings.Join(c.token.audience, ", "), rrsa.Audience)
}

// subjectLink tells whether the token is the ServiceAccount's. (§7)
func subjectLink(c chain) cliapi.Check {
	switch want := subject(c); {
	case c.token == nil:
		return unknown(linkSubject, "", noToken)
	case c.token.subject != want:
		return broken(linkSubject, "", "the token is of %q, and the ServiceAccount's is %q", c.token.subject, want)
	default:
		return passed(linkSubject, "it is %s", want)
	}
}

func subject(c chain) string {
	return "system:serviceaccount:" + c.account.Namespace + ":" + c.account.Name
}

// clockLink compares the times in the token with the clocks that are known: the API
// server's, which has written them, this machine's and that of STS, which decides.
func clockLink(c chain) cliapi.Check {
	if c.token == nil {
		return unknown(linkClock, "", noToken)
	}
	away := c.token.issued.Sub(c.now)
	if c.sts.answer == nil || c.sts.answer.Date.IsZero() {
		return clockHere(c, away)
	}
	date := c.sts.answer.Date
	differ := clocks(away, date.Sub(c.sts.at))
	switch fault := invalid(*c.token, date); {
	case c.granted() || fault == "":
		out := passed(linkClock, "the token is valid by the clock of STS")
		if differ != "" {
			out.Status, out.Message = cliapi.CheckWarning, out.Message+"; "+differ
		}
		return out
	default:
		return broken(linkClock, "set the clock that is wrong: a token of this API server isn't good for STS meanwhile", "by the clock of STS the token %s; %s", fault, differ)
	}
}

// clockHere judges without STS: with two clocks nobody knows which one is wrong.
func clockHere(c chain, away time.Duration) cliapi.Check {
	const hint = "set the clock that is wrong; --sts tells which one it is"
	switch fault := invalid(*c.token, c.now); {
	case c.granted():
		return passed(linkClock, "the token is valid by the clock of STS")
	case fault != "":
		return unknown(linkClock, hint, "by this machine's clock the token %s: the API server's clock is %s, and which of the two is wrong isn't known", fault, apart(away))
	case away.Abs() > tolerance:
		return warned(linkClock, hint, "the token is valid; the API server's clock is %s this machine's, and which of the two is wrong isn't known", from(away))
	}
	return passed(linkClock, "the token is valid from %s to %s, and the API server's clock agrees with this machine's", stamp(c.token.issued), stamp(c.token.expires))
}

// invalid says why a token isn't valid at a time; empty if it is.
func invalid(t claims, at time.Time) string {
	switch {
	case t.notBefore.After(at.Add(tolerance)):
		return "isn't valid yet"
	case !at.Before(t.expires):
		return "has expired"
	}
	return ""
}

// clocks says which of three clocks differs from the two others; empty if they agree. It gets
// how far the API server's and that of STS are from this machine's.
func clocks(api, sts time.Duration) string {
	switch {
	case api.Abs() <= tolerance && sts.Abs() <= tolerance:
		return ""
	case api.Abs() <= tolerance:
		return fmt.Sprintf("the clock of STS is %s the API server's and this machine's, which agree", from(sts))
	case sts.Abs() <= tolerance:
		return fmt.Sprintf("the API server's clock is %s that of STS and this machine's, which agree", from(api))
	case (api - sts).Abs() <= tolerance:
		return fmt.Sprintf("this machine's clock is %s the API server's and that of STS, which agree", from(-api))
	}
	return fmt.Sprintf("compared with this machine's clock, the API server's is %s and that of STS %s", apart(api), apart(sts))
}

// from is how far a clock is from another one, which is named behind it.
func from(d time.Duration) string {
	if d < 0 {
		return apart(d)
	}
	return apart(d) + " of"
}

func apart(d time.Duration) string {
	if d < 0 {
		return d.Abs().Round(time.Second).String() + " behind"
	}
	return d.Round(time.Second).String() + " ahead"
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
