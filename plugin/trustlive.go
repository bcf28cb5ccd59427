package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// liveAccounts are the ServiceAccounts of the cluster, or those that are named;
// known is false if none of those is there yet or their names stand for many.
func (o *trustOptions) liveAccounts(ctx context.Context, injector manifest.Injector) (accounts []account, known bool, err error) {
	if injector.Namespace == "" {
		injector.Namespace = o.live.Namespace
	}
	if len(o.names) == 0 {
		accounts, err = o.listAccounts(ctx, injector)
		return accounts, true, err
	}
	if o.allNamespaces {
		return nil, false, errors.New("checking the arguments: --all-namespaces takes all ServiceAccounts, and one is named")
	}
	names, err := o.parseNames(injector.Namespace)
	if err != nil {
		return nil, false, err
	}
	var missing []types.NamespacedName
	for _, name := range names {
		sa := &manifest.Known[corev1.ServiceAccount]{}
		if !strings.Contains(name.String(), "*") {
			if sa, err = injector.Lookup.ServiceAccount(name.Namespace, name.Name); err != nil {
				return nil, false, err
			}
		}
		if sa.Object == nil {
			missing = append(missing, name)
			o.warn(account{NamespacedName: name, reasons: sa.Reasons})
			continue
		}
		a := readAccount(injector.Config, sa)
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
func (o *trustOptions) listAccounts(ctx context.Context, injector manifest.Injector) ([]account, error) {
	namespace := injector.Namespace
	if o.allNamespaces {
		namespace = ""
	} else if err := checkNamespace(o.lookup, namespace); err != nil {
		return nil, fmt.Errorf("reading the ServiceAccounts: %w", err)
	}
	found, err := o.lookup.Accounts(namespace)
	var out []account
	for _, sa := range found {
		out = append(out, readAccount(injector.Config, &manifest.Known[corev1.ServiceAccount]{Object: sa, Source: cluster.Source}))
	}
	return out, err
}

// sameIssuer compares the issuer that a policy would name with the one that the
// cluster's tokens have. RAM refuses a token from another one.
func (o *trustOptions) sameIssuer(cfg rrsa.Config) error {
	live, ok := o.identity.First(cluster.Issuer)
	if !ok {
		return nil
	}
	if _, _, err := rrsa.ParseIssuer(live.Value); errors.Is(err, rrsa.ErrNotEnabled) {
		o.say(fmt.Sprintf("warning: RRSA is not enabled in the cluster: its tokens have the issuer %q, which RAM doesn't know\n  hint: %s\n",
			live.Value, enableHint))
		return nil
	}
	if issuer, err := cfg.Issuer(); err == nil && issuer != live.Value {
		return fmt.Errorf("making the trust policy: by the settings the issuer is %q, and the cluster's tokens have %q: correct region and clusterID, or choose another cluster with --context", issuer, live.Value)
	}
	return nil
}

// enableHint says how RRSA is enabled.
const enableHint = "enable RRSA OIDC in the cluster's security settings, then recreate the pods"
