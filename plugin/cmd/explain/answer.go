package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// writeAnswer writes what a person asks first: why, and what to do about it. All
// else that the block tells comes after it.
func writeAnswer(b *strings.Builder, e cliapi.Explanation) {
	why, found := causeOf(e)
	next := why.Hint
	switch {
	case e.Pods != nil && e.Pods.Fix != nil && !why.First:
		next = cmp.Or(e.Pods.Fix.Command, e.Pods.Fix.Message)
	case e.Pod == nil:
	case e.Pod.State == rrsa.StateOK && why.Hint == "":
		next = "the pod has all that an injection gives; give the error of its program to kubectl rrsa explain --error, and see with kubectl rrsa trust-policy --check whether the role trusts " + e.ServiceAccount.Name
	case e.Pod.Fix != nil && !why.First:
		next = cmp.Or(e.Pod.Fix.Command, e.Pod.Fix.Message)
	}
	if e.Pod != nil && why.First && next != "" && !strings.Contains(next, "recreate") {
		next += "; then recreate the pod"
	}
	if found {
		term.WriteLine(b, "  because %s: %s", why.Code, why.Message)
	}
	if next != "" {
		term.WriteLine(b, "  next: %s", next)
	}
	var also []string
	for _, r := range e.Reasons {
		if r.Severity != rrsa.Info && !r.Blocking && r.Code != why.Code && !slices.Contains(also, string(r.Code)) {
			also = append(also, string(r.Code))
		}
	}
	if len(also) > 0 {
		term.WriteLine(b, "  see also: %s", strings.Join(also, ", "))
	}
}

// causeOf is the reason to look at first: the first one that blocks. If nothing does,
// it is for a live Pod what its creation didn't see yet, or how it differs; and for
// one that is ok, what may still keep its program from the credentials.
func causeOf(e cliapi.Explanation) (cliapi.Reason, bool) {
	all := slices.Clone(e.Reasons)
	if e.Webhook != nil {
		all = append(all, e.Webhook.Reasons...)
	}
	if i := slices.IndexFunc(all, func(r cliapi.Reason) bool { return r.First }); i >= 0 {
		return all[i], true
	}
	if e.Pods != nil {
		if i := slices.IndexFunc(e.Pods.Items, func(p cliapi.OneOfPods) bool { return diagnose.Fixable(p.State) }); i >= 0 {
			return cliapi.Reason{Code: e.Pods.Items[i].Code, Message: e.Pods.Items[i].Message}, true
		}
	}
	if e.Pod == nil {
		return cliapi.Reason{}, false
	}
	// The first of them only says that the pod differs.
	if own := e.Pod.Reasons; len(own) > 0 {
		return own[min(1, len(own)-1)], true
	}
	if i := slices.IndexFunc(all, func(r cliapi.Reason) bool { return r.Severity != rrsa.Info }); i >= 0 {
		return all[i], true
	}
	return cliapi.Reason{}, false
}
