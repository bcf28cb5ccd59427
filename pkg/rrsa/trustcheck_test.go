package rrsa_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// sayings writes findings in a line each: severity, element, field and message.
func sayings(findings []rrsa.TrustFinding) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(string(f.Severity) + " " + f.Element + " " + f.Field + ": " + f.Message + "\n")
		if f.Hint != "" {
			b.WriteString("  " + f.Hint + "\n")
		}
	}
	return b.String()
}

func TestCheckTrustPolicy(t *testing.T) {
	const (
		iss, aud = `"oidc:iss":"` + issuer + `"`, `"oidc:aud":"sts.aliyuncs.com"`
		sub      = `"oidc:sub":"system:serviceaccount:demo:app-sa"`
		full     = `{"StringEquals":{` + iss + `,` + aud + `,` + sub + `}}`
		equals   = "Statement[0].Condition.StringEquals"
		like     = "Statement[0].Condition.StringLike"
		wantSub  = `want "system:serviceaccount:demo:app-sa", `
	)
	change := func(old, replacement string) string {
		out := strings.Replace(policy(full), old, replacement, 1)
		if out == policy(full) {
			t.Fatalf("%q is not in the policy", old)
		}
		return out
	}
	subjects := func(operator, values string) string {
		return policy(`{"StringEquals":{` + iss + `,` + aud + `},"` + operator + `":{"oidc:sub":` + values + `}}`)
	}
	// statements are added in front of the right one.
	statements := func(first string) string {
		return strings.Replace(policy(full), `"Statement":[`, `"Statement":[`+first+",", 1)
	}
	one := []types.NamespacedName{sa("demo", "app-sa")}
	two := append(one, sa("demo", "web"))
	anyOf := []types.NamespacedName{sa("demo", "*")}
	for _, tt := range []struct {
		name     string
		accounts []types.NamespacedName
		policy   string
		want     string
	}{
		{"§7: as it is printed", one, policy(full), ""},
		{"§7: lists of one, principal as a string", one, change(`["`+providerARN+`"]`, `"`+providerARN+`"`), ""},
		{"§7: an action's case", one, change("sts:AssumeRole", "STS:assumerole"), ""},
		{"§7: several ServiceAccounts", two, change(`"system:serviceaccount:demo:app-sa"`, `["system:serviceaccount:demo:web","system:serviceaccount:demo:app-sa"]`), ""},
		{"§7: any ServiceAccount, as it is printed", anyOf, subjects("StringLike", `"system:serviceaccount:demo:*"`), ""},
		{"§7: case doesn't matter there", one, subjects("StringEqualsIgnoreCase", `"system:serviceaccount:Demo:App-SA"`), ""},

		{"§7: Version", one, change(`"Version":"1"`, `"Version":"2012-10-17"`), "error Version Version: want \"1\", the policy has \"2012-10-17\"\n"},
		{"§7: Effect", one, change("Allow", "allow"), "error Effect Statement[0].Effect: want \"Allow\", the policy has \"allow\"\n"},
		{"§7: Effect is Deny", one, change("Allow", "Deny"), "error Effect Statement[0].Effect: the statement denies \"system:serviceaccount:demo:app-sa\"\nerror Effect Statement: no statement has the Effect \"Allow\"\n"},
		{"§7: Action", one, change("sts:AssumeRole", "sts:AssumeRoleWithOIDC"), "error Action Statement[0].Action: want \"sts:AssumeRole\", the policy has \"sts:AssumeRoleWithOIDC\"\n"},
		{"§7: no Action", one, change(`"Action":"sts:AssumeRole",`, ""), "error Action Statement[0].Action: want \"sts:AssumeRole\", the policy has none\n"},
		{"§7: Federated", one, change(providerARN, "acs:ram::1:oidc-provider/other"), "error Federated Statement[0].Principal.Federated: want \"" + providerARN + "\", the policy has \"acs:ram::1:oidc-provider/other\"\n"},
		{"§7: oidc:iss", one, change(issuer, issuer+"/"), "error oidc:iss " + equals + "[oidc:iss]: want \"" + issuer + "\", the policy has \"" + issuer + "/\"\n"},
		{"§7: oidc:aud", one, change("sts.aliyuncs.com", "sts.amazonaws.com"), "error oidc:aud " + equals + "[oidc:aud]: want \"sts.aliyuncs.com\", the policy has \"sts.amazonaws.com\"\n"},
		{"§7: oidc:sub of one of two", two, policy(full), "error oidc:sub " + equals + "[oidc:sub]: want \"system:serviceaccount:demo:web\", the policy has \"system:serviceaccount:demo:app-sa\"\n"},
		{"§7: a wildcard under StringEquals", one, change("demo:app-sa", "demo:*"), "error oidc:sub " + equals + "[oidc:sub]: " + wantSub + "the policy has \"system:serviceaccount:demo:*\"\n  \"*\" stands for any text under StringLike alone: move the condition there\n"},
		{"§7: another case", one, change("demo:app-sa", "demo:App-SA"), "error oidc:sub " + equals + "[oidc:sub]: " + wantSub + "the policy has \"system:serviceaccount:demo:App-SA\"\n  upper and lower case differ\n"},
		{"§7: StringLike that doesn't match", one, subjects("StringLike", `"system:serviceaccount:prod-*:app-sa"`), "error oidc:sub " + like + "[oidc:sub]: " + wantSub + "the policy has \"system:serviceaccount:prod-*:app-sa\"\n"},
		{"§7: one of the wanted many", anyOf, policy(full), "error oidc:sub " + equals + "[oidc:sub]: want \"system:serviceaccount:demo:*\", the policy has \"system:serviceaccount:demo:app-sa\"\n"},
		{"§7: excluded", one, subjects("StringNotLike", `"system:serviceaccount:demo:*"`), "error oidc:sub Statement[0].Condition.StringNotLike[oidc:sub]: \"system:serviceaccount:demo:app-sa\" is excluded by \"system:serviceaccount:demo:*\"\ninfo oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		{"§7: an operator for numbers", one, subjects("NumericEquals", `"1"`), "error oidc:sub Statement[0].Condition.NumericEquals[oidc:sub]: " + wantSub + "and NumericEquals is no operator that compares text\ninfo oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		{"§7: denied by another statement", one, statements(strings.Replace(statement(t, full), "Allow", "Deny", 1)), "error Effect Statement[0].Effect: the statement denies \"system:serviceaccount:demo:app-sa\"\n"},
		{"§7: one of many is denied", anyOf, strings.Replace(subjects("StringLike", `"system:serviceaccount:demo:*"`), `"Statement":[`, `"Statement":[`+strings.Replace(statement(t, full), "Allow", "Deny", 1)+",", 1), "error Effect Statement[0].Effect: the statement denies \"system:serviceaccount:demo:*\"\n"},
		{"§7: others are denied", one, statements(strings.Replace(strings.Replace(statement(t, full), "Allow", "Deny", 1), "app-sa", "web", 1)), ""},

		{"broader: StringLike", one, subjects("StringLike", `"system:serviceaccount:*:app-*"`), "info oidc:sub " + like + "[oidc:sub]: \"system:serviceaccount:*:app-*\" lets in more than these ServiceAccounts\n"},
		{"broader: any text", one, subjects("StringLike", `"*"`), "info oidc:sub " + like + "[oidc:sub]: \"*\" lets in more than these ServiceAccounts\n"},
		{"§7: a pattern's ends don't overlap", one, subjects("StringLike", `"system:serviceaccount:demo:app-sa*app-sa"`), "error oidc:sub " + like + "[oidc:sub]: " + wantSub + "the policy has \"system:serviceaccount:demo:app-sa*app-sa\"\n"},
		{"§7: a pattern's parts have an order", one, subjects("StringLike", `"*demo*serviceaccount*"`), "error oidc:sub " + like + "[oidc:sub]: " + wantSub + "the policy has \"*demo*serviceaccount*\"\n"},
		{"broader: a wider pattern than the wanted one", anyOf, subjects("StringLike", `"system:serviceaccount:d*:*"`), "info oidc:sub " + like + "[oidc:sub]: \"system:serviceaccount:d*:*\" lets in more than these ServiceAccounts\n"},
		{"§7: a narrower pattern than the wanted one", anyOf, subjects("StringLike", `"system:serviceaccount:demo:a*"`), "error oidc:sub " + like + "[oidc:sub]: want \"system:serviceaccount:demo:*\", the policy has \"system:serviceaccount:demo:a*\"\n"},
		{"broader: one more subject", one, subjects("StringLike", `["system:serviceaccount:demo:app-sa","system:serviceaccount:demo:web"]`), "info oidc:sub " + like + "[oidc:sub]: \"system:serviceaccount:demo:web\" is let in too\n"},
		{"broader: no oidc:sub", one, change(","+sub, ""), "info oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		{"broader: all but another", one, subjects("StringNotEquals", `"system:serviceaccount:demo:web"`), "info oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		{"broader: actions", one, change(`"sts:AssumeRole"`, `["sts:*","ecs:Run"]`), "info Action Statement[0].Action: \"sts:*\" is allowed too\ninfo Action Statement[0].Action: \"ecs:Run\" is allowed too\n"},
		{"broader: a user of the account", one, change(`"Principal":{`, `"Principal":{"RAM":"acs:ram::1:root",`), "info RAM Statement[0].Principal.RAM: \"acs:ram::1:root\" is trusted too\n"},
		{"broader: another statement", one, statements(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}}`), "info Statement[0] Statement[0]: these ServiceAccounts don't need the statement\n"},
		{"not judged: an address", one, policy(`{"IpAddress":{"acs:SourceIp":["192.0.2.0/24"]},` + full[1:]), "warning acs:SourceIp Statement[0].Condition.IpAddress[acs:SourceIp]: whether the condition is met can't be judged here\n"},
		{"not judged: a denial under a condition", one, statements(strings.Replace(strings.Replace(statement(t, full), "Allow", "Deny", 1), `"Condition":{`, `"Condition":{"Bool":{"acs:SecureTransport":"false"},`, 1)), "warning Effect Statement[0].Effect: the statement may deny \"system:serviceaccount:demo:app-sa\", by conditions that are not judged here\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, _ := given()
			need, err := rrsa.NewTrustPolicy(cfg, tt.accounts...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := rrsa.CheckTrustPolicy([]byte(tt.policy), need)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, sayings(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// statement is the one statement of a policy.
func statement(t *testing.T, condition string) string {
	t.Helper()
	_, rest, _ := strings.Cut(policy(condition), `"Statement":[`)
	out, ok := strings.CutSuffix(rest, "]}")
	if !ok {
		t.Fatal("the policy ends in another way")
	}
	return out
}

func TestCheckTrustPolicyInvalid(t *testing.T) {
	cfg, _ := given()
	need, err := rrsa.NewTrustPolicy(cfg, sa("demo", "app-sa"))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ policy, want string }{
		"empty":        {"", "reading the trust policy: it is empty"},
		"no JSON":      {"Version: 1", "reading the trust policy: invalid character 'V' looking for beginning of value"},
		"cut off":      {`{"Version":"1"`, "reading the trust policy: unexpected EOF"},
		"two":          {policy("{}") + policy("{}"), "reading the trust policy: there is more after its end"},
		"no statement": {`{"Version":"1"}`, "reading the trust policy: it has no Statement"},
		"NotAction":    {`{"Version":"1","Statement":[{"NotAction":"sts:AssumeRole"}]}`, `reading the trust policy: json: unknown field "NotAction"`},
		"value is no text": {
			policy(`{"StringEquals":{"oidc:sub":1}}`),
			"reading the trust policy: Statement[0].Condition.StringEquals[oidc:sub]: reading a condition's values: want a string or a list of strings: " +
				"json: cannot unmarshal number into Go value of type []string",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := rrsa.CheckTrustPolicy([]byte(tt.policy), need)
			if err == nil || got != nil {
				t.Fatalf("want an error alone, got %v and %v", err, got)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
