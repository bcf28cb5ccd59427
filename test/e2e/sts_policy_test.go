package e2e

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// policy is a trust policy as RAM reads it. It knows nothing of how the plugin
// writes one.
type policy struct {
	Version   string
	Statement []struct {
		Effect    string
		Action    texts
		Principal map[string]texts
		// Condition holds values by operator and key.
		Condition map[string]map[string]texts
	}
}

// texts is a string, or a list of them.
type texts []string

func (s *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*s = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(s))
}

// allows tells whether a principal with these facts, such as "oidc:sub", may do an
// action: a statement allows it, and none denies it.
func (p policy) allows(action, principal string, facts map[string][]string) bool {
	allowed := false
	for _, s := range p.Statement {
		if !slices.Contains(s.Action, action) || !slices.Contains(s.Principal["Federated"], principal) || !holds(s.Condition, facts) {
			continue
		}
		if s.Effect != "Allow" {
			return false
		}
		allowed = true
	}
	return allowed
}

// holds tells whether every key of every operator has one of its values.
func holds(condition map[string]map[string]texts, facts map[string][]string) bool {
	for operator, keys := range condition {
		for key, values := range keys {
			match := func(fact string) bool {
				return slices.ContainsFunc(values, func(value string) bool { return matches(operator, value, fact) })
			}
			if !slices.ContainsFunc(facts[key], match) {
				return false
			}
		}
	}
	return true
}

func matches(operator, value, fact string) bool {
	switch operator {
	case "StringEquals":
		return value == fact
	case "StringLike":
		pattern := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(value))
		return regexp.MustCompile("^" + pattern + "$").MatchString(fact)
	}
	return false
}

// TestPolicy pins how policies are judged here, so that the tests that rely on it
// can fail.
func TestPolicy(t *testing.T) {
	const text = `{"Version": "1", "Statement": [{
		"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Federated": ["acs:ram::1:oidc-provider/p"]},
		"Condition": {"StringEquals": {"oidc:aud": "sts.aliyuncs.com"}, "StringLike": {"oidc:sub": ["system:serviceaccount:shop:*", "other"]}}
	}]}`
	var p policy
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	const provider = "acs:ram::1:oidc-provider/p"
	tests := map[string]struct {
		action, provider, aud, sub string
		want                       bool
	}{
		"all":            {"sts:AssumeRole", provider, "sts.aliyuncs.com", "system:serviceaccount:shop:cart", true},
		"another value":  {"sts:AssumeRole", provider, "sts.aliyuncs.com", "other", true},
		"subject":        {"sts:AssumeRole", provider, "sts.aliyuncs.com", "system:serviceaccount:shops:cart", false},
		"audience":       {"sts:AssumeRole", provider, "sts.aliyuncs.com.", "system:serviceaccount:shop:cart", false},
		"provider":       {"sts:AssumeRole", provider + "2", "sts.aliyuncs.com", "other", false},
		"another action": {"sts:GetCallerIdentity", provider, "sts.aliyuncs.com", "other", false},
	}
	for name, test := range tests {
		facts := map[string][]string{"oidc:aud": {test.aud}, "oidc:sub": {test.sub}}
		if got := p.allows(test.action, test.provider, facts); got != test.want {
			t.Errorf("%s: want %t, got %t", name, test.want, got)
		}
	}
	p.Statement[0].Condition["StringNotLike"] = map[string]texts{"oidc:sub": {"nobody"}}
	if p.allows("sts:AssumeRole", provider, map[string][]string{"oidc:aud": {"sts.aliyuncs.com"}, "oidc:sub": {"other"}}) {
		t.Error("an operator that isn't known must not be taken to hold")
	}
}
