package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestDecisionString(t *testing.T) {
	there := func(cfg *rrsa.Config, in *rrsa.Input) { rrsa.Plan(*cfg, *in).Mutation.Apply(in.Template) }
	noCluster := func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.ClusterID = "" }
	const (
		noLabel = `NamespaceNotEnabled: namespace "demo" has no label pod-identity.alibabacloud.com/injection=on ` +
			`(label it pod-identity.alibabacloud.com/injection: "on" in its manifest, or run: kubectl label namespace demo pod-identity.alibabacloud.com/injection=on)`
		badRole = `RoleNameInvalid: ServiceAccount "demo/app-sa" names the RAM role "a_b", which is not a valid role name ` +
			`(a RAM role's name has 1 to 64 ASCII letters, digits, dots and hyphens)`
	)
	for _, tt := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"injected", nil, "injected: role demo-role into app"},
		{"into two containers", []edit{sidecar}, "injected: role demo-role into app, log"},
		{"injected before", []edit{there}, "injected: role demo-role already in app"},
		{"a warning changes nothing", []edit{podNote(rrsa.TokenExpirationKey, "1h")}, "injected: role demo-role into app"},
		{"not injected", []edit{nsNoLabel}, "not injected: " + noLabel},
		{"for two reasons", []edit{nsNoLabel, saNote(rrsa.RoleNameKey, "a_b")}, "not injected: " + noLabel + "; " + badRole},
		{
			"unknown", []edit{noNamespace},
			`unknown: NamespaceUnknown: Namespace "demo" is not in the input, so its injection label is not known (add the Namespace object to the input, or to the config's context)`,
		},
		{
			"refused", []edit{noCluster},
			"refused: ClusterIDUnknown: the cluster's id is not known: set clusterID or oidcProviderARN (the ACK cluster's id, as the console shows it)",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, plan(tt.edits...).String()); diff != "" {
				t.Errorf("string (-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff("unknown", rrsa.Decision{}.String()); diff != "" {
		t.Errorf("the zero Decision (-want +got):\n%s", diff)
	}
}
