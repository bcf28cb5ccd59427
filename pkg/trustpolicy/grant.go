package trustpolicy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Grant is a statement that lets ServiceAccounts assume a role, and whom.
type Grant struct {
	// Field is the path of the statement, such as "Statement[0]".
	Field string
	// Providers are the ARNs of the OIDC identity providers.
	Providers []string
	// Issuers, Audiences and Subjects are what a token may say. Where a statement has no
	// condition that names any, a list is empty, and every value is let in.
	Issuers, Audiences, Subjects []string
}

// subjectPrefix is what the tokens of ServiceAccounts have before the namespace.
const subjectPrefix = "system:serviceaccount:"

// Grants tells whom a policy lets in, if nobody in particular is asked for, and what is
// wrong with those of its statements that are about OIDC identity providers. Without a
// grant there is an Error among the findings. It fails if the policy can't be read. (§7)
func Grants(policy []byte) ([]Grant, []Finding, error) {
	given, err := readPolicy(policy)
	if err != nil {
		return nil, nil, err
	}
	var out []Grant
	all := given.faults()
	about := 0
	for _, s := range given.Statement {
		if !s.trustsTokens() {
			continue // what else a role trusts is no business of ServiceAccounts
		}
		about++
		if s.Effect == "Deny" {
			all = append(all, Finding{Severity: rrsa.Warning, Element: "Effect", Field: s.field(".Effect"), Message: "the statement denies what meets its conditions, whatever others allow"})
			continue
		}
		grant, findings := grantOf(s)
		all = append(all, findings...)
		if grant != nil {
			out = append(out, *grant)
		}
	}
	if about == 0 {
		all = append(all, nobody())
	}
	if given.Version != "1" {
		out = nil // RAM has no such policy
	}
	return out, sorted(all), nil
}

// grantOf is whom a statement lets in; nil for nobody, which the findings tell.
func grantOf(s givenStatement) (*Grant, []Finding) {
	providers, all := s.trusted()
	out := &Grant{Field: s.field(""), Providers: providers}
	// The statement's own values are asked for, so that nothing is too much.
	need := Policy{Statement: []Statement{{Action: "sts:AssumeRole", Principal: Principal{Federated: s.providers()}, Condition: Condition{StringEquals: map[string]Values{}}}}}
	values := need.Statement[0].Condition.StringEquals
	if s.Effect != "Allow" {
		all = append(all, wrong("Effect", s.field(".Effect"), []string{"Allow"}, Values{s.Effect}))
	}
	if !slices.ContainsFunc(s.Action, func(a string) bool { return covers(strings.ToLower(a), "sts:assumerole") }) {
		all = append(all, wrong("Action", s.field(".Action"), []string{"sts:AssumeRole"}, s.Action))
	}
	for _, claim := range []struct {
		key string
		let *[]string
	}{{issuerClaim, &out.Issuers}, {audienceClaim, &out.Audiences}, {subjectClaim, &out.Subjects}} {
		lets, named, findings := met(s, claim.key)
		*claim.let, values[claim.key] = lets, named
		all = append(all, findings...)
		if len(named) > 0 && len(lets) == 0 {
			out = nil
			break
		}
	}
	if out == nil || len(providers) == 0 || slices.ContainsFunc(all, func(f Finding) bool { return f.Element == "Effect" || f.Element == "Action" }) {
		return nil, all
	}
	return out, append(all, s.broader(need)...)
}

// met are those of the values that a statement names for a claim with which a token of
// a ServiceAccount meets all of its conditions about the claim, and all that it names.
func met(s givenStatement, key string) (lets, named []string, findings []Finding) {
	open := true
	for _, c := range s.conditions {
		if c.key != key {
			continue
		}
		if !c.compares() {
			open = false
			findings = append(findings, Finding{Severity: rrsa.Error, Element: key, Field: s.field(c.path()), Message: fmt.Sprintf("%s is no operator that compares text", c.operator)})
		}
		if !c.names() {
			continue
		}
		if len(c.values) == 0 {
			open = false
			findings = append(findings, Finding{Severity: rrsa.Error, Element: key, Field: s.field(c.path()), Message: "it names no value, so that nobody is let in"})
		}
		for _, v := range c.values {
			named = append(named, v)
			f := Finding{Severity: rrsa.Error, Element: key, Field: s.field(c.path())}
			token, isToken := c.token(v)
			if !isToken {
				f.Message = fmt.Sprintf("no token of a ServiceAccount has %q", v)
				if key == audienceClaim {
					f.Message = fmt.Sprintf("no injected token is for %q", v)
				}
				findings = append(findings, f)
				continue
			}
			ok := true
			for _, other := range s.conditions {
				if why, meets := other.fails(token, false); other.key == key && !meets {
					ok = false
					f.Message, f.Hint = fmt.Sprintf("%q lets nobody in", v), why.Hint
					if other.path() != c.path() {
						f.Message += " that " + other.operator + " lets in"
					}
				}
			}
			switch {
			case !ok:
				findings = append(findings, f)
			case !slices.Contains(lets, v):
				lets = append(lets, v)
			}
		}
	}
	if !open {
		return nil, append(named, ""), findings
	}
	if len(lets) > 0 {
		for i := range findings {
			findings[i].Severity = rrsa.Info // others are let in
		}
	}
	return lets, named, findings
}

// token is what a token has that meets a value of a condition, and whether there is
// such a token: each is for STS, and each is a ServiceAccount's.
func (c givenCondition) token(value string) (string, bool) {
	pattern := c.operator == "StringLike"
	switch {
	case c.key == audienceClaim && pattern:
		return rrsa.Audience, covers(value, rrsa.Audience)
	case c.key == audienceClaim:
		return value, value == rrsa.Audience || c.operator == "StringEqualsIgnoreCase" && strings.EqualFold(value, rrsa.Audience)
	case c.key == issuerClaim:
		return value, pattern || strings.HasPrefix(value, "https://")
	case pattern && strings.Contains(value, "*"):
		start, _, _ := strings.Cut(value, "*")
		return value, strings.HasPrefix(start, subjectPrefix) || strings.HasPrefix(subjectPrefix, start)
	}
	namespace, name, ok := strings.Cut(strings.TrimPrefix(value, subjectPrefix), ":")
	return value, ok && strings.HasPrefix(value, subjectPrefix) && namespace != "" && name != ""
}
