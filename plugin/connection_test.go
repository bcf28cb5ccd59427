package plugin

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// TestRemedyLeadsToTheSameCluster: a command that is pasted must not restart what
// another context's cluster has under that name.
func TestRemedyLeadsToTheSameCluster(t *testing.T) {
	given := func(kubeconfig, context, name, user string) string {
		c := &connection{flags: cluster.NewFlags()}
		*c.flags.KubeConfig, *c.flags.Context, *c.flags.ClusterName, *c.flags.AuthInfoName = kubeconfig, context, name, user
		return c.arguments()
	}
	rows := []podRow{{namespace: "shop", name: "web-1", state: rrsa.StateMissing, owner: &auditOwner{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"}}}
	for want, flags := range map[string]string{
		"kubectl rollout restart deployment/web -n shop":                                                       given("", "", "", ""),
		"kubectl rollout restart deployment/web -n shop --context=prod":                                        given("", "prod", "", ""),
		"kubectl rollout restart deployment/web -n shop --kubeconfig=/home/kc --cluster=b --user=kubernetes@b": given("/home/kc", "", "b", "kubernetes@b"),
		`kubectl rollout restart deployment/web -n shop --kubeconfig='my kc' --context="a'b;\$(reboot)"`:       given("my kc", "a'b;$(reboot)", "", ""),
		// Nothing in a shell stands for this, and no kubeconfig needs it.
		"kubectl rollout restart deployment/web -n shop --context=...": given("", "a\x00b", "", ""),
	} {
		if diff := cmp.Diff(want, remedies(rows, flags)[0].Command); diff != "" {
			t.Errorf("command (-want +got):\n%s", diff)
		}
	}
}
