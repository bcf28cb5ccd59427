package admissionpolicy

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// mostPassedOver is how many ServiceAccounts are named.
const mostPassedOver = 20

// tellPassedOver says which ServiceAccounts of the cluster have a role and lack the label
// that the policy wants, and how to label them.
func (o *options) tellPassedOver(ctx context.Context, s *session.Session) error {
	key, value, ok := strings.Cut(o.selector, "=")
	if !ok || s.Cluster == nil || o.warnings {
		return nil
	}
	accounts, err := cluster.Roles(ctx, s.Cluster, "")
	if err != nil {
		return err
	}
	fmt.Fprint(s.Talk, passedOver(accounts, key, value))
	return nil
}

func passedOver(accounts []*corev1.ServiceAccount, key, value string) string {
	var b strings.Builder
	n := 0
	for _, a := range accounts {
		if has, ok := a.Labels[key]; ok && has == value {
			continue
		}
		if n++; n > mostPassedOver {
			continue
		}
		term.WriteLine(&b, "warning: the ServiceAccount %q has a role and lacks the label %s=%s: the policy passes it over", a.Namespace+"/"+a.Name, key, value)
		term.WriteHint(&b, "", fmt.Sprintf("kubectl label serviceaccount %s -n %s %s=%s --overwrite", a.Name, a.Namespace, key, value))
	}
	if n > mostPassedOver {
		term.WriteLine(&b, "warning: %d more ServiceAccounts have a role and lack it", n-mostPassedOver)
	}
	return b.String()
}
