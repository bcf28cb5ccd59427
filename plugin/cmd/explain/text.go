package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// listText writes the explanations for people: what is wrong with all of them, a block
// for each, and at the end the settings, which are the same for all. The items are
// those of the changes.
func listText(l cliapi.ExplanationList, changes []*inject.Template) string {
	var b strings.Builder
	notices := func(wrong bool) {
		for _, n := range l.Notices {
			if wrong == (n.Severity != rrsa.Info) {
				term.WriteLine(&b, "%s: %s: %s", n.Severity, n.Code, n.Message)
				term.WriteHint(&b, "", n.Hint)
			}
		}
	}
	notices(true)
	for i, e := range l.Items {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		write(&b, e, changes[i].String())
	}
	if len(l.Items) == 0 {
		term.WriteLine(&b, "the input has no pod template")
	}
	b.WriteString("\n")
	term.WriteLine(&b, "component settings:")
	for _, s := range l.Settings {
		if s.Value == "" {
			term.WriteLine(&b, "  %s: not set", s.Name)
			continue
		}
		term.WriteLine(&b, "  %s: %s (%s)", s.Name, s.Value, session.SourceText(s.Source))
	}
	notices(false)
	return b.String()
}

// write writes the block of one explanation.
func write(b *strings.Builder, e cliapi.Explanation, title string) {
	term.WriteLine(b, "%s", heading(e, title))
	writeAnswer(b, e)
	where := session.SourceText(e.Object.Source)
	if e.Path != "" {
		where += ", pod template at " + e.Path
	}
	term.WriteLine(b, "  object: %s", where)
	if e.ServiceAccount != nil {
		term.WriteLine(b, "  Namespace: %s", surroundingText(*e.Namespace))
		term.WriteLine(b, "  ServiceAccount: %s", surroundingText(*e.ServiceAccount))
	}
	if e.Pod != nil {
		writePod(b, e.Pod)
	}
	if e.Pods != nil {
		writePods(b, e.Pods)
	}
	term.WriteLine(b, "  reasons:")
	writeReasons(b, e.Reasons)
	if e.Webhook != nil {
		writeWebhook(b, e.Webhook)
	}
	if len(e.Settings) > 0 {
		term.WriteLine(b, "  settings:")
	}
	for _, s := range e.Settings {
		term.WriteLine(b, "    %s: %s (%s)", s.Name, s.Value, settingFrom(s))
	}
	if e.Pod != nil {
		// What they lack is said above.
		var names []string
		for _, c := range e.Containers {
			if c.Selected {
				names = append(names, c.Name)
			}
		}
		if len(names) > 0 {
			term.WriteLine(b, "  containers: %s", strings.Join(names, ", "))
		}
		return
	}
	if len(e.Containers) > 0 {
		term.WriteLine(b, "  containers:")
	}
	for _, c := range e.Containers {
		term.WriteLine(b, "    %s:%s", c.Name, fateOf(c, e.Verdict))
		writeEdits(b, "      ", c.Edits)
	}
	if len(e.Edits) > 0 {
		term.WriteLine(b, "  volumes:")
		writeEdits(b, "    ", e.Edits)
	}
}

// heading is the first line: what is, and then what would be.
func heading(e cliapi.Explanation, title string) string {
	verdict := term.Verdict(e.Verdict)
	if e.Webhook != nil && e.Verdict == rrsa.Injected && slices.ContainsFunc(e.Webhook.Reasons, func(r cliapi.Reason) bool { return r.Blocking }) {
		verdict += " by the rules, but not by this cluster's webhook"
	}
	switch {
	case e.Pod != nil:
		return fmt.Sprintf("%s: %s; created now: %s", title, e.Pod.State, verdict)
	case e.Pods != nil && e.Pods.Fix != nil:
		return fmt.Sprintf("%s: pods: %s; created now: %s", title, podsText(e.Pods), verdict)
	}
	return title + ": " + verdict
}

// writeAnswer writes what a person asks first: why, and what to do about it. All
// else that the block tells comes after it.
func writeAnswer(b *strings.Builder, e cliapi.Explanation) {
	why := causeOf(e)
	next := why.Hint
	switch {
	case e.Pods != nil && e.Pods.Fix != nil && !why.First:
		next = cmp.Or(e.Pods.Fix.Command, e.Pods.Fix.Message)
	case e.Pod == nil:
	case e.Pod.State == rrsa.StateOK && why.Hint == "":
		next = "the pod has all that an injection gives; give the error of its program to kubectl rrsa explain --error, and see with kubectl rrsa trust-policy --check whether the role trusts " + e.ServiceAccount.Name
	case e.Pod.Fix != nil && !why.First:
		next = cmp.Or(e.Pod.Fix.Command, e.Pod.Fix.Message)
	case why.First && next != "" && !strings.Contains(next, "recreate"):
		next += "; then recreate the pod"
	}
	if why.Code != "" {
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
// one that is ok, what may still keep its program from the credentials. It has no code
// if there is no such reason.
func causeOf(e cliapi.Explanation) cliapi.Reason {
	all := e.Reasons
	if e.Webhook != nil {
		all = slices.Concat(all, e.Webhook.Reasons)
	}
	for _, r := range all {
		if r.First {
			return r
		}
	}
	if e.Pods != nil {
		for _, p := range e.Pods.Items {
			if diagnose.Fixable(p.State) {
				return cliapi.Reason{Code: p.Code, Message: p.Message}
			}
		}
	}
	if e.Pod == nil {
		return cliapi.Reason{}
	}
	// The first of them only says that the pod differs.
	if own := e.Pod.Reasons; len(own) > 0 {
		return own[min(1, len(own)-1)]
	}
	for _, r := range all {
		if r.Severity != rrsa.Info {
			return r
		}
	}
	return cliapi.Reason{}
}
