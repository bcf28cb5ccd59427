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
// ServiceAccount come once, however many pods have them.
func results(report *inject.Report, settings *config.InjectRRSA) fn.Results {
	var out fn.Results
	for _, notice := range report.Notices {
		out = append(out, &fn.Result{Message: sentence(notice), Severity: severity(notice), Tags: map[string]string{reasonTag: string(notice.Code)}})
	}
	seen := map[string]bool{}
	for _, c := range report.Templates {
		if r := outcome(c, settings.Mode); r != nil {
			out = append(out, r)
		}
		for _, reason := range c.Decision.Reasons {
			reason, ok := weigh(c, reason, settings.Unresolved)
			if !ok {
				continue
			}
			subject := c.Subject(reason)
			message, path := sentence(reason), reason.Field
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
			r := result(subject, severity(reason), message, reason.Code)
			r.Field = field(path)
			out = append(out, r)
		}
	}
	return out
}

// outcome makes the result that says what is done about one pod template; nil if
// nothing is.
func outcome(c *inject.Template, mode config.Mode) *fn.Result {
	var r *fn.Result
	switch {
	case mode == config.ModeCheck && c.Differs():
		r = result(c.Item, fn.Error, "not as inject-rrsa would make it: "+c.Difference(), codeDiffers)
		r.Field = field(c.Edits()[0].Field)
		return r
	case c.Decision.Verdict == rrsa.Injected:
		r = result(c.Item, fn.Info, "injected: "+c.Summary(), codeInjected)
	case c.Differs():
		r = result(c.Item, fn.Info, "taken out what was injected before: "+c.Difference(), codeRemoved)
	default:
		return nil
	}
	r.Field = field(c.Path)
	return r
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

func severity(r rrsa.Reason) fn.Severity {
	switch r.Severity {
	case rrsa.Error:
		return fn.Error
	case rrsa.Warning:
		return fn.Warning
	}
	return fn.Info
}

func field(path string) *fn.Field {
	if path == "" {
		return nil
	}
	return &fn.Field{Path: path}
}

// result makes a result about an object.
func result(it *manifest.Item, s fn.Severity, message string, code rrsa.Code) *fn.Result {
	r := &fn.Result{
		Message: message, Severity: s,
		ResourceRef: &fn.ResourceRef{APIVersion: it.APIVersion, Kind: it.Kind, Name: it.Name, Namespace: it.Namespace},
		Tags:        map[string]string{reasonTag: string(code)},
	}
	if it.Origin.File != "" {
		r.File = &fn.File{Path: it.Origin.File, Index: max(it.Origin.Document-1, 0)}
	}
	return r
}

// errorResult makes a result of an error, about its object if it has one.
func errorResult(err error) *fn.Result {
	var ie *manifest.ItemError
	if !errors.As(err, &ie) {
		return fn.ErrorResult(err)
	}
	r := result(ie.Item, fn.Error, ie.Err.Error(), "ObjectInvalid")
	r.Field = field(ie.Field)
	return r
}
