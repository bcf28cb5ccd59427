package trustpolicy_test

import "testing"

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
