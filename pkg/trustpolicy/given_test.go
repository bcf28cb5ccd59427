package trustpolicy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

func TestCheckInvalid(t *testing.T) {
	need, err := trustpolicy.New(cfg(), sa("demo", "app-sa"))
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
			got, err := trustpolicy.Check([]byte(tt.policy), need)
			if err == nil || got != nil {
				t.Fatalf("want an error alone, got %v and %v", err, got)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// Each operator compares in its own way.
func TestCheckOperators(t *testing.T) {
	find(t, []finding{
		{"§7: any ServiceAccount, as it is printed", anyOf(), subjects("StringLike", `"system:serviceaccount:demo:*"`), ""},
		{"§7: case doesn't matter there", one(), subjects("StringEqualsIgnoreCase", `"system:serviceaccount:Demo:App-SA"`), ""},
		{"§7: a wildcard under StringEquals", one(), change(t, "demo:app-sa", "demo:*"), "error oidc:sub " + equals + "[oidc:sub]: " + wantSub + "the policy has \"system:serviceaccount:demo:*\"\n  \"*\" stands for any text under StringLike alone: move the condition there\n"},
		{"§7: another case", one(), change(t, "demo:app-sa", "demo:App-SA"), "error oidc:sub " + equals + "[oidc:sub]: " + wantSub + "the policy has \"system:serviceaccount:demo:App-SA\"\n  upper and lower case differ\n"},
		{"§7: StringLike that doesn't match", one(), subjects("StringLike", `"system:serviceaccount:prod-*:app-sa"`), "error oidc:sub " + like + "[oidc:sub]: " + wantSub + "the policy has \"system:serviceaccount:prod-*:app-sa\"\n"},
		{"§7: one of the wanted many", anyOf(), policy(full), "error oidc:sub " + equals + "[oidc:sub]: want \"system:serviceaccount:demo:*\", the policy has \"system:serviceaccount:demo:app-sa\"\n"},
		{"§7: excluded", one(), subjects("StringNotLike", `"system:serviceaccount:demo:*"`), "error oidc:sub Statement[0].Condition.StringNotLike[oidc:sub]: \"system:serviceaccount:demo:app-sa\" is excluded by \"system:serviceaccount:demo:*\"\ninfo oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		{"§7: an operator for numbers", one(), subjects("NumericEquals", `"1"`), "error oidc:sub Statement[0].Condition.NumericEquals[oidc:sub]: " + wantSub + "and NumericEquals is no operator that compares text\ninfo oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		{"§7: a pattern's ends don't overlap", one(), subjects("StringLike", `"system:serviceaccount:demo:app-sa*app-sa"`), "error oidc:sub " + like + "[oidc:sub]: " + wantSub + "the policy has \"system:serviceaccount:demo:app-sa*app-sa\"\n"},
		{"§7: a pattern's parts have an order", one(), subjects("StringLike", `"*demo*serviceaccount*"`), "error oidc:sub " + like + "[oidc:sub]: " + wantSub + "the policy has \"*demo*serviceaccount*\"\n"},
		{"§7: a narrower pattern than the wanted one", anyOf(), subjects("StringLike", `"system:serviceaccount:demo:a*"`), "error oidc:sub " + like + "[oidc:sub]: want \"system:serviceaccount:demo:*\", the policy has \"system:serviceaccount:demo:a*\"\n"},
	})
}

// What lets in more than is needed is told, and what can't be judged is warned of.
func TestCheckBroader(t *testing.T) {
	find(t, []finding{
		{"broader: StringLike", one(), subjects("StringLike", `"system:serviceaccount:*:app-*"`), "info oidc:sub " + like + "[oidc:sub]: \"system:serviceaccount:*:app-*\" lets in more than these ServiceAccounts\n"},
		{"broader: any text", one(), subjects("StringLike", `"*"`), "info oidc:sub " + like + "[oidc:sub]: \"*\" lets in more than these ServiceAccounts\n"},
		{"broader: a wider pattern than the wanted one", anyOf(), subjects("StringLike", `"system:serviceaccount:d*:*"`), "info oidc:sub " + like + "[oidc:sub]: \"system:serviceaccount:d*:*\" lets in more than these ServiceAccounts\n"},
		{"broader: one more subject", one(), subjects("StringLike", `["system:serviceaccount:demo:app-sa","system:serviceaccount:demo:web"]`), "info oidc:sub " + like + "[oidc:sub]: \"system:serviceaccount:demo:web\" is let in too\n"},
		{"broader: no oidc:sub", one(), change(t, ","+sub, ""), "info oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		{"broader: all but another", one(), subjects("StringNotEquals", `"system:serviceaccount:demo:web"`), "info oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		{"broader: actions", one(), change(t, `"sts:AssumeRole"`, `["sts:*","ecs:Run"]`), "info Action Statement[0].Action: \"sts:*\" is allowed too\ninfo Action Statement[0].Action: \"ecs:Run\" is allowed too\n"},
		{"broader: a user of the account", one(), change(t, `"Principal":{`, `"Principal":{"RAM":"acs:ram::1:root",`), "info RAM Statement[0].Principal.RAM: \"acs:ram::1:root\" is trusted too\n"},
		{"broader: another statement", one(), statements(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}}`), "info Statement[0] Statement[0]: these ServiceAccounts don't need the statement\n"},
		{"not judged: an address", one(), policy(`{"IpAddress":{"acs:SourceIp":["192.0.2.0/24"]},` + full[1:]), "warning acs:SourceIp Statement[0].Condition.IpAddress[acs:SourceIp]: whether the condition is met can't be judged here\n"},
	})
}
