package trustpolicy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// broader lists what a statement allows beyond the need, and what it asks for
// besides a token.
func (s givenStatement) broader(need Policy) []Finding {
	var out []Finding
	info := func(element, field, format string, args ...any) {
		out = append(out, Finding{Severity: rrsa.Info, Element: element, Field: s.field(field), Message: fmt.Sprintf(format, args...)})
	}
	var actions, providers []string
	wanted := map[string]Values{}
	for _, n := range need.Statement {
		actions = append(actions, n.Action)
		providers = append(providers, n.Principal.Federated...)
		for _, key := range claims() {
			wanted[key] = append(wanted[key], n.asked(key)...)
		}
	}
	for _, a := range s.Action {
		if !slices.ContainsFunc(actions, func(n string) bool { return strings.EqualFold(a, n) }) {
			info("Action", ".Action", "%q is allowed too", a)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(s.Principal)) {
		for _, principal := range s.Principal[kind] {
			if kind != "Federated" || !slices.Contains(providers, principal) {
				info(kind, ".Principal."+kind, "%q is trusted too", principal)
			}
		}
	}
	everybody := map[string]string{
		issuerClaim:   "tokens of any issuer that the provider takes are let in",
		audienceClaim: "tokens for any audience that the provider takes are let in",
		subjectClaim:  "every ServiceAccount of the cluster is let in",
	}
	for _, key := range claims() {
		open := true
		for _, c := range s.conditions {
			if c.key != key || !c.names() {
				continue
			}
			open = false
			for _, v := range c.values {
				asked := func(same func(w string) bool) bool { return slices.ContainsFunc(wanted[key], same) }
				switch {
				case slices.Contains(wanted[key], v):
				case c.operator == "StringLike" && asked(func(w string) bool { return covers(v, w) }):
					info(key, c.path(), "%q lets in more than these ServiceAccounts", v)
				case c.operator == "StringEqualsIgnoreCase" && asked(func(w string) bool { return strings.EqualFold(v, w) }):
				default:
					info(key, c.path(), "%q is let in too", v)
				}
			}
		}
		if open {
			info(key, ".Condition", "there is no such condition: %s", everybody[key])
		}
	}
	for _, c := range s.unjudged() {
		out = append(out, Finding{
			Severity: rrsa.Warning, Element: c.key, Field: s.field(c.path()), Message: "whether the condition is met can't be judged here",
		})
	}
	return out
}

// unjudged lists the conditions about something else than the token's claims.
func (s givenStatement) unjudged() []givenCondition {
	return slices.DeleteFunc(slices.Clone(s.conditions), func(c givenCondition) bool { return slices.Contains(claims(), c.key) })
}

// trustsTokens tells whether a statement is about an OIDC identity provider. One of
// SAML is federated too.
func (s givenStatement) trustsTokens() bool { return len(s.providers()) > 0 }

func (s givenStatement) providers() []string {
	return slices.DeleteFunc(slices.Clone(s.Principal["Federated"]), func(arn string) bool { return strings.Contains(arn, ":saml-provider/") })
}

// trusted are the providers that RAM may have, and what is wrong with the others.
func (s givenStatement) trusted() (providers []string, findings []Finding) {
	for _, arn := range s.providers() {
		if arn != "" && (rrsa.Config{OIDCProviderARN: arn}).Validate() == nil {
			providers = append(providers, arn)
			continue
		}
		findings = append(findings, Finding{
			Severity: rrsa.Error, Element: "Federated", Field: s.field(".Principal.Federated"), Message: fmt.Sprintf("%q is no ARN that an OIDC identity provider can have, so that it lets nobody in", arn),
			Hint: `want acs:ram::<accountID>:oidc-provider/<name>, where the name has 1 to 128 of A-Z a-z 0-9 . _ - and neither begins nor ends with one of . _ -`,
		})
	}
	if len(providers) > 0 {
		for i := range findings {
			findings[i].Severity = rrsa.Info // others are let in
		}
	}
	return providers, findings
}

// trusts tells whether a statement is about a provider of a policy.
func (s givenStatement) trusts(need Policy) bool {
	return slices.ContainsFunc(need.Statement, func(n Statement) bool {
		return slices.ContainsFunc(n.Principal.Federated, func(arn string) bool { return slices.Contains(s.Principal["Federated"], arn) })
	})
}
