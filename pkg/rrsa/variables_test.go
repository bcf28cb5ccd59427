package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// §2: a value that isn't known is an error that names the setting, said once.
func TestIdentityUnknown(t *testing.T) {
	without := func(account, cluster, region bool) edit {
		return func(cfg *rrsa.Config, _ *rrsa.Input) {
			if account {
				cfg.AccountID = ""
			}
			if cluster {
				cfg.ClusterID = ""
			}
			if region {
				cfg.Region = ""
			}
		}
	}
	provider := func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.OIDCProviderARN = providerARN }
	check(t, []row{
		{"§2: account", []edit{without(true, false, false)}, rrsa.Refused, []string{"!error AccountIDUnknown"}},
		{"§2: cluster", []edit{without(false, true, false)}, rrsa.Refused, []string{"!error ClusterIDUnknown"}},
		{"§2: region", []edit{without(false, false, true)}, rrsa.Refused, []string{"!error RegionUnknown"}},
		{
			"§2: all three at once", []edit{without(true, true, true)},
			rrsa.Refused, []string{"!error AccountIDUnknown", "!error ClusterIDUnknown", "!error RegionUnknown"},
		},
		{"§2: the cluster is not needed with a provider ARN", []edit{without(false, true, false), provider}, rrsa.Injected, nil},
		{"§2: the account is, for the role", []edit{without(true, true, false), provider}, rrsa.Refused, []string{"!error AccountIDUnknown"}},
		{"§1: nothing is needed by a pod that isn't injected", []edit{without(true, true, true), nsNoLabel}, rrsa.NotInjected, []string{"!info NamespaceNotEnabled"}},
		{"§2: nor by one without a selected container", []edit{without(true, true, true), podNote(rrsa.SkipContainersKey, "app")}, rrsa.NotInjected, []string{"!info NoContainerSelected"}},
	})
	t.Run("§2: the hint says which way out there is", func(t *testing.T) {
		const start = "the cluster's region, such as cn-hangzhou; or "
		region := without(false, false, true)
		for want, edits := range map[string][]edit{
			start + "set autoInjectSTSEnvVars to false if the webhook runs so": {region},
			start + `remove inject-sts-endpoint from ServiceAccount "demo/app-sa"`: {
				region, noAutoInject, saNote(rrsa.InjectSTSEndpointKey, "on"),
			},
		} {
			if diff := cmp.Diff(want, reason(t, plan(edits...), rrsa.CodeRegionUnknown).Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		}
	})
}

// §2: the region as the SDKs read it stays the finance cloud's own.
func TestFinanceRegion(t *testing.T) {
	d := plan(func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.Region = "cn-hangzhou-finance" })
	got := map[string]string{}
	for _, e := range d.Mutation.Containers[0].Env[3:5] {
		got[e.Name] = e.Value
	}
	want := map[string]string{rrsa.EnvSTSEndpoint: "sts-vpc.cn-hangzhou.aliyuncs.com", rrsa.EnvSTSRegion: "cn-hangzhou-finance"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

func TestSTSVariables(t *testing.T) {
	const key = rrsa.InjectSTSEndpointKey
	all := []string{rrsa.EnvSTSEndpoint, rrsa.EnvSTSRegion, rrsa.EnvVPCEndpointEnabled}
	alone := []string{rrsa.EnvSTSEndpoint}
	noRegion := func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.Region = "" }
	for _, tt := range []struct {
		row
		want []string
	}{
		{row{"§2: all three by default", nil, rrsa.Injected, nil}, all},
		{row{"§2: AutoInjectSTSEnvVars since 0.4.0", []edit{webhook("0.4.0")}, rrsa.Injected, nil}, all},
		{row{"§2: nothing on 0.3.x, whatever AutoInjectSTSEnvVars is", []edit{webhook("0.3.1")}, rrsa.Injected, nil}, nil},
		{row{"§2: nothing with AutoInjectSTSEnvVars false", []edit{noAutoInject}, rrsa.Injected, nil}, nil},
		{row{"§2: the annotation adds the endpoint alone", []edit{noAutoInject, saNote(key, "on")}, rrsa.Injected, nil}, alone},
		{row{"§2: and so on 0.3.0", []edit{webhook("0.3.0"), saNote(key, "on")}, rrsa.Injected, nil}, alone},
		{row{"§2: with AutoInjectSTSEnvVars it changes nothing", []edit{saNote(key, "on")}, rrsa.Injected, nil}, all},
		{row{"§2: nor does its off", []edit{saNote(key, "off")}, rrsa.Injected, nil}, all},
		{row{"§2: On is not on", []edit{noAutoInject, saNote(key, "On")}, rrsa.Injected, []string{"warning STSEndpointIgnored"}}, nil},
		{row{"§2: off is off, without a word", []edit{noAutoInject, saNote(key, "off")}, rrsa.Injected, nil}, nil},
		{row{"§3: a pod annotation is not read", []edit{noAutoInject, podNote(key, "on")}, rrsa.Injected, []string{"warning KeyMisplaced"}}, nil},
		{row{"§4: not before 0.3.0", []edit{webhook("0.2.1"), saNote(key, "on")}, rrsa.Injected, []string{"warning NewerWebhookNeeded"}}, nil},
		{row{"§4: its off is no matter before 0.3.0", []edit{webhook("0.2.1"), saNote(key, "off")}, rrsa.Injected, nil}, nil},
		{row{"§2: no region is needed without them", []edit{noAutoInject, noRegion}, rrsa.Injected, nil}, nil},
		{row{"§2: an unknown region is an error", []edit{noRegion}, rrsa.Refused, []string{"!error RegionUnknown"}}, nil},
		{row{"§2: for the endpoint alone too", []edit{noAutoInject, saNote(key, "on"), noRegion}, rrsa.Refused, []string{"!error RegionUnknown"}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(tt.edits...)
			if diff := cmp.Diff(outcome{tt.verdict, tt.reasons}, outcomeOf(d)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			var want, got []string
			if tt.verdict == rrsa.Injected {
				want = append([]string{rrsa.EnvRoleARN, rrsa.EnvOIDCProviderARN, rrsa.EnvOIDCTokenFile}, tt.want...)
				got = names(d.Mutation.Containers[0].Env)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("variables (-want +got):\n%s", diff)
			}
		})
	}
}
