package fn

import (
	"slices"
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

// starved is about an input in which there is nothing to do, or without any object of
// a kind that a decision is missing. A check of nothing fails, and so does a run whose
// only object is the config: kustomize gives a generator no other.
func starved(items []*manifest.Item, report *inject.Report, settings *config.InjectRRSA) fn.Results {
	check := settings.Mode == config.ModeCheck
	reason := rrsa.Reason{Code: codeInputStarved, Severity: rrsa.Warning}
	hidden := hiddenKinds(items, report)
	switch {
	case len(items) == 0:
		if check {
			reason.Severity = rrsa.Error
		} else if settings.OnUnknown() == config.UnresolvedIgnore {
			return nil
		}
		reason.Message = "the input has no objects, so there is nothing to inject"
		reason.Hint = "if a selector of the Kptfile or a --match flag is to choose some, it matches none"
	case !slices.ContainsFunc(items, func(it *manifest.Item) bool { return it.Group() != inject.ConfigGroup }):
		reason.Severity = rrsa.Error
		reason.Message = "the input has no object but the function's own config, so there is nothing to inject"
		reason.Hint = "name the config under transformers, and not under generators, of a kustomization that has the workloads"
	case len(hidden) > 0 && settings.OnUnknown() != config.UnresolvedIgnore:
		reason.Message = "the input has pods but " + strings.Join(hidden, " and ")
		reason.Hint = "a function sees only what its selectors match: remove the selectors, or add the objects to spec.context of the config"
	case check && len(report.Templates) == 0:
		reason.Severity = rrsa.Info
		reason.Message = "no object of the input holds a pod template, so there is nothing to check"
	default:
		return nil
	}
	return fn.Results{general(reason)}
}

// hiddenKinds are those of which the input has no object, and a decision needs one.
func hiddenKinds(items []*manifest.Item, report *inject.Report) []string {
	there, missing := map[string]bool{}, map[rrsa.Code]bool{}
	for _, it := range items {
		if it.APIVersion == "v1" {
			there[it.Kind] = true
		}
	}
	for _, c := range report.Templates {
		for _, reason := range c.Decision.Reasons {
			if c.Decision.Verdict == rrsa.Unknown && reason.Blocking {
				missing[reason.Code] = true
			}
		}
	}
	var out []string
	if missing[rrsa.CodeNamespaceUnknown] && !there["Namespace"] {
		out = append(out, "no Namespace")
	}
	if missing[rrsa.CodeServiceAccountUnknown] && !there["ServiceAccount"] {
		out = append(out, "no ServiceAccount")
	}
	return out
}
