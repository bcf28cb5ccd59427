package verify

import (
	"fmt"
	"slices"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
)

// The links of a chain, by their names.
const (
	linkGate      = "gate"
	linkInjection = "injection"
	linkProgram   = "program"
	linkToken     = "token"
	linkIssuer    = "issuer"
	linkAudience  = "audience"
	linkSubject   = "subject"
	linkClock     = "clock"
	linkRole      = "role"
	linkProvider  = "provider"
	linkTrust     = "trust-policy"
	linkSTS       = "sts"
)

// judge says of each link whether it holds, in the order in which a pod comes to its
// credentials. It fails for a policy that can't be read.
func judge(c chain) ([]cliapi.Check, error) {
	findings, err := policyFindings(c)
	if err != nil {
		return nil, err
	}
	links := []cliapi.Check{
		gateLink(c), injectionLink(c), programLink(c), tokenLink(c),
		withPolicy(c, issuerLink(c), findings), withPolicy(c, audienceLink(c), findings), withPolicy(c, subjectLink(c), findings),
		clockLink(c), roleLink(c), withPolicy(c, providerLink(c), findings), trustLink(c, findings),
	}
	links = append(links, stsLink(c, links))
	return settle(c, links), nil
}

// settle has what STS says count in the links that it is about.
func settle(c chain, links []cliapi.Check) []cliapi.Check {
	refused := brokenAtSTS(c, links)
	for i := range links {
		l := &links[i]
		open := l.Status == cliapi.CheckUnknown || l.Status == cliapi.CheckSkipped
		switch {
		case c.granted() && open && slices.Contains(checkedBySTS(), l.Name):
			l.Details = append([]string{l.Message}, l.Details...)
			if l.Status == cliapi.CheckSkipped {
				l.Details = nil
			}
			l.Status, l.Code, l.Message, l.Hint = cliapi.CheckPassed, "", "STS has let the token assume the role", ""
		case l.Name == refused && l.Status != cliapi.CheckFailed:
			if l.Status != cliapi.CheckSkipped {
				l.Details = append([]string{l.Message}, l.Details...)
			}
			l.Status, l.Code = cliapi.CheckFailed, ""
			l.Message, l.Hint = refusedBySTS(c, refused)
		}
	}
	return links
}

// failed are the names of the links that are broken.
func failed(links []cliapi.Check) []string { return named(links, cliapi.CheckFailed) }

func named(links []cliapi.Check, status cliapi.CheckStatus) []string {
	var out []string
	for _, l := range links {
		if l.Status == status {
			out = append(out, l.Name)
		}
	}
	return out
}

func passed(name, format string, args ...any) cliapi.Check {
	return cliapi.Check{Name: name, Status: cliapi.CheckPassed, Message: fmt.Sprintf(format, args...)}
}

func broken(name, hint, format string, args ...any) cliapi.Check {
	return cliapi.Check{Name: name, Status: cliapi.CheckFailed, Message: fmt.Sprintf(format, args...), Hint: hint}
}

func unknown(name, hint, format string, args ...any) cliapi.Check {
	return cliapi.Check{Name: name, Status: cliapi.CheckUnknown, Message: fmt.Sprintf(format, args...), Hint: hint}
}

func warned(name, hint, format string, args ...any) cliapi.Check {
	return cliapi.Check{Name: name, Status: cliapi.CheckWarning, Message: fmt.Sprintf(format, args...), Hint: hint}
}

func skipped(name, format string, args ...any) cliapi.Check {
	return cliapi.Check{Name: name, Status: cliapi.CheckSkipped, Message: fmt.Sprintf(format, args...)}
}
