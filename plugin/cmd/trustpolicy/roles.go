package trustpolicy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// roles are the ServiceAccounts by their role, or those of the role that is chosen;
// by "" if nothing says the role.
func (v opened) roles() (map[string][]types.NamespacedName, error) {
	accounts, err := v.accounts()
	switch {
	case err != nil:
		return nil, err
	case len(v.names) == 0 || len(accounts) > 0:
		return v.byRole(accounts)
	case v.role != "":
		return nil, errors.New("checking the arguments: --role chooses among the roles of ServiceAccounts in files or in the cluster, and none of these is there")
	}
	names, err := parseNames(v.names, v.Injector.Namespace)
	return map[string][]types.NamespacedName{"": names}, err
}

// accounts are the ServiceAccounts of the files or of the cluster, or those of them
// that are named; none if there are only their names.
func (v opened) accounts() ([]account, error) {
	switch {
	case v.HasFiles() && v.allNamespaces:
		return nil, errors.New("checking the arguments: --all-namespaces is for the cluster, and files are given")
	case v.HasFiles():
		return fileAccounts(v.Injector, v.Input.Items(), v.names)
	case v.Cluster != nil:
		return v.liveAccounts()
	case len(v.names) == 0:
		return nil, errors.New("checking the arguments: name a ServiceAccount, or give a file with -f, or - for stdin")
	}
	return nil, nil
}

// liveAccounts are the ServiceAccounts of the cluster, or those that are named; none
// if none of those is there yet or their names stand for many.
func (v opened) liveAccounts() ([]account, error) {
	namespace := cmp.Or(v.Injector.Namespace, v.Cluster.Namespace)
	if len(v.names) == 0 {
		return v.listAccounts(namespace)
	}
	if v.allNamespaces {
		return nil, errors.New("checking the arguments: --all-namespaces takes all ServiceAccounts, and one is named")
	}
	names, err := parseNames(v.names, namespace)
	if err != nil {
		return nil, err
	}
	var out []account
	var missing []types.NamespacedName
	for _, name := range names {
		known := &inject.Known[corev1.ServiceAccount]{}
		if !strings.Contains(name.String(), "*") {
			if known, err = v.Lookup.ServiceAccount(name.Namespace, name.Name); err != nil {
				return nil, err
			}
		}
		if known.Object == nil {
			missing = append(missing, name)
			v.warn(known.Reasons)
			continue
		}
		a := readAccount(v.Injector.Config, known.Object, known.Reasons)
		if err := needsRole(a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	if len(out) > 0 && len(missing) > 0 {
		return nil, fmt.Errorf("finding the role: %s can't be read in the cluster, so that it isn't known whose policy it belongs to: ask for it alone, or for any names with --local", accountsText(missing))
	}
	return out, nil
}

// listAccounts are all ServiceAccounts of the namespace, or of every namespace.
func (v opened) listAccounts(namespace string) ([]account, error) {
	if v.allNamespaces {
		namespace = ""
	} else if err := session.CheckNamespace(v.Lookup, namespace); err != nil {
		return nil, fmt.Errorf("reading the ServiceAccounts: %w", err)
	}
	found, err := v.Lookup.Accounts(namespace)
	var out []account
	for _, sa := range found {
		out = append(out, readAccount(v.Injector.Config, sa, nil))
	}
	return out, err
}

// byRole sorts accounts by their role, and warns of roles that can't be.
func (v opened) byRole(accounts []account) (map[string][]types.NamespacedName, error) {
	out := map[string][]types.NamespacedName{}
	for _, a := range accounts {
		v.warn(a.reasons)
		switch {
		case a.role == "":
			continue
		case a.Namespace == "":
			return nil, fmt.Errorf("reading the ServiceAccount %q: it names no namespace: give --namespace", a.Name)
		}
		if !slices.Contains(out[a.role], a.NamespacedName) {
			out[a.role] = append(out[a.role], a.NamespacedName)
		}
	}
	switch {
	case len(out) == 0:
		return nil, fmt.Errorf("reading the ServiceAccounts: none of them has a valid annotation %s", rrsa.RoleNameKey)
	case v.role == "":
		return out, nil
	case out[v.role] == nil:
		return nil, fmt.Errorf("checking --role %q: the ServiceAccounts have %s", v.role, rolesText(out))
	}
	return map[string][]types.NamespacedName{v.role: out[v.role]}, nil
}

// warn says what is wrong with an account's role. An account without the
// annotation is no mistake.
func (v opened) warn(reasons []rrsa.Reason) {
	mistakes := slices.DeleteFunc(slices.Clone(reasons), func(r rrsa.Reason) bool { return r.Severity == rrsa.Info })
	v.Tell(&inject.Report{Notices: mistakes})
}

func rolesText(roles map[string][]types.NamespacedName) string {
	names := slices.Sorted(maps.Keys(roles))
	if len(names) == 1 {
		return fmt.Sprintf("the role %q", names[0])
	}
	return fmt.Sprintf("the roles %q", names)
}

func accountsText(accounts []types.NamespacedName) string {
	var names []string
	for _, a := range accounts {
		names = append(names, a.String())
	}
	if len(names) == 1 {
		return "ServiceAccount " + names[0]
	}
	return "ServiceAccounts " + strings.Join(names, ", ")
}
