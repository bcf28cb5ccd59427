package trustpolicy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/suggest"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// account is a ServiceAccount with what its manifest says about its role.
type account struct {
	types.NamespacedName
	// role is the RAM role that it names; empty if it names none that can be.
	role string
	// reasons say what is wrong with the role's name.
	reasons []rrsa.Reason
}

// readAccounts lists the ServiceAccounts among items, in their order. Those
// without a namespace belong to the given one, or to the input's only Namespace.
func readAccounts(in inject.Injector, items []*manifest.Item, source string) ([]account, error) {
	index, err := inject.NewIndex(items, in.Namespace, source)
	if err != nil {
		return nil, err
	}
	var out []account
	for _, it := range items {
		if it.APIVersion != "v1" || it.Kind != "ServiceAccount" {
			continue
		}
		namespace := it.Namespace
		if namespace == "" {
			namespace = in.Namespace
		}
		known, err := index.ServiceAccount(namespace, it.Name)
		if err != nil {
			return nil, err
		}
		if known == nil || known.Item != it {
			continue // local config, which never reaches a cluster
		}
		out = append(out, readAccount(in.Config, known))
	}
	return out, nil
}

// readAccount asks the engine for the role, so that a name that the webhook would
// not inject gets no policy either.
func readAccount(cfg rrsa.Config, known *inject.Known[corev1.ServiceAccount]) account {
	sa := known.Object
	a := account{NamespacedName: types.NamespacedName{Namespace: sa.Namespace, Name: sa.Name}, role: sa.Annotations[rrsa.RoleNameKey]}
	decision := rrsa.Plan(cfg, rrsa.Input{
		Namespace:     &corev1.Namespace{},
		NamespaceName: sa.Namespace, ServiceAccount: sa, Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{ServiceAccountName: sa.Name}},
	})
	for _, r := range append(decision.Reasons, known.Reasons...) {
		switch {
		case r.Level != rrsa.LevelServiceAccount || !strings.Contains(r.Field, rrsa.RoleNameKey):
		case r.Code == rrsa.CodeRoleNameMissing || r.Code == rrsa.CodeRoleNameInvalid:
			a.role = ""
			fallthrough
		default:
			a.reasons = append(a.reasons, r)
		}
	}
	return a
}

var (
	namePattern      = regexp.MustCompile(`^[a-z0-9*]([a-z0-9.*-]*[a-z0-9*])?$`)
	namespacePattern = regexp.MustCompile(`^[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?$`)
)

// parseAccount reads NAMESPACE/NAME, or NAME in the given namespace.
func parseAccount(arg, namespace string) (types.NamespacedName, error) {
	n := types.NamespacedName{Namespace: namespace, Name: arg}
	if before, after, ok := strings.Cut(arg, "/"); ok {
		n = types.NamespacedName{Namespace: before, Name: after}
	} else if namespace == "" {
		return n, fmt.Errorf("checking the ServiceAccount %q: its namespace is not known: write NAMESPACE/NAME, or give --namespace", arg)
	}
	if !namespacePattern.MatchString(n.Namespace) || !namePattern.MatchString(n.Name) {
		return n, fmt.Errorf("checking the ServiceAccount %q: want NAMESPACE/NAME or NAME; files are named with -f", arg)
	}
	return n, nil
}

// parseAccounts reads several names.
func parseAccounts(args []string, namespace string) ([]types.NamespacedName, error) {
	var out []types.NamespacedName
	for _, arg := range args {
		name, err := parseAccount(arg, namespace)
		if err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, nil
}

// choose picks the named accounts out of those of the input, or else of the config.
func choose(names []types.NamespacedName, input, context []account) ([]account, error) {
	var out []account
	for _, name := range names {
		if strings.Contains(name.String(), "*") {
			return nil, fmt.Errorf(`checking the ServiceAccount %q: "*" stands for any text only where no file is given`, name)
		}
		is := func(a account) bool { return a.NamespacedName == name }
		all := append(slices.Clone(input), context...)
		i := slices.IndexFunc(all, is)
		if i < 0 {
			var known []string
			for _, a := range all {
				known = append(known, a.String())
			}
			hint := suggest.DidYouMean(name.String(), known)
			if hint == "" {
				hint = "without files a policy is made for any name"
			}
			return nil, fmt.Errorf("finding the ServiceAccount %q: it is not in the input: %s", name, hint)
		}
		if all[i].role == "" {
			return nil, fmt.Errorf("finding the role: %s", roleMissing(all[i]))
		}
		out = append(out, all[i])
	}
	return out, nil
}

// roleMissing says why an account has no role.
func roleMissing(a account) string {
	for _, r := range a.reasons {
		if r.Blocking {
			return r.Message + ": " + r.Hint
		}
	}
	return fmt.Sprintf("ServiceAccount %q has no annotation %s", a, rrsa.RoleNameKey)
}
