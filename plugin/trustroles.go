package plugin

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// roles are the ServiceAccounts by their role; by "" if nothing says the role.
func (o *trustOptions) roles(ctx context.Context, injector manifest.Injector) (map[string][]types.NamespacedName, error) {
	files := len(o.files.Filenames) > 0 || o.files.Kustomize != ""
	var accounts []account
	var err error
	// known tells whether the accounts have been looked at.
	known := files
	switch {
	case files && o.allNamespaces:
		return nil, errors.New("checking the arguments: --all-namespaces is for the cluster, and files are given")
	case files:
		accounts, err = o.accounts(ctx, injector)
	case o.live != nil:
		accounts, known, err = o.liveAccounts(ctx, injector)
	case len(o.names) == 0:
		return nil, errors.New("checking the arguments: name a ServiceAccount, or give a file with -f, or - for stdin")
	}
	if err != nil {
		return nil, err
	}
	if !known {
		if o.role != "" {
			return nil, errors.New("checking the arguments: --role chooses among the roles of ServiceAccounts in files or in the cluster, and none of these is there")
		}
		names, err := o.parseNames(injector.Namespace)
		return map[string][]types.NamespacedName{"": names}, err
	}
	out := map[string][]types.NamespacedName{}
	for _, a := range accounts {
		o.warn(a)
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

// accounts are those of the input, or those that are named.
func (o *trustOptions) accounts(ctx context.Context, injector manifest.Injector) ([]account, error) {
	streams, err := readInput(ctx, o.files, o.In)
	if err != nil {
		return nil, err
	}
	if injector.Namespace == "" {
		if injector.Namespace, err = onlyNamespace(items(streams)); err != nil {
			return nil, err
		}
	}
	input, err := readAccounts(injector, items(streams), "input")
	if err != nil || len(o.names) == 0 {
		return input, err
	}
	context, err := readAccounts(injector, injector.Context, "config")
	if err != nil {
		return nil, err
	}
	names, err := o.parseNames(injector.Namespace)
	if err != nil {
		return nil, err
	}
	return choose(names, input, context)
}

func (o *trustOptions) parseNames(namespace string) ([]types.NamespacedName, error) {
	var out []types.NamespacedName
	for _, arg := range o.names {
		name, err := parseAccount(arg, namespace)
		if err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, nil
}

func listRoles(roles map[string][]types.NamespacedName) string {
	names := slices.Sorted(maps.Keys(roles))
	if len(names) == 1 {
		return fmt.Sprintf("the role %q", names[0])
	}
	return fmt.Sprintf("the roles %q", names)
}
