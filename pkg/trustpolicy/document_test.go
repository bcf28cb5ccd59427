package trustpolicy_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

// TestDocument: a policy is found in all that somebody may have at hand.
func TestDocument(t *testing.T) {
	need, err := trustpolicy.New(cfg(), sa("demo", "app-sa"))
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) string { data, _ := json.Marshal(s); return string(data) }
	spaced := strings.NewReplacer("{", "\r\n\t{ ", ":[", " :\n[ ", ",", " ,\n").Replace(policy(full))
	for name, given := range map[string]string{
		"itself":                  policy(full),
		"white space":             "\n\t " + spaced + "\n\n",
		"a mark":                  "\uFEFF" + policy(full),
		"UTF-16":                  utf16Of(policy(full), false),
		"UTF-16, big endian":      utf16Of(policy(full), true),
		"for a URL":               url.QueryEscape(policy(full)) + "\n",
		"for a path":              url.PathEscape(policy(full)),
		"a string":                text(policy(full)),
		"a string in a string":    text(text(spaced)),
		"GetRole":                 `{"RequestId":"x","Role":{"RoleName":"a","Arn":"b","AssumeRolePolicyDocument":` + text(spaced) + `}}`,
		"GetRole, with an object": `{"Role":{"AssumeRolePolicyDocument":` + policy(full) + `}}`,
		"GetRole, escaped twice":  `{"Role":{"AssumeRolePolicyDocument":` + text(text(policy(full))) + `}}`,
		"GetRole, for a URL":      `{"Role":{"AssumeRolePolicyDocument":` + text(url.QueryEscape(policy(full))) + `}}`,
		"GetRole, as a string":    text(`{"Role":{"AssumeRolePolicyDocument":` + text(policy(full)) + `}}`),
		"the SDKs' answer":        `{"headers":{},"statusCode":200,"body":{"role":{"assumeRolePolicyDocument":` + text(policy(full)) + `}}}`,
		"a Role":                  `{"RoleName":"a","AssumeRolePolicyDocument":` + text(policy(full)) + `}`,
		"the document":            `{"AssumeRolePolicyDocument":` + text(policy(full)) + `}`,
		"the document, an object": `{"assume_role_policy_document":` + policy(full) + `}`,
		"one listed role":         `{"Roles":{"Role":[{"RoleName":"a","AssumeRolePolicyDocument":` + text(policy(full)) + `}]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := trustpolicy.Check([]byte(given), need)
			if err != nil || len(got) > 0 {
				t.Errorf("want nothing to say, got %v and %v", got, err)
			}
		})
	}
}

// TestForm: what RAM's grammar writes in another way is read, and told.
func TestForm(t *testing.T) {
	list := strings.NewReplacer(`[{"Action"`, `{"Action"`, "}}]}", "}}}")
	find(t, []finding{
		{"one statement", one(), list.Replace(policy(full)), "warning Statement Statement: it is one statement, and RAM's grammar has a list of them\n  write it in a list: [{...}]\n"},
		{"a name's case", one(), strings.NewReplacer(`"Version"`, `"version"`, `"Effect"`, `"EFFECT"`).Replace(policy(full)),
			"warning version version: RAM's grammar has \"Version\"\n  write it so\nwarning EFFECT Statement[0].EFFECT: RAM's grammar has \"Effect\"\n  write it so\n"},
		{"lists of one", one(), strings.NewReplacer(`:"sts:AssumeRole"`, `:["sts:AssumeRole"]`, `:"sts.aliyuncs.com"`, `:["sts.aliyuncs.com"]`).Replace(policy(full)), ""},
		{"a string for a list", one(), strings.Replace(policy(full), `["`+providerARN+`"]`, `"`+providerARN+`"`, 1), ""},
		{"no version", one(), strings.Replace(policy(full), `"Version":"1",`, "", 1), "error Version Version: want \"1\", the policy has none\n"},
	})
}

// TestGrants: whom a policy lets in, if nobody in particular is asked for.
func TestGrants(t *testing.T) {
	statements := func(list ...string) string { return `{"Version":"1","Statement":[` + strings.Join(list, ",") + `]}` }
	with := func(condition string) string { return statement(t, condition) }
	grant := func(subjects ...string) trustpolicy.Grant {
		return trustpolicy.Grant{Field: "Statement[0]", Providers: []string{providerARN}, Issuers: []string{issuer}, Audiences: []string{"sts.aliyuncs.com"}, Subjects: subjects}
	}
	malformed := func(severity, arn string) string {
		return severity + " Federated Statement[0].Principal.Federated: \"" + arn + "\" is no ARN that an OIDC identity provider can have, so that it lets nobody in\n" +
			"  want acs:ram::<accountID>:oidc-provider/<name>, where the name has 1 to 128 of A-Z a-z 0-9 . _ - and neither begins nor ends with one of . _ -\n"
	}
	const appSA, web = "system:serviceaccount:demo:app-sa", "system:serviceaccount:demo:web"
	base := `"StringEquals":{` + iss + `,` + aud + `}`
	for name, tt := range map[string]struct {
		policy string
		want   []trustpolicy.Grant
		says   string
	}{
		"as it is printed": {policy(full), []trustpolicy.Grant{grant(appSA)}, ""},
		"two":              {policy(`{` + base + `,"StringLike":{"oidc:sub":["` + web + `","system:serviceaccount:*:x"]}}`), []trustpolicy.Grant{grant(web, "system:serviceaccount:*:x")}, ""},
		"a service":        {statements(`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["ecs.aliyuncs.com"]}}`), nil, "error Principal Statement: no statement has an OIDC identity provider as its Principal\n"},
		"a user":           {statements(`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":"acs:ram::1:root"}}`), nil, "error Principal Statement: no statement has an OIDC identity provider as its Principal\n"},
		"a service too":    {statements(with(full), `{"Action":"x","Effect":"Allow","Principal":{"Service":["ecs.aliyuncs.com"]}}`), []trustpolicy.Grant{grant(appSA)}, ""},
		"anybody": {policy(`{}`), []trustpolicy.Grant{{Field: "Statement[0]", Providers: []string{providerARN}}},
			"info oidc:iss Statement[0].Condition: there is no such condition: tokens of any issuer that the provider takes are let in\n" +
				"info oidc:aud Statement[0].Condition: there is no such condition: tokens for any audience that the provider takes are let in\n" +
				"info oidc:sub Statement[0].Condition: there is no such condition: every ServiceAccount of the cluster is let in\n"},
		"a wildcard under StringEquals": {policy(`{"StringEquals":{` + iss + `,` + aud + `,"oidc:sub":"system:serviceaccount:demo:*"}}`), nil,
			"error oidc:sub " + equals + "[oidc:sub]: \"system:serviceaccount:demo:*\" lets nobody in\n  \"*\" stands for any text under StringLike alone: move the condition there\n"},
		"one that lets nobody in": {policy(`{"StringEquals":{` + iss + `,` + aud + `,"oidc:sub":["` + appSA + `","demo/web"]}}`), []trustpolicy.Grant{grant(appSA)},
			"info oidc:sub " + equals + "[oidc:sub]: no token of a ServiceAccount has \"demo/web\"\n"},
		"another audience":      {change(t, "sts.aliyuncs.com", "sts.amazonaws.com"), nil, "error oidc:aud " + equals + "[oidc:aud]: no injected token is for \"sts.amazonaws.com\"\n"},
		"an issuer of http":     {change(t, "https://", "http://"), nil, "error oidc:iss " + equals + "[oidc:iss]: no token of a ServiceAccount has \"http" + strings.TrimPrefix(issuer, "https") + "\"\n"},
		"no value":              {policy(`{` + base + `,"StringLike":{"oidc:sub":[]}}`), nil, "error oidc:sub " + like + "[oidc:sub]: it names no value, so that nobody is let in\n"},
		"both conditions":       {policy(`{"StringEquals":{` + iss + `,` + aud + `,"oidc:sub":["` + appSA + `","` + web + `"]},"StringNotEquals":{"oidc:sub":"` + web + `"}}`), []trustpolicy.Grant{grant(appSA)}, "info oidc:sub " + equals + "[oidc:sub]: \"" + web + "\" lets nobody in that StringNotEquals lets in\n"},
		"a number":              {policy(`{` + base + `,"NumericEquals":{"oidc:sub":"1"}}`), nil, "error oidc:sub Statement[0].Condition.NumericEquals[oidc:sub]: NumericEquals is no operator that compares text\n"},
		"Effect":                {change(t, "Allow", "allow"), nil, "error Effect Statement[0].Effect: want \"Allow\", the policy has \"allow\"\n"},
		"Action":                {change(t, "sts:AssumeRole", "sts:AssumeRoleWithOIDC"), nil, "error Action Statement[0].Action: want \"sts:AssumeRole\", the policy has \"sts:AssumeRoleWithOIDC\"\n"},
		"Version":               {change(t, `"Version":"1"`, `"Version":"2"`), nil, "error Version Version: want \"1\", the policy has \"2\"\n"},
		"a denial":              {statements(with(full), strings.Replace(with(`{}`), "Allow", "Deny", 1)), []trustpolicy.Grant{grant(appSA)}, "warning Effect Statement[1].Effect: the statement denies what meets its conditions, whatever others allow\n"},
		"an address":            {policy(`{"IpAddress":{"acs:SourceIp":["192.0.2.0/24"]},` + full[1:]), []trustpolicy.Grant{grant(appSA)}, "warning acs:SourceIp Statement[0].Condition.IpAddress[acs:SourceIp]: whether the condition is met can't be judged here\n"},
		"no name of a provider": {change(t, providerARN, providerARN+"-"), nil, malformed("error", providerARN+"-")},
		"a provider's name too": {change(t, `"Federated":[`, `"Federated":["acs:ram::1:oidc-provider/.x",`), []trustpolicy.Grant{grant(appSA)}, malformed("info", "acs:ram::1:oidc-provider/.x")},
		"a role":                {change(t, ":oidc-provider/", ":role/"), nil, malformed("error", strings.Replace(providerARN, ":oidc-provider/", ":role/", 1))},
		"two principals":        {change(t, `"Principal":{`, `"Principal":{"RAM":"acs:ram::1:root",`), []trustpolicy.Grant{grant(appSA)}, "info RAM Statement[0].Principal.RAM: \"acs:ram::1:root\" is trusted too\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, findings, err := trustpolicy.Grants([]byte(tt.policy))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("grants (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.says, sayings(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// utf16Of is a text as PowerShell redirects it.
func utf16Of(text string, bigEndian bool) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune("\uFEFF" + text)) {
		low, high := byte(unit), byte(unit>>8)
		if bigEndian {
			low, high = high, low
		}
		out = append(out, low, high)
	}
	return string(out)
}
