package verify

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

// policyFindings checks the policy that was given with what the token says, or would say.
func policyFindings(c chain) ([]trustpolicy.Finding, error) {
	if c.policy.file == "" {
		return nil, nil
	}
	issuer, _ := c.live.Config.Issuer() // empty if it isn't known
	issuer = cmp.Or(issuer, c.discovery)
	audience, sub := rrsa.Audience, subject(c)
	if c.token != nil {
		issuer, sub = c.token.issuer, c.token.subject
		if len(c.token.audience) > 0 && !slices.Contains(c.token.audience, rrsa.Audience) {
			audience = c.token.audience[0]
		}
	}
	provider := c.uses[0].provider.text
	need := trustpolicy.Policy{Version: "1", Statement: []trustpolicy.Statement{{
		Action: "sts:AssumeRole", Effect: "Allow", Principal: trustpolicy.Principal{Federated: []string{provider}},
		Condition: trustpolicy.Condition{StringEquals: map[string]trustpolicy.Values{"oidc:iss": {issuer}, "oidc:aud": {audience}, "oidc:sub": {sub}}},
	}}}
	all, err := trustpolicy.Check(c.policy.data, need)
	if err != nil {
		return nil, fmt.Errorf("checking %q: %w", c.policy.file, err)
	}
	// What isn't known here says nothing about the policy.
	return slices.DeleteFunc(all, func(f trustpolicy.Finding) bool {
		return f.Element == "oidc:iss" && issuer == "" || f.Element == "Federated" && provider == ""
	}), nil
}

// linkOf is the link that a part of a policy is about.
func linkOf(f trustpolicy.Finding) string {
	if link := map[string]string{"oidc:iss": linkIssuer, "oidc:aud": linkAudience, "oidc:sub": linkSubject, "Federated": linkProvider}[f.Element]; link != "" && f.Severity == rrsa.Error {
		return link
	}
	return linkTrust
}

// withPolicy has a link fail that the policy wants otherwise. What STS has let in isn't
// kept out by a policy: then it isn't the one that the role has.
func withPolicy(c chain, link cliapi.Check, findings []trustpolicy.Finding) cliapi.Check {
	for _, f := range findings {
		if linkOf(f) != link.Name {
			continue
		}
		text := fmt.Sprintf("the policy keeps it out: %s (%s)", f.Message, f.Field)
		if c.granted() {
			link.Details = append(link.Details, text+"; but STS lets it in, so that the role has another policy than "+c.policy.file)
			if link.Status == cliapi.CheckPassed {
				link.Status = cliapi.CheckWarning
			}
			continue
		}
		if link.Status == cliapi.CheckFailed {
			link.Details = append(link.Details, text)
			continue
		}
		if link.Message != noToken {
			link.Details = append([]string{link.Message}, link.Details...)
		}
		link.Status, link.Code, link.Message = cliapi.CheckFailed, "", text
		link.Hint = cmp.Or(f.Hint, "correct the role's trust policy; what it needs: "+needs(c))
	}
	return link
}

// needs is the command that prints the policy that the ServiceAccount needs.
func needs(c chain) string {
	return fmt.Sprintf("kubectl rrsa trust-policy %s/%s%s", c.account.Namespace, c.account.Name, c.live.Connection)
}

// trustLink tells what else in the policy keeps the token out. (§7)
func trustLink(c chain, findings []trustpolicy.Finding) cliapi.Check {
	if c.policy.file == "" {
		return skipped(linkTrust, "not looked at: give --policy with what RAM's GetRole answers, or --sts")
	}
	out := passed(linkTrust, "the policy lets the token in")
	others := false
	for _, f := range findings {
		text := f.Message
		if f.Field != "" {
			text += " (" + f.Field + ")"
		}
		switch {
		case linkOf(f) != linkTrust:
			others = true
		case f.Severity == rrsa.Error && out.Status != cliapi.CheckFailed:
			out = broken(linkTrust, cmp.Or(f.Hint, "correct the role's trust policy"), "the policy keeps the token out: %s", text)
		case f.Severity == rrsa.Warning && out.Status == cliapi.CheckPassed:
			out = unknown(linkTrust, cmp.Or(f.Hint, "--sts asks whether the role can be assumed"), "the policy lets the token in as far as it can be judged: %s", text)
		default:
			out.Details = append(out.Details, string(f.Severity)+": "+text)
		}
	}
	switch {
	case out.Status == cliapi.CheckFailed && c.granted():
		out.Status, out.Hint = cliapi.CheckWarning, "give the policy that the role has now"
		out.Message += "; but STS lets it in, so that the role has another policy"
	case out.Status == cliapi.CheckPassed && others:
		out.Message = "nothing else in the policy keeps the token out"
	}
	return out
}
