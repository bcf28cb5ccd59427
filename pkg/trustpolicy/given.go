package trustpolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// givenPolicy is a policy as somebody wrote it: one value or a list wherever RAM
// takes both, with statements and conditions that are none of ours.
type givenPolicy struct {
	Version   string
	Statement []givenStatement
}

type givenStatement struct {
	Effect    string
	Action    Values
	Principal map[string]Values
	Condition map[string]map[string]json.RawMessage

	index      int
	conditions []givenCondition
}

// givenCondition is one key under one operator.
type givenCondition struct {
	operator, key string
	values        Values
}

// readPolicy reads a policy strictly: a part that isn't known here, such as
// NotAction, could turn its meaning round.
func readPolicy(data []byte) (givenPolicy, error) {
	var p givenPolicy
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return p, fmt.Errorf("reading the trust policy: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return p, errors.New("reading the trust policy: there is more after its end")
	}
	if len(p.Statement) == 0 {
		return p, errors.New("reading the trust policy: it has no Statement")
	}
	for i := range p.Statement {
		s := &p.Statement[i]
		s.index = i
		for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
			for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
				c := givenCondition{operator: operator, key: key}
				if slices.Contains(claims(), key) {
					if err := json.Unmarshal(s.Condition[operator][key], &c.values); err != nil {
						return p, fmt.Errorf("reading the trust policy: %s: %w", s.field(c.path()), err)
					}
				}
				s.conditions = append(s.conditions, c)
			}
		}
	}
	return p, nil
}

func (s givenStatement) field(path string) string {
	return fmt.Sprintf("Statement[%d]%s", s.index, path)
}

func (c givenCondition) path() string { return ".Condition." + c.operator + "[" + c.key + "]" }

// unjudged lists the conditions about something else than the token's claims.
func (s givenStatement) unjudged() []givenCondition {
	return slices.DeleteFunc(slices.Clone(s.conditions), func(c givenCondition) bool { return slices.Contains(claims(), c.key) })
}

// fails tells whether a claim's value meets a condition, and why not. A value with
// "*" stands for many, all of which must be let in; a statement that denies, and a
// condition that excludes, count if they are about any of them.
func (c givenCondition) fails(value string, denies bool) (Finding, bool) {
	operator := strings.Replace(c.operator, "StringNot", "String", 1)
	excludes := operator != c.operator
	overlap := func(value, v string) bool { return (denies || excludes) && covers(value, v) }
	equal := func(value, v string) bool { return v == value && !strings.Contains(v, "*") || overlap(value, v) }
	like := func(value, v string) bool { return covers(v, value) || overlap(value, v) }
	fold := func(match func(value, v string) bool) func(value, v string) bool {
		return func(value, v string) bool { return match(strings.ToLower(value), strings.ToLower(v)) }
	}
	some := func(match func(value, v string) bool) bool {
		return slices.ContainsFunc(c.values, func(v string) bool { return match(value, v) })
	}
	operators := map[string]func(value, v string) bool{"StringEquals": equal, "StringEqualsIgnoreCase": fold(equal), "StringLike": like}
	match, known := operators[operator]
	ok := known && some(match) != excludes
	f := Finding{Message: fmt.Sprintf("want %q, the policy has %s", value, quoted(c.values))}
	switch {
	case !known:
		f.Message = fmt.Sprintf("want %q, and %s is no operator that compares text", value, c.operator)
	case excludes:
		f.Message = fmt.Sprintf("%q is excluded by %s", value, quoted(c.values))
	case ok || operator == "StringEqualsIgnoreCase":
	case some(like):
		f.Hint = `"*" stands for any text under StringLike alone: move the condition there`
	case some(fold(like)):
		f.Hint = "upper and lower case differ"
	}
	return f, ok
}

// covers tells whether a pattern, in which "*" stands for any text, matches every
// text that another one matches. A "*" of the other is a letter that only a "*"
// matches.
func covers(pattern, other string) bool {
	parts := strings.Split(pattern, "*")
	last := len(parts) - 1
	if last == 0 {
		return pattern == other
	}
	rest, ok := strings.CutPrefix(other, parts[0])
	if !ok || !strings.HasSuffix(rest, parts[last]) {
		return false
	}
	rest = rest[:len(rest)-len(parts[last])]
	for _, part := range parts[1:last] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return true
}

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
	// These name what is let in, and not what isn't.
	naming := []string{"StringEquals", "StringEqualsIgnoreCase", "StringLike"}
	for _, key := range claims() {
		open := true
		for _, c := range s.conditions {
			if c.key != key || !slices.Contains(naming, c.operator) {
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
