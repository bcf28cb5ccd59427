package trustpolicy_test

import (
	"strings"
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
		"empty":         {" \n", "it is empty"},
		"no JSON":       {"Version: 1", "line 1: it is no JSON: invalid character 'V' looking for beginning of value"},
		"cut off":       {"{\n\"Version\":\"1\"", "line 2: it is no JSON: unexpected end of JSON input"},
		"two":           {policy("{}") + "\n" + policy("{}"), "line 2: it is no JSON: invalid character '{' after top-level value"},
		"a list":        {"[" + policy("{}") + "]", "line 1: want an object, got a list"},
		"null":          {"null", "line 1: want an object, got null"},
		"no statement":  {`{"Version":"1"}`, "it has no Statement"},
		"none":          {`{"Version":"1","Statement":[]}`, "it has no Statement"},
		"a text":        {`{"Version":"1","Statement":"x"}`, "line 1: Statement: want a list, got a string"},
		"a number":      {"{\n \"Version\": 1}", "line 2: Version: want a string, got a number"},
		"no object":     {"{\"Version\":\"1\",\n\"Statement\":[\n{},\n1]}", "line 4: Statement[1]: want an object, got a number"},
		"Effect":        {`{"Version":"1","Statement":[{"Effect":true}]}`, "line 1: Statement[0].Effect: want a string, got a boolean"},
		"Action":        {`{"Version":"1","Statement":[{"Action":["a",2]}]}`, "line 1: Statement[0].Action: want a string or a list of strings, got a number in the list"},
		"Principal":     {`{"Version":"1","Statement":[{"Principal":"*"}]}`, "line 1: Statement[0].Principal: want an object, got a string"},
		"Federated":     {"{\"Version\":\"1\",\"Statement\":[{\"Principal\":{\n\"Federated\":{}}}]}", "line 2: Statement[0].Principal.Federated: want a string or a list of strings, got an object"},
		"Condition":     {policy(`[]`), "line 1: Statement[0].Condition: want an object, got a list"},
		"an operator":   {policy(`{"StringEquals":"oidc:sub"}`), "line 1: Statement[0].Condition.StringEquals: want an object, got a string"},
		"a value":       {policy(`{"StringEquals":{"oidc:sub":1}}`), "line 1: Statement[0].Condition.StringEquals[oidc:sub]: want a string or a list of strings, got a number"},
		"NotAction":     {`{"Version":"1","Statement":[{"NotAction":"sts:AssumeRole"}]}`, `line 1: Statement[0] has "NotAction", and what that means is not known here: want Effect, Action, Principal, Condition`},
		"another":       {`{"Code":"EntityNotExist.Role"}`, `line 1: it has "Code", and what that means is not known here: want Version, Statement`},
		"a key twice":   {"{\"Version\":\"1\",\n\"Version\":\"1\"}", `line 2: "Version" stands twice in one object`},
		"in two cases":  {"{\"Version\":\"1\",\n\"version\":\"1\"}", `line 2: version: "Version" stands twice in one object`},
		"no policy":     {`{"Role":{"RoleName":"a"}}`, "Role: line 1: it has no AssumeRolePolicyDocument: RAM's GetRole answers with one"},
		"no text":       {`{"Role":{"AssumeRolePolicyDocument":""}}`, "Role.AssumeRolePolicyDocument: it is empty"},
		"inside":        {"{\"Role\":\n{\"AssumeRolePolicyDocument\":\n\"{\\n\\\"Version\\\":\\n2}\"}}", "Role.AssumeRolePolicyDocument: line 3: Version: want a string, got a number"},
		"several roles": {`{"Roles":{"Role":[{"RoleName":"a"},{"RoleName":"b"}]}}`, `Roles: line 1: it lists 2 roles ("a", "b"): check one of them, with what RAM's GetRole answers for it`},
		"a listed role": {`{"Roles":{"Role":[{"RoleName":"a"}]}}`, "Roles: line 1: the role has no AssumeRolePolicyDocument: RAM's GetRole answers with one"},
		"no end":        {strings.Repeat(`{"Role":{"Role":`, 20) + "{}" + strings.Repeat("}", 40), ""},
		"deep":          {strings.Repeat("[", 100_000), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := trustpolicy.Check([]byte(tt.policy), need)
			if err == nil || got != nil {
				t.Fatalf("want an error alone, got %v and %v", err, got)
			}
			if diff := cmp.Diff("reading the trust policy: "+tt.want, err.Error()); diff != "" && tt.want != "" {
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
		{"broader: another statement of the provider", one(), statements(strings.Replace(statement(t, full), "app-sa", "web", 1)), "info Statement[0] Statement[0]: these ServiceAccounts don't need the statement\n"},
		{"another Principal is no business of them", one(), statements(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}}`), ""},
		{"another provider neither", one(), statements(strings.Replace(statement(t, `{}`), account, "1", 2)), ""},
		{"not judged: an address", one(), policy(`{"IpAddress":{"acs:SourceIp":["192.0.2.0/24"]},` + full[1:]), "warning acs:SourceIp Statement[0].Condition.IpAddress[acs:SourceIp]: whether the condition is met can't be judged here\n"},
	})
}
