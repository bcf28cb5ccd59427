package trustpolicy

import (
	"cmp"
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
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// account is a ServiceAccount with what its manifest says about its role.
type account struct {
	types.NamespacedName
	// role is the RAM role that it names; empty if it names none that can be.
	role string
	// reasons say what is wrong with the role's name.
	reasons []rrsa.Reason
}

// readAccount asks the engine for the role, so that a name that the webhook would
// not inject gets no policy either. more are reasons that are known already.
func readAccount(cfg rrsa.Config, sa *corev1.ServiceAccount, more []rrsa.Reason) account {
	a := account{NamespacedName: types.NamespacedName{Namespace: sa.Namespace, Name: sa.Name}, role: sa.Annotations[rrsa.RoleNameKey]}
	decision := rrsa.Plan(cfg, rrsa.Input{
		Namespace:     &corev1.Namespace{},
		NamespaceName: sa.Namespace, ServiceAccount: sa, Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{ServiceAccountName: sa.Name}},
	})
	for _, r := range append(decision.Reasons, more...) {
		if r.Level != rrsa.LevelServiceAccount || !strings.Contains(r.Field, rrsa.RoleNameKey) {
			continue
		}
		if r.Code == rrsa.CodeRoleNameMissing || r.Code == rrsa.CodeRoleNameInvalid {
			a.role = ""
		}
		a.reasons = append(a.reasons, r)
	}
	return a
}

// needsRole fails for an account without a role, and says why it has none.
func needsRole(a account) error {
	if a.role != "" {
		return nil
	}
	for _, r := range a.reasons {
		if r.Blocking {
			return fmt.Errorf("finding the role: %s: %s", r.Message, r.Hint)
		}
	}
	return fmt.Errorf("finding the role: ServiceAccount %q has no annotation %s", a, rrsa.RoleNameKey)
}

var (
	namePattern      = regexp.MustCompile(`^[a-z0-9*]([a-z0-9.*-]*[a-z0-9*])?$`)
	namespacePattern = regexp.MustCompile(`^[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?$`)
)

// parseNames reads NAMESPACE/NAME, or NAME in the given namespace.
func parseNames(args []string, namespace string) ([]types.NamespacedName, error) {
	var out []types.NamespacedName
	for _, arg := range args {
		n := types.NamespacedName{Namespace: namespace, Name: arg}
		if before, after, ok := strings.Cut(arg, "/"); ok {
			n = types.NamespacedName{Namespace: before, Name: after}
		} else if namespace == "" {
			return nil, fmt.Errorf("checking the ServiceAccount %q: its namespace is not known: write NAMESPACE/NAME, or give --namespace", arg)
		}
		if !namespacePattern.MatchString(n.Namespace) || !namePattern.MatchString(n.Name) {
			return nil, fmt.Errorf("checking the ServiceAccount %q: want NAMESPACE/NAME or NAME; files are named with -f", arg)
		}
		out = append(out, n)
	}
	return out, nil
}

// fileAccounts are those of the input, or those that are named.
func fileAccounts(injector inject.Injector, items []*manifest.Item, named []string) ([]account, error) {
	var err error
	if injector.Namespace == "" {
		if injector.Namespace, err = session.OnlyNamespace(items); err != nil {
			return nil, err
		}
	}
	input, err := readAccounts(injector, items, "input")
	if err != nil || len(named) == 0 {
		return input, err
	}
	context, err := readAccounts(injector, injector.Context, "config")
	if err != nil {
		return nil, err
	}
	names, err := parseNames(named, injector.Namespace)
	if err != nil {
		return nil, err
	}
	return choose(names, append(input, context...))
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
		known, err := index.ServiceAccount(cmp.Or(it.Namespace, in.Namespace), it.Name)
		if err != nil {
			return nil, err
		}
		if known == nil || known.Item != it {
			continue // local config, which never reaches a cluster
		}
		out = append(out, readAccount(in.Config, known.Object, known.Reasons))
	}
	return out, nil
}

// choose picks the named accounts; of two with one name the first.
func choose(names []types.NamespacedName, from []account) ([]account, error) {
	var known []string
	for _, a := range from {
		known = append(known, a.String())
	}
	var out []account
	for _, name := range names {
		if strings.Contains(name.String(), "*") {
			return nil, fmt.Errorf(`checking the ServiceAccount %q: "*" stands for any text only where no file is given`, name)
		}
		i := slices.Index(known, name.String())
		if i < 0 {
			hint := cmp.Or(suggest.DidYouMean(name.String(), known), "without files a policy is made for any name")
			return nil, fmt.Errorf("finding the ServiceAccount %q: it is not in the input: %s", name, hint)
		}
		if err := needsRole(from[i]); err != nil {
			return nil, err
		}
		out = append(out, from[i])
	}
	return out, nil
}
