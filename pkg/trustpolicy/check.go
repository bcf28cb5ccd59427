package trustpolicy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Check compares a policy that a role has, as JSON, with what [New] says that
// ServiceAccounts need. A policy without an Error among its findings lets every one
// of them assume the role. What the policy allows besides is reported and is no
// Error. Errors come first, then warnings, then what is only told. It fails if the
// policy can't be read. (§7)
func Check(policy []byte, need Policy) ([]Finding, error) {
	given, err := readPolicy(policy)
	if err != nil {
		return nil, err
	}
	var all []Finding
	add := func(findings ...Finding) {
		for _, f := range findings {
			if !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	add(given.faults()...)
	used := map[int]bool{}
	for _, want := range tokens(need) {
		if !slices.ContainsFunc(given.Statement, givenStatement.trustsTokens) {
			add(nobody())
			break
		}
		add(given.denials(want)...)
		best, fails := given.closest(want)
		if best < 0 {
			add(Finding{Severity: rrsa.Error, Element: "Effect", Field: "Statement", Message: `no statement has the Effect "Allow"`})
			continue
		}
		used[best] = true
		add(fails...)
	}
	// What else the role trusts is no business of these ServiceAccounts.
	for i, s := range given.Statement {
		switch {
		case !s.trusts(need):
		case used[i]:
			add(s.broader(need)...)
		case s.Effect != "Deny":
			add(Finding{Severity: rrsa.Info, Element: s.field(""), Field: s.field(""), Message: "these ServiceAccounts don't need the statement"})
		}
	}
	return sorted(all), nil
}

// faults are those of the policy as a whole.
func (p givenPolicy) faults() []Finding {
	out := slices.Clone(p.form)
	if p.Version != "1" {
		version := Values{p.Version}
		if p.Version == "" {
			version = nil
		}
		out = append(out, wrong("Version", "Version", []string{"1"}, version))
	}
	return out
}

// token is what one ServiceAccount comes with.
type token struct {
	action, provider string
	claims           map[string]string
}

// tokens lists one token for each subject of a policy.
func tokens(need Policy) []token {
	var out []token
	for _, s := range need.Statement {
		for _, provider := range s.Principal.Federated {
			for _, subject := range s.asked(subjectClaim) {
				t := token{action: s.Action, provider: provider, claims: map[string]string{subjectClaim: subject}}
				for _, key := range []string{issuerClaim, audienceClaim} {
					if values := s.asked(key); len(values) > 0 {
						t.claims[key] = values[0]
					}
				}
				out = append(out, t)
			}
		}
	}
	return out
}

// asked lists the values of a claim that a statement names.
func (s Statement) asked(key string) Values {
	return slices.Concat(s.Condition.StringEquals[key], s.Condition.StringLike[key])
}

// denials are the statements that turn a token away whatever others allow.
func (p givenPolicy) denials(t token) []Finding {
	var out []Finding
	for _, s := range p.Statement {
		if s.Effect != "Deny" || len(s.fails(t)) > 0 {
			continue
		}
		severity, message := rrsa.Error, fmt.Sprintf("the statement denies %q", t.claims[subjectClaim])
		if len(s.unjudged()) > 0 {
			severity = rrsa.Warning
			message = fmt.Sprintf("the statement may deny %q, by conditions that are not judged here", t.claims[subjectClaim])
		}
		out = append(out, Finding{Severity: severity, Element: "Effect", Field: s.field(".Effect"), Message: message})
	}
	return out
}

// closest is the statement that allows a token, or the one that is closest to it
// with what it fails on; -1 if all of them deny.
func (p givenPolicy) closest(t token) (int, []Finding) {
	best, cost := -1, [2]int{}
	var fails []Finding
	for i, s := range p.Statement {
		if s.Effect == "Deny" || !s.trustsTokens() {
			continue
		}
		found := s.fails(t)
		if s.Effect != "Allow" {
			found = slices.Insert(found, 0, wrong("Effect", s.field(".Effect"), []string{"Allow"}, Values{s.Effect}))
		}
		// Of two that allow it, the one that can be judged is the answer.
		if c := [2]int{len(found), len(s.unjudged())}; best < 0 || slices.Compare(c[:], cost[:]) < 0 {
			best, cost, fails = i, c, found
		}
	}
	return best, fails
}

// fails lists what keeps a token from matching a statement, its Effect aside.
func (s givenStatement) fails(t token) []Finding {
	var out []Finding
	if !slices.ContainsFunc(s.Action, func(a string) bool { return covers(strings.ToLower(a), strings.ToLower(t.action)) }) {
		out = append(out, wrong("Action", s.field(".Action"), []string{t.action}, s.Action))
	}
	if !slices.Contains(s.Principal["Federated"], t.provider) {
		out = append(out, wrong("Federated", s.field(".Principal.Federated"), []string{t.provider}, s.Principal["Federated"]))
	}
	for _, key := range claims() {
		for _, c := range s.conditions {
			if f, ok := c.fails(t.claims[key], s.Effect == "Deny"); c.key == key && !ok {
				f.Element, f.Field, f.Severity = key, s.field(c.path()), rrsa.Error
				out = append(out, f)
			}
		}
	}
	return out
}
