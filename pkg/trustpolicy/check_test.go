package trustpolicy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

// Parts of the policies that the tables change, and of what is found in them.
const (
	iss, aud = `"oidc:iss":"` + issuer + `"`, `"oidc:aud":"sts.aliyuncs.com"`
	sub      = `"oidc:sub":"system:serviceaccount:demo:app-sa"`
	full     = `{"StringEquals":{` + iss + `,` + aud + `,` + sub + `}}`
	equals   = "Statement[0].Condition.StringEquals"
	like     = "Statement[0].Condition.StringLike"
	wantSub  = `want "system:serviceaccount:demo:app-sa", `
)

// one, two and anyOf are the ServiceAccounts that the policies are for.
func one() []types.NamespacedName   { return []types.NamespacedName{sa("demo", "app-sa")} }
func two() []types.NamespacedName   { return append(one(), sa("demo", "web")) }
func anyOf() []types.NamespacedName { return []types.NamespacedName{sa("demo", "*")} }

// change replaces one thing in the policy that one ServiceAccount needs.
func change(t *testing.T, old, replacement string) string {
	t.Helper()
	out := strings.Replace(policy(full), old, replacement, 1)
	if out == policy(full) {
		t.Fatalf("%q is not in the policy", old)
	}
	return out
}

// subjects is a policy whose oidc:sub has another operator or other values.
func subjects(operator, values string) string {
	return policy(`{"StringEquals":{` + iss + `,` + aud + `},"` + operator + `":{"oidc:sub":` + values + `}}`)
}

// statements puts a statement in front of the right one.
func statements(first string) string {
	return strings.Replace(policy(full), `"Statement":[`, `"Statement":[`+first+",", 1)
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

// sayings writes findings in a line each: severity, element, field and message.
func sayings(findings []trustpolicy.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(string(f.Severity) + " " + f.Element + " " + f.Field + ": " + f.Message + "\n")
		if f.Hint != "" {
			b.WriteString("  " + f.Hint + "\n")
		}
	}
	return b.String()
}

// finding is one row: what is found in a policy for ServiceAccounts.
type finding struct {
	name     string
	accounts []types.NamespacedName
	policy   string
	want     string
}

func find(t *testing.T, rows []finding) {
	t.Helper()
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			need, err := trustpolicy.New(cfg(), tt.accounts...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := trustpolicy.Check([]byte(tt.policy), need)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, sayings(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	find(t, []finding{
		{"§7: as it is printed", one(), policy(full), ""},
		{"§7: lists of one, principal as a string", one(), change(t, `["`+providerARN+`"]`, `"`+providerARN+`"`), ""},
		{"§7: an action's case", one(), change(t, "sts:AssumeRole", "STS:assumerole"), ""},
		{"§7: several ServiceAccounts", two(), change(t, `"system:serviceaccount:demo:app-sa"`, `["system:serviceaccount:demo:web","system:serviceaccount:demo:app-sa"]`), ""},
		{"§7: Version", one(), change(t, `"Version":"1"`, `"Version":"2012-10-17"`), "error Version Version: want \"1\", the policy has \"2012-10-17\"\n"},
		{"§7: Effect", one(), change(t, "Allow", "allow"), "error Effect Statement[0].Effect: want \"Allow\", the policy has \"allow\"\n"},
		{"§7: no provider", one(), change(t, `"Federated":`, `"Service":`), "error Principal Statement: no statement has an OIDC identity provider as its Principal\n"},
		{"§7: a provider of SAML", one(), change(t, `:oidc-provider/`, `:saml-provider/`), "error Principal Statement: no statement has an OIDC identity provider as its Principal\n"},
		{"§7: Effect is Deny", one(), change(t, "Allow", "Deny"), "error Effect Statement[0].Effect: the statement denies \"system:serviceaccount:demo:app-sa\"\nerror Effect Statement: no statement has the Effect \"Allow\"\n"},
		{"§7: Action", one(), change(t, "sts:AssumeRole", "sts:AssumeRoleWithOIDC"), "error Action Statement[0].Action: want \"sts:AssumeRole\", the policy has \"sts:AssumeRoleWithOIDC\"\n"},
		{"§7: no Action", one(), change(t, `"Action":"sts:AssumeRole",`, ""), "error Action Statement[0].Action: want \"sts:AssumeRole\", the policy has none\n"},
		{"§7: Federated", one(), change(t, providerARN, "acs:ram::1:oidc-provider/other"), "error Federated Statement[0].Principal.Federated: want \"" + providerARN + "\", the policy has \"acs:ram::1:oidc-provider/other\"\n"},
		{"§7: oidc:iss", one(), change(t, issuer, issuer+"/"), "error oidc:iss " + equals + "[oidc:iss]: want \"" + issuer + "\", the policy has \"" + issuer + "/\"\n"},
		{"§7: oidc:aud", one(), change(t, "sts.aliyuncs.com", "sts.amazonaws.com"), "error oidc:aud " + equals + "[oidc:aud]: want \"sts.aliyuncs.com\", the policy has \"sts.amazonaws.com\"\n"},
		{"§7: oidc:sub of one of two", two(), policy(full), "error oidc:sub " + equals + "[oidc:sub]: want \"system:serviceaccount:demo:web\", the policy has \"system:serviceaccount:demo:app-sa\"\n"},
		{"§7: denied by another statement", one(), statements(strings.Replace(statement(t, full), "Allow", "Deny", 1)), "error Effect Statement[0].Effect: the statement denies \"system:serviceaccount:demo:app-sa\"\n"},
		{"§7: one of many is denied", anyOf(), strings.Replace(subjects("StringLike", `"system:serviceaccount:demo:*"`), `"Statement":[`, `"Statement":[`+strings.Replace(statement(t, full), "Allow", "Deny", 1)+",", 1), "error Effect Statement[0].Effect: the statement denies \"system:serviceaccount:demo:*\"\n"},
		{"§7: others are denied", one(), statements(strings.Replace(strings.Replace(statement(t, full), "Allow", "Deny", 1), "app-sa", "web", 1)), ""},
		{"not judged: a denial under a condition", one(), statements(strings.Replace(strings.Replace(statement(t, full), "Allow", "Deny", 1), `"Condition":{`, `"Condition":{"Bool":{"acs:SecureTransport":"false"},`, 1)), "warning Effect Statement[0].Effect: the statement may deny \"system:serviceaccount:demo:app-sa\", by conditions that are not judged here\n"},
	})
}
