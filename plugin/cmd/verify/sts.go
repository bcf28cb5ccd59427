package verify

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/sdkerror"
	"github.com/kubectl-rrsa/rrsa/internal/sts"
)

// stsLink tells whether STS lets the token assume the role.
func stsLink(c chain, links []cliapi.Check) cliapi.Check {
	switch a := c.sts.answer; {
	case c.sts.endpoint == "":
		return skipped(linkSTS, "not asked: give --sts, which sends the token to STS over HTTPS")
	case c.sts.unsent != "":
		out := skipped(linkSTS, "%s", "the token was not sent: "+c.sts.unsent)
		if !slices.ContainsFunc(links, func(l cliapi.Check) bool { return l.Status == cliapi.CheckFailed || l.Status == cliapi.CheckUnknown }) {
			out.Status, out.Hint = cliapi.CheckUnknown, "see to that first"
		}
		return out
	case c.sts.fails != "":
		return unknown(linkSTS, "see whether this machine reaches that host, and whether HTTPS_PROXY is right; --sts-endpoint names another host of STS", "%s", c.sts.fails)
	case c.granted():
		out := passed(linkSTS, "the role can be assumed: the program is %s", a.ARN)
		if a.ID != "" {
			out.Details = append(out.Details, "its id is "+a.ID)
		}
		if !a.Expires.IsZero() {
			out.Details = append(out.Details, fmt.Sprintf("the session that was asked for may do nothing, and ends at %s", stamp(a.Expires)))
		}
		return out
	case a.Status >= http.StatusInternalServerError, a.Status == http.StatusTooManyRequests, strings.HasPrefix(a.Code, "Throttling"):
		return unknown(linkSTS, "try it again later", "STS gives no answer now: %s: %s", a.Code, a.Message)
	default:
		return refusedLink(c, links)
	}
}

// lookUp is what to do about a code that isn't known here.
const lookUp = "look the code up among the error codes of STS"

// refusedLink is what STS says against the token, and which link that is about.
func refusedLink(c chain, links []cliapi.Check) cliapi.Check {
	a := c.sts.answer
	out := broken(linkSTS, "", "STS refuses: %s: %s", a.Code, a.Message)
	link := brokenAtSTS(c, links)
	if link == "" && !slices.ContainsFunc([]string{"AuthenticationFail.", "EntityNotExist.", "NoPermission"}, func(s string) bool { return strings.HasPrefix(a.Code, s) }) {
		// It may be the question that it doesn't like.
		out.Status, out.Hint = cliapi.CheckUnknown, lookUp+", and see whether that host is STS"
		return out
	}
	if link == "" {
		for _, l := range links {
			if l.Status == cliapi.CheckFailed && slices.Contains(checkedBySTS(), l.Name) {
				link = cmp.Or(link, l.Name)
			}
		}
	}
	if link == "" {
		out.Hint = lookUp
	} else {
		out.Message += "; the broken link is " + link
	}
	out.Details = causes(a, link)
	return out
}

// causes is what usually leads to a refusal. The token is new and was read before it was
// sent, so that nothing is said of tokens that are old or for somebody else.
func causes(a *sts.Answer, link string) []string {
	var out []string
	if !slices.Contains([]string{linkProvider, linkRole, linkTrust, ""}, link) {
		return nil
	}
	for _, e := range sdkerror.Find(a.Code + ": " + a.Message) {
		for _, cause := range e.Causes {
			if cause.Next == sdkerror.StepRestart {
				continue
			}
			lead := "or: "
			if len(out) == 0 {
				lead = "usual cause: "
			}
			out = append(out, lead+cause.Cause)
		}
	}
	return out
}

// checkedBySTS are the links that STS looks at.
func checkedBySTS() []string {
	return []string{linkIssuer, linkAudience, linkSubject, linkClock, linkRole, linkProvider, linkTrust}
}

// brokenAtSTS is the link that a refusal of STS is about; empty where that isn't known, or
// where another link says already why the policy keeps the token out. (§5)
func brokenAtSTS(c chain, links []cliapi.Check) string {
	a := c.sts.answer
	if a == nil || a.Code == "" {
		return ""
	}
	says := func(text string) bool { return strings.Contains(strings.ToLower(a.Message), text) }
	ends := func(codes ...string) bool {
		return slices.ContainsFunc(codes, func(code string) bool { return strings.HasSuffix(a.Code, "."+code) })
	}
	switch {
	case says("no such oidc provider"), ends("PublicKeyFingerprintMismatch", "HttpsUrlInvalid"):
		return linkProvider
	case ends("AudienceNotMatch"), says("invalid audience"):
		return linkAudience
	case ends("IssuerNotMatch", "IssuerConfigurationBroken", "InvalidSignature"):
		return linkIssuer
	case ends("Expired") && strings.Contains(a.Code, "OIDCToken"), says("jsonwebtoken is expired"):
		return linkClock
	case a.Code == "EntityNotExist.Role":
		return linkRole
	case a.Code == "AuthenticationFail.NoPermission", a.Code == "NoPermission":
		for _, l := range links {
			if l.Status == cliapi.CheckFailed && slices.Contains([]string{linkIssuer, linkAudience, linkSubject, linkProvider, linkTrust}, l.Name) {
				return l.Name
			}
		}
		return linkTrust
	}
	return ""
}

// refusedBySTS is what a link says that only STS has found to be broken.
func refusedBySTS(c chain, link string) (message, hint string) {
	why := map[string]string{
		linkProvider: "STS doesn't take the provider",
		linkAudience: "STS doesn't take the token's audience for this provider",
		linkIssuer:   "STS doesn't take the token's issuer for this provider",
		linkClock:    "by the clock of STS the token has expired",
		linkRole:     "STS finds no such role",
		linkTrust:    "the role's trust policy doesn't let the token in",
	}[link]
	hint = map[string]string{
		linkProvider: "enable RRSA for the cluster, which registers the provider, or correct its ARN; for a cluster that isn't ACK's make the provider in RAM",
		linkAudience: "add the audience to the provider's client ids in RAM",
		linkIssuer:   "compare the provider's issuer and fingerprints in RAM with the token's",
		linkClock:    "compare the clocks of the API server and of this machine with a clock that is right",
		linkRole:     "create the role, or correct the ServiceAccount's annotation or the account",
		linkTrust:    "give --policy to see what keeps the token out; what it needs: " + needs(c),
	}[link]
	if link == linkTrust && c.policy.file != "" {
		why += fmt.Sprintf(", and nothing that can be judged in %q keeps it out: the role may have another one by now", c.policy.file)
		hint = "give the policy that the role has now, with what RAM's GetRole answers"
	}
	return fmt.Sprintf("%s: %s: %s", why, c.sts.answer.Code, c.sts.answer.Message), hint
}
