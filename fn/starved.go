package fn

import (
	"strings"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// codeInputStarved is about what an orchestrator seems to have kept from the
// function. kpt's selectors choose what a function may change, but it doesn't see
// the rest either: a selector of Deployments hides every ServiceAccount, one of a
// namespace every Namespace.
const codeInputStarved rrsa.Code = "InputStarved"

// starved warns of an input without any object of a kind that a decision is
// missing, and of one without any object.
func starved(items []*manifest.Item, report *inject.Report, unresolved config.Unresolved) fn.Results {
	if unresolved == config.UnresolvedIgnore {
		return nil
	}
	there := map[string]bool{}
	for _, it := range items {
		if it.APIVersion == "v1" {
			there[it.Kind] = true
		}
	}
	missing := map[string]bool{}
	for _, c := range report.Templates {
		if c.Decision.Verdict != rrsa.Unknown {
			continue
		}
		for _, reason := range c.Decision.Reasons {
			switch {
			case !reason.Blocking:
			case reason.Code == rrsa.CodeNamespaceUnknown:
				missing["Namespace"] = true
			case reason.Code == rrsa.CodeServiceAccountUnknown:
				missing["ServiceAccount"] = true
			}
		}
	}
	var kinds []string
	for _, kind := range []string{"Namespace", "ServiceAccount"} {
		if missing[kind] && !there[kind] {
			kinds = append(kinds, "no "+kind)
		}
	}
	reason := rrsa.Reason{Code: codeInputStarved, Severity: rrsa.Warning}
	switch {
	case len(items) == 0:
		reason.Message = "the input has no objects, so there is nothing to inject"
		reason.Hint = "if a selector of the Kptfile or a --match flag is to choose some, it matches none"
	case len(kinds) > 0:
		reason.Message = "the input has pods but " + strings.Join(kinds, " and ")
		reason.Hint = "a function sees only what its selectors match: remove the selectors, or add the objects to spec.context of the config"
	default:
		return nil
	}
	return fn.Results{{Message: sentence(reason), Severity: severity(reason), Tags: map[string]string{reasonTag: string(reason.Code)}}}
}
