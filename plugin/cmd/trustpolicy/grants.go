package trustpolicy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// forAnybody tells whether a policy is to be checked for nobody in particular: neither
// an argument nor a flag says for which ServiceAccounts.
func (o *options) forAnybody(names []string) bool {
	return o.check != "" && len(names) == 0 && !o.HasFiles() && o.role == "" && !o.allNamespaces && o.Connection.Namespace() == ""
}

// tellGrants says whom a policy lets in, and what is wrong with it.
func tellGrants(v opened) error {
	data, err := readPolicy(v)
	if err != nil {
		return err
	}
	grants, findings, err := trustpolicy.Grants(data)
	if err != nil {
		return fmt.Errorf("checking %q: %w", v.check, err)
	}
	var b strings.Builder
	for _, g := range grants {
		writeGrant(&b, g)
	}
	for _, f := range findings {
		writeFinding(&b, f)
	}
	v.say(b.String())
	if len(grants) == 0 {
		return letsNobodyIn(findings)
	}
	if slices.ContainsFunc(findings, func(f trustpolicy.Finding) bool { return f.Severity == rrsa.Warning }) {
		v.say("this is as far as it can be judged here\n")
	}
	return nil
}

// letsNobodyIn ends a check of a policy that is about no ServiceAccount at all, or about
// some and lets none of them in.
func letsNobodyIn(findings []trustpolicy.Finding) term.Differs {
	for _, f := range findings {
		if f.Element == "Principal" && f.Severity == rrsa.Error {
			return term.Differs("the policy lets no ServiceAccount in: " + f.Message)
		}
	}
	return "the policy lets no ServiceAccount in"
}

// writeGrant writes whom a statement lets in, one line for each part.
func writeGrant(b *strings.Builder, g trustpolicy.Grant) {
	list := func(values []string, anything string) string {
		if len(values) == 0 {
			return anything
		}
		return strings.Join(values, ", ")
	}
	var names []string
	for _, subject := range g.Subjects {
		names = append(names, subjectName(subject))
	}
	term.WriteLine(b, "%s lets in:", g.Field)
	term.WriteLine(b, "  ServiceAccounts: %s", list(names, "every one of the cluster"))
	term.WriteLine(b, "  issuer: %s", list(g.Issuers, "any that the provider takes"))
	term.WriteLine(b, "  audience: %s", list(g.Audiences, "any that the provider takes"))
	term.WriteLine(b, "  provider: %s", list(g.Providers, ""))
}

// subjectName is NAMESPACE/NAME of a token's subject, or the subject if a pattern in
// it leaves open what is what.
func subjectName(subject string) string {
	rest, ok := strings.CutPrefix(subject, "system:serviceaccount:")
	namespace, name, isPair := strings.Cut(rest, ":")
	if !ok || !isPair || strings.Contains(name, ":") {
		return subject
	}
	return namespace + "/" + name
}
