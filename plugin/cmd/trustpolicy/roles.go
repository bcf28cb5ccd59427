package trustpolicy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// roles are the ServiceAccounts by their role, or those of the role that is chosen;
// by "" if nothing says the role.
func (v opened) roles() (map[string][]types.NamespacedName, error) {
	accounts, known, err := v.accounts()
	if err != nil {
		return nil, err
	}
	if !known {
		if v.role != "" {
			return nil, errors.New("checking the arguments: --role chooses among the roles of ServiceAccounts in files or in the cluster, and none of these is there")
		}
		names, err := parseAccounts(v.names, v.Injector.Namespace)
		return map[string][]types.NamespacedName{"": names}, err
	}
	out, err := v.byRole(accounts)
	switch {
	case err != nil || v.role == "":
		return out, err
	case out[v.role] == nil:
		return nil, fmt.Errorf("checking --role %q: the ServiceAccounts have %s", v.role, listRoles(out))
	}
	return map[string][]types.NamespacedName{v.role: out[v.role]}, nil
}

// accounts are the ServiceAccounts of the files or of the cluster, or those of them
// that are named. known is false if they are names alone.
func (v opened) accounts() (accounts []account, known bool, err error) {
	switch {
	case v.files && v.everywhere:
		return nil, false, errors.New("checking the arguments: --all-namespaces is for the cluster, and files are given")
	case v.files:
		accounts, err = fileAccounts(v.Injector, v.Input.Items(), v.names)
		return accounts, true, err
	case v.Cluster != nil:
		return v.liveAccounts()
	case len(v.names) == 0:
		return nil, false, errors.New("checking the arguments: name a ServiceAccount, or give a file with -f, or - for stdin")
	}
	return nil, false, nil
}

// byRole sorts accounts by their role, and warns of roles that can't be.
func (v opened) byRole(accounts []account) (map[string][]types.NamespacedName, error) {
	out := map[string][]types.NamespacedName{}
	for _, a := range accounts {
		v.warn(a)
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
	if len(out) == 0 {
		return nil, fmt.Errorf("reading the ServiceAccounts: none of them has a valid annotation %s", rrsa.RoleNameKey)
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
	names, err := parseAccounts(named, injector.Namespace)
	if err != nil {
		return nil, err
	}
	return choose(names, input, context)
}

// warn says what is wrong with an account's role. An account without the
// annotation is no mistake.
func (v opened) warn(a account) {
	var b strings.Builder
	for _, r := range a.reasons {
		if r.Severity != rrsa.Info {
			term.WriteReason(&b, "", r)
		}
	}
	v.say(b.String())
}

func listRoles(roles map[string][]types.NamespacedName) string {
	names := slices.Sorted(maps.Keys(roles))
	if len(names) == 1 {
		return fmt.Sprintf("the role %q", names[0])
	}
	return fmt.Sprintf("the roles %q", names)
}
