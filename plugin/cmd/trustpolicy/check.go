package trustpolicy

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// compare checks a policy that exists and reports what it finds.
func compare(v opened, roles map[string][]types.NamespacedName, policies map[string]trustpolicy.Policy) error {
	if len(policies) > 1 {
		return fmt.Errorf("checking a policy: the ServiceAccounts have %s: choose with --role", rolesText(roles))
	}
	data, err := readPolicy(v)
	if err != nil {
		return err
	}
	for role, need := range policies {
		findings, err := trustpolicy.Check(data, need)
		if err != nil {
			return fmt.Errorf("checking %q: %w", v.check, err)
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
			whose := ""
			if role != "" {
				whose = "role " + role + ": "
			}
			term.WriteLine(&b, "%sthe policy lets in %s%s", whose, accountsText(roles[role]), unjudged)
		}
		v.say(b.String())
		switch {
		case fails && slices.ContainsFunc(findings, func(f trustpolicy.Finding) bool { return f.Element == "Principal" && f.Severity == rrsa.Error }):
			return letsNobodyIn(findings)
		case fails:
			return term.Differs("the policy doesn't let every ServiceAccount assume the role")
		}
	}
	return nil
}

func readPolicy(v opened) ([]byte, error) {
	what, read := "the policy", func() ([]byte, error) { return os.ReadFile(v.check) }
	if v.check == "-" {
		if slices.Contains(v.Files.Filenames, "-") {
			return nil, errors.New("checking the arguments: - stands twice, and stdin can be read once")
		}
		what, read = "stdin", func() ([]byte, error) { return io.ReadAll(v.In) }
	}
	data, err := read()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	return data, nil
}

// writeFinding prints one finding. What fails is told apart from a note by more
// than its order.
func writeFinding(b *strings.Builder, f trustpolicy.Finding) {
	switch {
	case f.Severity == rrsa.Error && f.Element == "Principal":
		return // the whole answer, which letsNobodyIn gives
	case f.Severity == rrsa.Error && f.Element == f.Field:
		term.WriteLine(b, "%s fails: %s", f.Element, f.Message)
	case f.Severity == rrsa.Error:
		term.WriteLine(b, "%s fails: %s (%s)", f.Element, f.Message, f.Field)
	case f.Element == f.Field:
		term.WriteLine(b, "note: %s: %s", f.Field, f.Message)
	default:
		term.WriteLine(b, "note: %s: %s (%s)", f.Element, f.Message, f.Field)
	}
	term.WriteHint(b, "", f.Hint)
}

// sameIssuer compares the issuer that a policy would name with the one that the
// cluster's tokens have. RAM refuses a token from another one.
func (v opened) sameIssuer() error {
	live, ok := v.Identity.First(cluster.Issuer)
	given := v.GivenIssuer()
	if !ok || live.Value == given {
		return nil
	}
	if given != "" {
		return fmt.Errorf("making the trust policy: by the %s the issuer is %q, and the cluster's tokens have %q: correct it with --oidc-issuer, or choose another cluster with --context",
			session.SourceText(v.Sources.Given("oidc-issuer", true)), given, live.Value)
	}
	if _, _, err := rrsa.ParseIssuer(live.Value); errors.Is(err, rrsa.ErrNotEnabled) {
		v.say(fmt.Sprintf("warning: RRSA is not enabled in the cluster: its tokens have the issuer %q, which RAM doesn't know\n"+
			"  hint: enable RRSA OIDC in the cluster's security settings, then recreate the pods\n", live.Value))
		return nil
	}
	if issuer, err := v.Injector.Config.Issuer(); err == nil && issuer != live.Value {
		return fmt.Errorf("making the trust policy: by the settings the issuer is %q, and the cluster's tokens have %q: correct region and clusterID, give --oidc-issuer if the OIDC provider was made for the tokens' issuer, or choose another cluster with --context", issuer, live.Value)
	}
	return nil
}
