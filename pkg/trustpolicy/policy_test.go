package trustpolicy_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

const (
	account     = "1488999589000000"
	cluster     = "c0123456789abcdef0123456789abcdef"
	providerARN = "acs:ram::" + account + ":oidc-provider/ack-rrsa-" + cluster
	issuer      = "https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/" + cluster
)

// cfg is the cluster that the policies are for.
func cfg() rrsa.Config {
	return rrsa.Config{AccountID: account, ClusterID: cluster, Region: "cn-hangzhou"}
}

func sa(namespace, name string) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: name}
}

// policy is the policy of §7 around its one condition.
func policy(condition string) string {
	return `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow",` +
		`"Principal":{"Federated":["` + providerARN + `"]},"Condition":` + condition + `}]}`
}

func TestNew(t *testing.T) {
	const required = `"oidc:aud":"sts.aliyuncs.com","oidc:iss":"` + issuer + `"`
	equals := func(sub string) string { return policy(`{"StringEquals":{` + required + `,"oidc:sub":` + sub + `}}`) }
	like := func(sub string) string {
		return policy(`{"StringEquals":{` + required + `},"StringLike":{"oidc:sub":` + sub + `}}`)
	}
	for _, tt := range []struct {
		name     string
		accounts []types.NamespacedName
		want     string
	}{
		{"§7: one ServiceAccount", []types.NamespacedName{sa("demo", "app-sa")}, equals(`"system:serviceaccount:demo:app-sa"`)},
		{
			"§7: several are a list, in their order", []types.NamespacedName{sa("demo", "b"), sa("demo", "a")},
			equals(`["system:serviceaccount:demo:b","system:serviceaccount:demo:a"]`),
		},
		{"§7: a duplicate counts once", []types.NamespacedName{sa("demo", "a"), sa("demo", "a")}, equals(`"system:serviceaccount:demo:a"`)},
		{"§7: any name", []types.NamespacedName{sa("demo", "*")}, like(`"system:serviceaccount:demo:*"`)},
		{"§7: any namespace", []types.NamespacedName{sa("*", "app-sa")}, like(`"system:serviceaccount:*:app-sa"`)},
		{"§7: part of a name", []types.NamespacedName{sa("team-*", "app-sa")}, like(`"system:serviceaccount:team-*:app-sa"`)},
		{
			"§7: one wildcard moves all of them", []types.NamespacedName{sa("demo", "a"), sa("test", "*"), sa("demo", "b")},
			like(`["system:serviceaccount:demo:a","system:serviceaccount:test:*","system:serviceaccount:demo:b"]`),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := trustpolicy.New(cfg(), tt.accounts...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
			var back trustpolicy.Policy
			if err := json.Unmarshal(got, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, back); diff != "" {
				t.Errorf("policy read back (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNewOfOthers: a cluster that isn't ACK's has neither a region nor an id, and what it has
// instead is in its policies.
func TestNewOfOthers(t *testing.T) {
	cfg := rrsa.Config{OIDCProviderARN: "acs:ram::1:oidc-provider/own", OIDCIssuer: "https://oidc.example.com/prod"}
	p, err := trustpolicy.New(cfg, sa("demo", "app-sa"))
	if err != nil {
		t.Fatal(err)
	}
	s := p.Statement[0]
	if diff := cmp.Diff([]string{cfg.OIDCProviderARN, cfg.OIDCIssuer}, append(s.Principal.Federated, s.Condition.StringEquals["oidc:iss"]...)); diff != "" {
		t.Errorf("provider and issuer (-want +got):\n%s", diff)
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	grants, findings, err := trustpolicy.Grants(data)
	if err != nil || len(grants) != 1 || len(findings) != 0 || grants[0].Issuers[0] != cfg.OIDCIssuer {
		t.Errorf("want the ServiceAccount let in, got %+v, %+v, %v", grants, findings, err)
	}
	if findings, err := trustpolicy.Check(data, p); err != nil || len(findings) != 0 {
		t.Errorf("want nothing found in its own policy, got %+v, %v", findings, err)
	}
}

func TestNewInvalid(t *testing.T) {
	for _, tt := range []struct {
		name     string
		change   func(*rrsa.Config)
		accounts []types.NamespacedName
		want     string
	}{
		{"§7: no account", func(c *rrsa.Config) { c.AccountID = "" }, []types.NamespacedName{sa("a", "b")}, "the Alibaba Cloud account is not known: set accountID"},
		{"§7: no region", func(c *rrsa.Config) { c.Region = "" }, []types.NamespacedName{sa("a", "b")}, "the cluster's region is not known: set region or oidcIssuer"},
		{
			"§7: a provider ARN gives no issuer", func(c *rrsa.Config) { c.ClusterID, c.OIDCProviderARN = "", providerARN },
			[]types.NamespacedName{sa("a", "b")}, "the cluster's id is not known: set clusterID or oidcIssuer",
		},
		{"§7: no ServiceAccount", nil, nil, "making a trust policy: no ServiceAccount is named"},
		{"§7: no namespace", nil, []types.NamespacedName{sa("a", "b"), sa("", "app-sa")}, `making a trust policy: ServiceAccount "/app-sa" needs a namespace and a name`},
		{"§7: no name", nil, []types.NamespacedName{sa("demo", "")}, `making a trust policy: ServiceAccount "demo/" needs a namespace and a name`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := cfg()
			if tt.change != nil {
				tt.change(&cfg)
			}
			p, err := trustpolicy.New(cfg, tt.accounts...)
			if err == nil {
				t.Fatal("want an error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(trustpolicy.Policy{}, p); diff != "" {
				t.Errorf("policy next to an error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValues(t *testing.T) {
	for _, tt := range []struct {
		name, json string
		want       trustpolicy.Values
	}{
		{"§7: one value is a string", `"a"`, trustpolicy.Values{"a"}},
		{"§7: several are a list", `["a","b"]`, trustpolicy.Values{"a", "b"}},
		{"§7: an empty string is a value", `""`, trustpolicy.Values{""}},
		{"§7: an empty list", `[]`, trustpolicy.Values{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got trustpolicy.Values
			if err := json.Unmarshal([]byte(tt.json), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			back, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.json, string(back)); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
		})
	}
	// A role's policy may have been written by hand, in other forms.
	for _, tt := range []struct {
		name, json string
		want       map[string]trustpolicy.Values
	}{
		{"a list of one", `{"oidc:sub":["a"]}`, map[string]trustpolicy.Values{"oidc:sub": {"a"}}},
		{"null is no value, not an empty one", `{"oidc:sub":null}`, map[string]trustpolicy.Values{"oidc:sub": nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got map[string]trustpolicy.Values
			if err := json.Unmarshal([]byte(tt.json), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
	for _, bad := range []string{`1`, `{"a":"b"}`, `["a",1]`} {
		t.Run("no values: "+bad, func(t *testing.T) {
			var got trustpolicy.Values
			if err := json.Unmarshal([]byte(bad), &got); err == nil {
				t.Errorf("want an error, got %q", got)
			}
		})
	}
}
