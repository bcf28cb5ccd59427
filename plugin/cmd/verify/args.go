package verify

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/sts"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// What may be verified, by the names that kubectl has for both types.
const (
	aPod     = "pod"
	aAccount = "serviceaccount"
)

// parse reads the arguments: TYPE/NAME, or TYPE NAME.
func parse(args []string) (kind, name string, err error) {
	const want = "want one pod or ServiceAccount: pod/NAME or serviceaccount/NAME"
	switch {
	case len(args) == 0:
		return "", "", errors.New("checking the arguments: nothing is named: " + want)
	case len(args) == 1 && isManifest(args[0]):
		return "", "", fmt.Errorf("checking the arguments: %q is a file, and only what is in the cluster gets a token: %s", args[0], want)
	case len(args) == 1 && strings.Contains(args[0], "/"):
		kind, name, _ = strings.Cut(args[0], "/")
	case len(args) == 2 && !strings.Contains(args[0]+args[1], "/"):
		kind, name = args[0], args[1]
	default:
		return "", "", fmt.Errorf("checking the arguments %q: %s", args, want)
	}
	switch known := kindOf(kind); {
	case known == "" && len(args) == 1:
		return "", "", fmt.Errorf("checking the arguments: %q is neither a pod nor a ServiceAccount: name one of its pods (pod/NAME) or its ServiceAccount (serviceaccount/NAME)", args[0])
	case known == "":
		return "", "", fmt.Errorf("checking the arguments %q: %s", args, want)
	case name == "" || strings.Contains(name, "/"):
		return "", "", fmt.Errorf("checking the arguments: %q names no object: %s", args, want)
	default:
		return known, name, nil
	}
}

// kindOf is the kind that a type's name stands for; empty for any other.
func kindOf(name string) string {
	return map[string]string{
		"po": aPod, "pod": aPod, "pods": aPod, "sa": aAccount, "serviceaccount": aAccount, "serviceaccounts": aAccount,
	}[strings.ToLower(name)]
}

// isManifest tells whether an argument names a manifest, and no object of the two kinds.
func isManifest(arg string) bool {
	kind, _, slash := strings.Cut(arg, "/")
	return arg == "-" || session.IsURL(arg) || term.HasManifestEnding(arg) && (!slash || kindOf(kind) == "")
}

// checkEndpoint refuses what is no host: it gets a token.
func checkEndpoint(endpoint string) error {
	host := endpoint
	if name, port, err := net.SplitHostPort(endpoint); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err == nil {
			host = name
		}
	}
	if host == "" || strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`/\@:?#%"'`, r) }) {
		return fmt.Errorf("checking --sts-endpoint %q: want a host such as %s, without a scheme and a path", printable.URLs(endpoint), sts.DefaultEndpoint)
	}
	return nil
}

// CompleteArguments offers the two types and, behind a slash, their objects.
func (o *options) CompleteArguments(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch {
	case len(args) > 0:
		return nil, cobra.ShellCompDirectiveNoFileComp
	case !strings.Contains(typed, "/"):
		return []cobra.Completion{aPod + "/", aAccount + "/"}, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
	return o.Flags.CompleteArguments(cmd, args, typed)
}
