package rrsa_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestDefault(t *testing.T) {
	want := rrsa.Config{WebhookVersion: "0.4.2", AutoInjectSTSEnvVars: true, InitContainers: true}
	if diff := cmp.Diff(want, rrsa.Default()); diff != "" {
		t.Errorf("§2, §3, §4: defaults (-want +got):\n%s", diff)
	}
}

func TestValidate(t *testing.T) {
	const (
		accountFault  = `want digits only, such as "1488999589000000"`
		clusterFault  = `want "c" and 32 hexadecimal digits`
		regionFault   = `want a region id such as "cn-hangzhou"`
		providerFault = `want "acs:ram::<accountID>:oidc-provider/<name>", where the name has 1 to 128 of A-Z a-z 0-9 . _ - and neither begins nor ends with one of . _ -`
		issuerFault   = `want an https URL of at most 255 characters, without a user, a query, a fragment, a comma, "*" or white space, such as "https://oidc.example.com/prod"`
	)
	for _, tt := range []struct {
		name string
		cfg  rrsa.Config
		want []string
	}{
		{"§2: what is left empty is no fault here", rrsa.Config{}, nil},
		{"§2: all of it right", rrsa.Config{AccountID: account, ClusterID: cluster, Region: "ap-southeast-1", OIDCProviderARN: providerARN, WebhookVersion: "0.3.1"}, nil},
		{"§2: the finance cloud's region", rrsa.Config{Region: "cn-hangzhou-finance"}, nil},
		{"§2: an account with letters", rrsa.Config{AccountID: "demo"}, []string{`checking accountID "demo": ` + accountFault}},
		{"§2: a line end is not digits", rrsa.Config{AccountID: "1\n"}, []string{`checking accountID "1\n": ` + accountFault}},
		{"§6: a cluster id that is too short", rrsa.Config{ClusterID: cluster[:32]}, []string{`checking clusterID "` + cluster[:32] + `": ` + clusterFault}},
		{"§6: a cluster id in capitals", rrsa.Config{ClusterID: strings.ToUpper(cluster)}, []string{`checking clusterID "` + strings.ToUpper(cluster) + `": ` + clusterFault}},
		{"§2: a region without a hyphen", rrsa.Config{Region: "hangzhou"}, []string{`checking region "hangzhou": ` + regionFault}},
		{"§2: a region with a hyphen at its end", rrsa.Config{Region: "cn-hangzhou-"}, []string{`checking region "cn-hangzhou-": ` + regionFault}},
		{"§2: a region in capitals", rrsa.Config{Region: "CN-Hangzhou"}, []string{`checking region "CN-Hangzhou": ` + regionFault}},
		{"§2: a role's ARN is no provider's", rrsa.Config{OIDCProviderARN: roleARN}, []string{`checking oidcProviderARN "` + roleARN + `": ` + providerFault}},
		{
			"§2: all faults at once", rrsa.Config{AccountID: "a", ClusterID: "b", Region: "c", OIDCProviderARN: "d", OIDCIssuer: "f", WebhookVersion: "e"},
			[]string{
				`checking accountID "a": ` + accountFault, `checking clusterID "b": ` + clusterFault, `checking region "c": ` + regionFault,
				`checking oidcProviderARN "d": ` + providerFault, `checking oidcIssuer "f": ` + issuerFault, `parsing webhookVersion "e": want a version such as "0.4.2"`,
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			if err := tt.cfg.Validate(); err != nil {
				got = strings.Split(err.Error(), "\n")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// TestForms: what RAM takes for the name and the issuer of a provider, and nothing else. (§7)
func TestForms(t *testing.T) {
	const arn = "acs:ram::1:oidc-provider/"
	longest := "https://oidc.example.com/" + strings.Repeat("a", 255-len("https://oidc.example.com/"))
	for _, tt := range []struct {
		of         func(value string) rrsa.Config
		good, fail []string
	}{
		{
			func(value string) rrsa.Config { return rrsa.Config{OIDCProviderARN: value} },
			[]string{arn + "a", arn + "1", arn + "a.b", arn + "a-_.b", arn + "A9", arn + strings.Repeat("a", 128)},
			[]string{
				arn, arn + ".a", arn + "-a", arn + "_a", arn + "a.", arn + "a-", arn + "a_", arn + ".", arn + "a/b", arn + "a b", arn + "ä",
				arn + strings.Repeat("a", 129), arn + "a\n", "acs:ram::x:oidc-provider/a", "acs:ram:::oidc-provider/a", "acs:ram::1:saml-provider/a",
			},
		},
		{
			func(value string) rrsa.Config { return rrsa.Config{OIDCIssuer: value} },
			[]string{
				"https://oidc.example.com", "https://oidc.example.com/", "https://oidc.example.com:8443/a/b", "https://localhost", "https://10.0.0.1:6443",
				"https://b.oss-cn-hangzhou.aliyuncs.com/c1", "https://OIDC.example.com/A%20b_~=+:;", "https://kubernetes.default.svc", longest,
			},
			[]string{
				"http://oidc.example.com", "HTTPS://oidc.example.com", "oidc.example.com", "https://", "https:///a", "https://:443", "https://a..b", "https://a.",
				"https://oidc.example.com?a=b", "https://oidc.example.com/?", "https://oidc.example.com#a", "https://user@oidc.example.com", "https://oidc.example.com/a@b",
				"https://oidc.example.com,https://b", "https://oidc.example.com/a,b", "https://oidc.example.com, https://b", " https://oidc.example.com", "https://oidc.example.com/a b",
				"https://oidc.example.com/\t", "https://oidc.example.com\n", "https://oidc.example.com/*", "https://oidc.example.com:", "https://oidc.example.com:x", "https://ä.com",
				longest + "a",
			},
		},
	} {
		for _, value := range tt.good {
			if err := tt.of(value).Validate(); err != nil {
				t.Errorf("%q: %v", value, err)
			}
		}
		for _, value := range tt.fail {
			if err := tt.of(value).Validate(); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q: want ", value)) {
				t.Errorf("%q: want an error that names it, got %v", value, err)
			}
		}
	}
}

func TestNotices(t *testing.T) {
	unlisted := func(version string) []rrsa.Reason {
		return []rrsa.Reason{{
			Code: rrsa.CodeWebhookVersionUnlisted, Severity: rrsa.Warning, Level: rrsa.LevelComponent, Field: "webhookVersion",
			Message: "webhook version " + version + " is not known here; the rules of 0.4.2 are used",
			Hint:    "look for a newer release of this tool, or read the webhook's release notes",
		}}
	}
	other := rrsa.Reason{
		Code: rrsa.CodeProviderOfOtherAccount, Severity: rrsa.Warning, Level: rrsa.LevelComponent, Field: "oidcProviderARN",
		Message: "the roles are in account 1, and the OIDC provider is in account 2: RAM looks for a provider in the role's own account",
		Hint:    "correct accountID or oidcProviderARN, or make a provider in the account of the roles",
	}
	of := func(version string) rrsa.Config { return rrsa.Config{WebhookVersion: version} }
	const arn = "acs:ram::2:oidc-provider/own"
	for _, tt := range []struct {
		name string
		cfg  rrsa.Config
		want []rrsa.Reason
	}{
		{"§4: the newest one", of("0.4.2"), nil},
		{"§4: the default", of(""), nil},
		{"§4: an older one that isn't listed", of("0.4.1"), nil},
		{"§4: a newer patch", of("0.4.3"), unlisted("0.4.3")},
		{"§4: a newer one with a v", of("v1.0.0"), unlisted("v1.0.0")},
		{"§4: one that can't be read is Validate's to tell", of("newest"), nil},
		{"§7: a provider of another account", rrsa.Config{AccountID: "1", OIDCProviderARN: arn}, []rrsa.Reason{other}},
		{"§7: a provider of the same account", rrsa.Config{AccountID: "2", OIDCProviderARN: arn}, nil},
		{"§7: a provider, and no account is known", rrsa.Config{OIDCProviderARN: arn}, nil},
		{"§7: a provider that follows from the account", rrsa.Config{AccountID: "1", ClusterID: cluster}, nil},
		{"§7: no provider's ARN is Validate's to tell", rrsa.Config{AccountID: "1", OIDCProviderARN: "arn"}, nil},
		{"both", rrsa.Config{AccountID: "1", OIDCProviderARN: arn, WebhookVersion: "0.4.3"}, append(unlisted("0.4.3"), other)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.cfg.Notices()
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("notices (-want +got):\n%s", diff)
			}
		})
	}
}

// Each value of the configuration is right, or its absence is an error that names
// the setting.
func TestConfigValues(t *testing.T) {
	role := func(c rrsa.Config) (string, error) { return c.RoleARN("Demo-Role") }
	const (
		noAccount = "the Alibaba Cloud account is not known: set accountID"
		noCluster = "the cluster's id is not known: set clusterID or oidcProviderARN"
		noRegion  = "the cluster's region is not known: set region"
	)
	for _, tt := range []struct {
		name string
		of   func(rrsa.Config) (string, error)
		cfg  rrsa.Config
		want string
		err  string
	}{
		{"§2: the role's ARN keeps case", role, rrsa.Config{AccountID: account}, "acs:ram::" + account + ":role/Demo-Role", ""},
		{"§2: the role's ARN without an account", role, rrsa.Config{ClusterID: cluster}, "", noAccount},
		{"§2: the provider's ARN", rrsa.Config.ProviderARN, rrsa.Config{AccountID: account, ClusterID: cluster}, providerARN, ""},
		{"§2: the provider's ARN as it is set", rrsa.Config.ProviderARN, rrsa.Config{AccountID: account, ClusterID: cluster, OIDCProviderARN: "acs:ram::1:oidc-provider/own"}, "acs:ram::1:oidc-provider/own", ""},
		{"§2: the provider's ARN without a cluster", rrsa.Config.ProviderARN, rrsa.Config{AccountID: account}, "", noCluster},
		{"§2: the provider's ARN without an account", rrsa.Config.ProviderARN, rrsa.Config{ClusterID: cluster}, "", noAccount},
		{"§2: the STS endpoint has no scheme", rrsa.Config.STSEndpoint, rrsa.Config{Region: "cn-beijing"}, "sts-vpc.cn-beijing.aliyuncs.com", ""},
		{"§2: cn-hangzhou-finance shares cn-hangzhou's", rrsa.Config.STSEndpoint, rrsa.Config{Region: "cn-hangzhou-finance"}, "sts-vpc.cn-hangzhou.aliyuncs.com", ""},
		{"§2: other finance regions have their own", rrsa.Config.STSEndpoint, rrsa.Config{Region: "cn-shanghai-finance-1"}, "sts-vpc.cn-shanghai-finance-1.aliyuncs.com", ""},
		{"§2: of that suffix too", rrsa.Config.STSEndpoint, rrsa.Config{Region: "cn-shenzhen-finance"}, "sts-vpc.cn-shenzhen-finance.aliyuncs.com", ""},
		{"§2: the STS endpoint without a region", rrsa.Config.STSEndpoint, rrsa.Config{}, "", noRegion},
		{"§6: the issuer", rrsa.Config.Issuer, rrsa.Config{Region: "cn-hangzhou", ClusterID: cluster}, "https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/" + cluster, ""},
		{"§6: the issuer without a region", rrsa.Config.Issuer, rrsa.Config{ClusterID: cluster}, "", "the cluster's region is not known: set region or oidcIssuer"},
		{"§6: the issuer as it is set", rrsa.Config.Issuer, rrsa.Config{Region: "cn-hangzhou", ClusterID: cluster, OIDCIssuer: "https://oidc.example.com"}, "https://oidc.example.com", ""},
		{"§6: the issuer as it is set, and nothing else", rrsa.Config.Issuer, rrsa.Config{OIDCIssuer: "https://oidc.example.com"}, "https://oidc.example.com", ""},
		{"§6: the issuer without a cluster", rrsa.Config.Issuer, rrsa.Config{Region: "cn-hangzhou", OIDCProviderARN: providerARN}, "", "the cluster's id is not known: set clusterID or oidcIssuer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.of(tt.cfg)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			message := ""
			if err != nil {
				message = err.Error()
			}
			if diff := cmp.Diff(tt.err, message); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseProviderARN(t *testing.T) {
	for _, tt := range []struct {
		name, arn string
		want      []string
	}{
		{"§2: the cluster's own", providerARN, []string{account, cluster}},
		{"a provider of another name", "acs:ram::" + account + ":oidc-provider/mine", nil},
		{"a role", roleARN, nil},
		{"no account", "acs:ram:::oidc-provider/ack-rrsa-" + cluster, nil},
		{"an account that isn't digits", "acs:ram::1a:oidc-provider/ack-rrsa-" + cluster, nil},
		{"a short cluster's id", strings.TrimSuffix(providerARN, "f"), nil},
		{"a long cluster's id", providerARN + "0", nil},
		{"a cluster's id in capitals", "acs:ram::1:oidc-provider/ack-rrsa-C0123456789ABCDEF0123456789ABCDEF", nil},
		{"white space", " " + providerARN, nil},
		{"a line's end", providerARN + "\n", nil},
		{"nothing", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			accountID, clusterID, err := rrsa.ParseProviderARN(tt.arn)
			checkParsed(t, tt.want, accountID, clusterID, err)
		})
	}
}

// checkParsed wants two texts and no error, or an error and no text.
func checkParsed(t *testing.T, want []string, first, second string, err error) {
	t.Helper()
	if want == nil {
		if err == nil || first != "" || second != "" {
			t.Errorf("want an error alone, got %q, %q, %v", first, second, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, []string{first, second}); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

func TestParseIssuer(t *testing.T) {
	const ours = "https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/" + cluster
	const inside = "https://kubernetes.default.svc"
	both := []string{"cn-hangzhou", cluster}
	for _, tt := range []struct {
		name, issuer string
		want         []string
		says         string
	}{
		{"§6: the cluster's own", ours, both, ""},
		{"§6: the first of several", ours + "," + inside, both, ""},
		{"§6: the first of several, with a blank", ours + ", " + inside, both, ""},
		{"§6: a longer region", "https://oidc-ack-cn-hangzhou-finance.oss-cn-hangzhou-finance.aliyuncs.com/" + cluster, []string{"cn-hangzhou-finance", cluster}, ""},
		{"§6: Kubernetes' own", inside, nil, "not enabled"},
		{"§6: Kubernetes' own, in full", inside + ".cluster.local", nil, "not enabled"},
		{"§6: Kubernetes' own, in a domain of the cluster's own", inside + ".example.internal", nil, "not enabled"},
		{"a name that begins like Kubernetes' own", inside + "-example.com", nil, "want https://oidc-ack-"},
		{"Kubernetes' own with a path", inside + "/a", nil, "want https://oidc-ack-"},
		{"a cluster's that isn't ACK's", "https://oidc.example.com", nil, "want https://oidc-ack-"},
		{"§6: both of Kubernetes' own", inside + "," + inside + ".cluster.local", nil, "not enabled"},
		{"Kubernetes' own first", inside + "," + ours, nil, "want https://oidc-ack-"},
		{"another cluster's", "https://oidc.eks.eu-west-1.amazonaws.com/id/1", nil, "want https://oidc-ack-"},
		{"no scheme", strings.TrimPrefix(ours, "https://"), nil, "want https://oidc-ack-"},
		{"plain http", strings.Replace(ours, "https", "http", 1), nil, "want https://oidc-ack-"},
		{"no path", strings.TrimSuffix(ours, "/"+cluster), nil, "want https://oidc-ack-"},
		{"another domain", strings.Replace(ours, "aliyuncs.com", "aliyuncs.com.example.org", 1), nil, "want https://oidc-ack-"},
		{"two regions", strings.Replace(ours, "oss-cn-hangzhou", "oss-cn-beijing", 1), nil, `two regions, "cn-hangzhou" and "cn-beijing"`},
		{"a region in capitals", strings.ReplaceAll(ours, "cn-hangzhou", "CN-Hangzhou"), nil, `"CN-Hangzhou" is no region`},
		{"a region of one word", strings.ReplaceAll(ours, "cn-hangzhou", "hangzhou"), nil, `"hangzhou" is no region`},
		{"another cluster's id", strings.TrimSuffix(ours, "f"), nil, "is no cluster's id"},
		{"a slash at the end", ours + "/", nil, "is no cluster's id"},
		{"nothing", "", nil, "want https://oidc-ack-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			region, clusterID, err := rrsa.ParseIssuer(tt.issuer)
			checkParsed(t, tt.want, region, clusterID, err)
			if err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("want an error with %q, got %q", tt.says, err)
			}
			if got, want := errors.Is(err, rrsa.ErrNotEnabled), tt.says == "not enabled"; got != want {
				t.Errorf("want ErrNotEnabled %t, got %v", want, err)
			}
		})
	}
}

// Parsing gives back what the configuration was made from.
func TestParseInverse(t *testing.T) {
	cfg, _ := given()
	arn, err := cfg.ProviderARN()
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := cfg.Issuer()
	if err != nil {
		t.Fatal(err)
	}
	accountID, clusterID, err := rrsa.ParseProviderARN(arn)
	checkParsed(t, []string{cfg.AccountID, cfg.ClusterID}, accountID, clusterID, err)
	region, clusterID, err := rrsa.ParseIssuer(issuer)
	checkParsed(t, []string{cfg.Region, cfg.ClusterID}, region, clusterID, err)
}
