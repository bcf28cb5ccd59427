package rrsa_test

import (
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
		providerFault = `want "acs:ram::<accountID>:oidc-provider/<name>"`
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
			"§2: all faults at once", rrsa.Config{AccountID: "a", ClusterID: "b", Region: "c", OIDCProviderARN: "d", WebhookVersion: "e"},
			[]string{
				`checking accountID "a": ` + accountFault, `checking clusterID "b": ` + clusterFault, `checking region "c": ` + regionFault,
				`checking oidcProviderARN "d": ` + providerFault, `parsing webhookVersion "e": want a version such as "0.4.2"`,
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

func TestNotices(t *testing.T) {
	unlisted := func(version string) []rrsa.Reason {
		return []rrsa.Reason{{
			Code: rrsa.CodeWebhookVersionUnlisted, Severity: rrsa.Warning, Level: rrsa.LevelComponent, Field: "webhookVersion",
			Message: "webhook version " + version + " is not known here; the rules of 0.4.2 are used",
			Hint:    "look for a newer release of this tool, or read the webhook's release notes",
		}}
	}
	for _, tt := range []struct {
		name, version string
		want          []rrsa.Reason
	}{
		{"§4: the newest one", "0.4.2", nil},
		{"§4: the default", "", nil},
		{"§4: an older one that isn't listed", "0.4.1", nil},
		{"§4: a newer patch", "0.4.3", unlisted("0.4.3")},
		{"§4: a newer one with a v", "v1.0.0", unlisted("v1.0.0")},
		{"§4: one that can't be read is Validate's to tell", "newest", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := rrsa.Config{WebhookVersion: tt.version}.Notices()
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("notices (-want +got):\n%s", diff)
			}
		})
	}
}
