package trustpolicy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// errPolicyDiffers ends a check of a policy that keeps a ServiceAccount out.
const errPolicyDiffers = term.Differs("the policy doesn't let every ServiceAccount assume the role")

// compare checks a policy that exists and reports what it finds.
func compare(ctx context.Context, v opened, file string, roles map[string][]types.NamespacedName, policies map[string]trustpolicy.Policy) error {
	if len(policies) > 1 {
		return fmt.Errorf("checking a policy: the ServiceAccounts have %s: choose with --role", listRoles(roles))
	}
	data, err := readPolicy(ctx, v, file)
	if err != nil {
		return err
	}
	for role, need := range policies {
		findings, err := trustpolicy.Check(data, need)
		if err != nil {
			return fmt.Errorf("checking %q: %w", file, err)
		}
		var b strings.Builder
		fails, unjudged := false, ""
		for _, f := range findings {
			fails = fails || f.Severity == rrsa.Error
			if f.Severity == rrsa.Warning {
				unjudged = ", as far as it can be judged here"
			}
			writeFinding(&b, f)
		}
		if !fails {
			term.WriteLine(&b, "%sthe policy lets in %s%s", rolePrefix(role), listAccounts(roles[role]), unjudged)
		}
		v.say(b.String())
		if fails {
			return errPolicyDiffers
		}
	}
	return nil
}

func readPolicy(ctx context.Context, v opened, file string) ([]byte, error) {
	if file != "-" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading the policy: %w", err)
		}
		return data, nil
	}
	if v.stdin {
		return nil, errors.New("checking the arguments: - stands twice, and stdin can be read once")
	}
	data, err := term.Interruptible(ctx, func() ([]byte, error) { return io.ReadAll(v.In) })
	if err != nil {
		return nil, fmt.Errorf("reading stdin: %w", err)
	}
	return data, nil
}

// writeFinding prints one finding. What fails is told apart from a note by more
// than its order.
func writeFinding(b *strings.Builder, f trustpolicy.Finding) {
	switch {
	case f.Severity == rrsa.Error:
		term.WriteLine(b, "%s fails: %s (%s)", f.Element, f.Message, f.Field)
	case f.Element == f.Field:
		term.WriteLine(b, "note: %s: %s", f.Field, f.Message)
	default:
		term.WriteLine(b, "note: %s: %s (%s)", f.Element, f.Message, f.Field)
	}
	if f.Hint != "" {
		term.WriteLine(b, "  hint: %s", f.Hint)
	}
}

// roleLines has a line for each role, which says whom its policy lets in.
func roleLines(roles map[string][]types.NamespacedName) string {
	var b strings.Builder
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		if role != "" {
			term.WriteLine(&b, "%s%s", rolePrefix(role), listAccounts(roles[role]))
		}
	}
	return b.String()
}

func rolePrefix(role string) string {
	if role == "" {
		return ""
	}
	return "role " + role + ": "
}

func listAccounts(accounts []types.NamespacedName) string {
	var names []string
	for _, a := range accounts {
		names = append(names, a.String())
	}
	if len(names) == 1 {
		return "ServiceAccount " + names[0]
	}
	return "ServiceAccounts " + strings.Join(names, ", ")
}
