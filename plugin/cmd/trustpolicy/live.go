package trustpolicy

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// liveAccounts are the ServiceAccounts of the cluster, or those that are named;
// known is false if none of those is there yet or their names stand for many.
func (v opened) liveAccounts() (accounts []account, known bool, err error) {
	namespace := cmp.Or(v.Injector.Namespace, v.Cluster.Namespace)
	if len(v.names) == 0 {
		accounts, err = v.listAccounts(namespace)
		return accounts, true, err
	}
	if v.everywhere {
		return nil, false, errors.New("checking the arguments: --all-namespaces takes all ServiceAccounts, and one is named")
	}
	names, err := parseAccounts(v.names, namespace)
	if err != nil {
		return nil, false, err
	}
	var missing []types.NamespacedName
	for _, name := range names {
		sa := &inject.Known[corev1.ServiceAccount]{}
		if !strings.Contains(name.String(), "*") {
			if sa, err = v.Lookup.ServiceAccount(name.Namespace, name.Name); err != nil {
				return nil, false, err
			}
		}
		if sa.Object == nil {
			missing = append(missing, name)
			v.warn(account{NamespacedName: name, reasons: sa.Reasons})
			continue
		}
		a := readAccount(v.Injector.Config, sa)
		if a.role == "" {
			return nil, false, fmt.Errorf("finding the role: %s", roleMissing(a))
		}
		accounts = append(accounts, a)
	}
	if len(accounts) > 0 && len(missing) > 0 {
		return nil, false, fmt.Errorf("finding the role: %s can't be read in the cluster, so that it isn't known whose policy it belongs to: ask for it alone, or for any names with --local", listAccounts(missing))
	}
	return accounts, len(accounts) > 0, nil
}

// listAccounts are all ServiceAccounts of the namespace, or of every namespace.
func (v opened) listAccounts(namespace string) ([]account, error) {
	if v.everywhere {
		namespace = ""
	} else if err := session.CheckNamespace(v.Lookup, namespace); err != nil {
		return nil, fmt.Errorf("reading the ServiceAccounts: %w", err)
	}
	found, err := v.Lookup.Accounts(namespace)
	var out []account
	for _, sa := range found {
		out = append(out, readAccount(v.Injector.Config, &inject.Known[corev1.ServiceAccount]{Object: sa, Source: cluster.Source}))
	}
	return out, err
}

// sameIssuer compares the issuer that a policy would name with the one that the
// cluster's tokens have. RAM refuses a token from another one.
func (v opened) sameIssuer() error {
	live, ok := v.Identity.First(cluster.Issuer)
	if !ok {
		return nil
	}
	if _, _, err := rrsa.ParseIssuer(live.Value); errors.Is(err, rrsa.ErrNotEnabled) {
		v.say(fmt.Sprintf("warning: RRSA is not enabled in the cluster: its tokens have the issuer %q, which RAM doesn't know\n  hint: %s\n",
			live.Value, enableHint))
		return nil
	}
	if issuer, err := v.Injector.Config.Issuer(); err == nil && issuer != live.Value {
		return fmt.Errorf("making the trust policy: by the settings the issuer is %q, and the cluster's tokens have %q: correct region and clusterID, or choose another cluster with --context", issuer, live.Value)
	}
	return nil
}

// enableHint says how RRSA is enabled.
const enableHint = "enable RRSA OIDC in the cluster's security settings, then recreate the pods"
