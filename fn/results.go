package fn

import (
	"errors"
	"fmt"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// reasonTag is the tag that carries a reason's code.
const reasonTag = "reason"

// Codes of what is done about a pod template.
const (
	codeInjected rrsa.Code = "Injected"
	codeRemoved  rrsa.Code = "Removed"
	codeDiffers  rrsa.Code = "Differs"
)

// results turns a report into results: one info for each pod template that is
// injected, and what is a warning or an error. Findings about one Namespace or
// ServiceAccount come once, however many pods have them. written says that the items
// are written with all that was decided, so that a result may say so.
func results(report *inject.Report, settings *config.InjectRRSA, written bool) fn.Results {
	var out fn.Results
	for _, notice := range report.Notices {
		out = append(out, general(notice))
	}
	seen := map[string]bool{}
	for _, c := range report.Templates {
		if r := outcome(c, settings.Mode); r != nil && (written || r.Severity == fn.Error || !c.Differs()) {
			out = append(out, r)
		}
		for _, reason := range c.Decision.Reasons {
			reason, ok := weigh(c, reason, settings.OnUnknown())
			if !ok {
				continue
			}
			subject := c.Subject(reason)
			path := reason.Field
			switch {
			case subject == nil:
				// The object isn't in the input: the result is about the pod's.
				subject, path = c.Item, c.Path
			case subject == c.Item:
				path = c.Field(reason)
			}
			if subject != c.Item {
				key := fmt.Sprint(subject.Origin, subject, reason.Code, path)
				if seen[key] {
					continue
				}
				seen[key] = true
			}
			out = append(out, result(subject, fn.Severity(reason.Severity), sentence(reason), reason.Code, path))
		}
	}
	return out
}

// outcome makes the result that says what is done about one pod template; nil if
// nothing is.
func outcome(c *inject.Template, mode config.Mode) *fn.Result {
	switch {
	case mode == config.ModeCheck && !c.Settled():
		path := c.Path
		if edits := c.Edits(); len(edits) > 0 {
			path = edits[0].Field
		}
		return result(c.Item, fn.Error, "not as inject-rrsa would make it: "+c.Unsettled(), codeDiffers, path)
	case c.Decision.Verdict == rrsa.Injected:
		return result(c.Item, fn.Info, "injected: "+c.Summary(), codeInjected, c.Path)
	case c.Differs():
		return result(c.Item, fn.Info, "taken out what was injected before: "+c.Difference(), codeRemoved, c.Path)
	}
	return nil
}

// weigh tells whether a reason is worth a result, and how severe it is: what
// isn't known is as the config says.
func weigh(c *inject.Template, reason rrsa.Reason, unresolved config.Unresolved) (rrsa.Reason, bool) {
	if c.Decision.Verdict == rrsa.Unknown && reason.Blocking {
		switch unresolved {
		case config.UnresolvedIgnore:
			return reason, false
		case config.UnresolvedError:
			reason.Severity = rrsa.Error
		}
	}
	if c.Decision.Verdict == rrsa.NotInjected && !reason.Blocking &&
		(reason.Code == rrsa.CodeNamespaceUnknown || reason.Code == rrsa.CodeServiceAccountUnknown) {
		return reason, false // it makes no difference
	}
	return reason, reason.Severity != rrsa.Info
}

func sentence(r rrsa.Reason) string {
	if r.Hint == "" {
		return r.Message
	}
	return r.Message + " (" + r.Hint + ")"
}

// general makes a result of a reason that is about no object.
func general(r rrsa.Reason) *fn.Result {
	return &fn.Result{Message: sentence(r), Severity: fn.Severity(r.Severity), Tags: map[string]string{reasonTag: string(r.Code)}}
}

// result makes a result about an object, and about a field of it if it has a path.
func result(it *manifest.Item, s fn.Severity, message string, code rrsa.Code, path string) *fn.Result {
	r := &fn.Result{
		Message: message, Severity: s,
		ResourceRef: &fn.ResourceRef{APIVersion: it.APIVersion, Kind: it.Kind, Name: it.Name, Namespace: it.Namespace},
		Tags:        map[string]string{reasonTag: string(code)},
	}
	if path != "" {
		r.Field = &fn.Field{Path: path}
	}
	if it.Origin.File != "" {
		r.File = &fn.File{Path: it.Origin.File, Index: max(it.Origin.Document-1, 0)}
	}
	return r
}

// errorResult makes a result of an error, about its object if it has one.
func errorResult(err error) *fn.Result {
	if of, ok := errors.AsType[*manifest.ItemError](err); ok {
		return result(of.Item, fn.Error, of.Err.Error(), "ObjectInvalid", of.Field)
	}
	return fn.ErrorResult(err)
}

// errorResults makes a result of each error that others were joined to.
func errorResults(err error) []*fn.Result {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []*fn.Result{errorResult(err)}
	}
	var out []*fn.Result
	for _, err := range joined.Unwrap() {
		out = append(out, errorResults(err)...)
	}
	return out
}
