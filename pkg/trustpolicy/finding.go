package trustpolicy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Finding is one thing that [Check] has to say about a policy.
type Finding struct {
	// Severity is Error for what keeps a ServiceAccount out, Warning for what can't
	// be judged, and Info for what lets in more than is needed.
	Severity rrsa.Severity
	// Element is the part of the policy that it is about: Version, Effect, Action,
	// Federated, oidc:iss, oidc:aud, oidc:sub, or another name from the policy.
	Element string
	// Field is the path of that part, such as "Statement[0].Effect".
	Field string
	// Message is a sentence for people, without a full stop.
	Message string
	// Hint says what to do; empty where nothing is to be done.
	Hint string
}

// sorted are findings with errors first, without those about what fails already: that
// says what the policy has there.
func sorted(all []Finding) []Finding {
	failed := map[string]bool{}
	for _, f := range all {
		failed[f.Field] = failed[f.Field] || f.Severity == rrsa.Error
	}
	all = slices.DeleteFunc(all, func(f Finding) bool { return f.Severity == rrsa.Info && failed[f.Field] })
	rank := map[rrsa.Severity]int{rrsa.Error: 0, rrsa.Warning: 1, rrsa.Info: 2}
	slices.SortStableFunc(all, func(a, b Finding) int { return rank[a.Severity] - rank[b.Severity] })
	return all
}

// nobody says why a policy lets no ServiceAccount in, whatever its conditions are.
func nobody() Finding {
	return Finding{
		Severity: rrsa.Error, Element: "Principal", Field: "Statement", Message: "no statement has an OIDC identity provider as its Principal",
	}
}

// wrong says that a part of a policy isn't what is needed.
func wrong(element, field string, want []string, got Values) Finding {
	return Finding{Severity: rrsa.Error, Element: element, Field: field, Message: fmt.Sprintf("want %s, the policy has %s", quoted(want), quoted(got))}
}

func quoted(values []string) string {
	if len(values) == 0 {
		return "none"
	}
	var out []string
	for _, v := range values {
		out = append(out, strconv.Quote(v))
	}
	return strings.Join(out, ", ")
}
