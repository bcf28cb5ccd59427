package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// listText writes the explanations for people: what is wrong with all of them, a block
// for each, and at the end the settings, which are the same for all. The titles are those
// of the items.
func listText(l cliapi.ExplanationList, titles []string) string {
	var b strings.Builder
	var causes []*cliapi.Cause
	for _, e := range l.Items {
		causes = append(causes, e.Cause)
	}
	writeNotices(&b, l.Notices, true, causes...)
	for i, e := range l.Items {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		write(&b, e, titles[i])
	}
	if len(l.Items) == 0 {
		term.WriteLine(&b, "the input has no pod template")
	}
	writeComponent(&b, l.Settings)
	writeNotices(&b, l.Notices, false, causes...)
	return b.String()
}

// writeNotices writes those notices that say what is wrong, or the others. What is a cause
// is said there, in the first line.
func writeNotices(b *strings.Builder, notices []cliapi.Reason, wrong bool, causes ...*cliapi.Cause) {
	for _, n := range notices {
		said := slices.ContainsFunc(causes, func(c *cliapi.Cause) bool { return c != nil && c.Code == n.Code })
		if wrong == (n.Severity != rrsa.Info) && !said {
			term.WriteLine(b, "%s: %s: %s", n.Severity, n.Code, n.Message)
			term.WriteHint(b, "", n.Hint)
		}
	}
}

// writeComponent writes the settings that no object has.
func writeComponent(b *strings.Builder, settings []cliapi.Setting) {
	b.WriteString("\n")
	term.WriteLine(b, "component settings:")
	for _, s := range settings {
		if s.Value == "" {
			term.WriteLine(b, "  %s: not set", s.Name)
			continue
		}
		term.WriteLine(b, "  %s: %s (%s)", s.Name, s.Value, session.SourceText(s.Source))
	}
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
	writeInjectors(b, e.Policy, e.Webhook)
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

// heading is the first line: how it is, and why.
func heading(e cliapi.Explanation, title string) string {
	verdict := term.Verdict(e.Verdict)
	state, why := verdict, " because "
	switch {
	case e.Pod != nil && e.Pod.State == rrsa.StateOK && e.Cause == nil:
		return title + ": ok: it has all that an injection gives"
	case e.Pod != nil && e.Pod.State == rrsa.StateOK:
		state, why = "ok", ", but "
	case e.Pod != nil:
		state = string(e.Pod.State)
	case e.Pods != nil && len(e.Pods.States) > 0:
		state = "pods: " + podsText(e.Pods)
		if len(e.Pods.Groups) == 0 {
			why = "; made now: " + verdict + ", but "
		}
	case e.Verdict == rrsa.Injected:
		why = " by the rules, but "
	}
	if e.Cause == nil {
		return title + ": " + state
	}
	return fmt.Sprintf("%s: %s%s%s: %s", title, state, why, e.Cause.Code, e.Cause.Message)
}

// writeAnswer writes below the heading what to do next. All else that the block tells
// comes after it.
func writeAnswer(b *strings.Builder, e cliapi.Explanation) {
	if next := nextOf(e); next != "" {
		term.WriteLine(b, "  next: %s", next)
	}
	fix := (*cliapi.Fix)(nil)
	switch {
	case e.Pod != nil:
		fix = e.Pod.Fix
		term.WriteLine(b, "  made now: %s", madeNow(e))
	case e.Pods != nil:
		fix = e.Pods.Fix
		term.WriteLine(b, "  made now: %s", madeNow(e))
	}
	if text := restartText(e, fix); text != "" {
		term.WriteLine(b, "  a restart: %s", text)
	}
	var also []string
	for _, r := range e.Reasons {
		said := e.Cause != nil && r.Code == e.Cause.Code
		if r.Severity != rrsa.Info && !r.Blocking && !said && !slices.Contains(also, string(r.Code)) {
			also = append(also, string(r.Code))
		}
	}
	if len(also) > 0 {
		term.WriteLine(b, "  see also: %s", strings.Join(also, ", "))
	}
}

// madeNow is what a pod would be that is made now.
func madeNow(e cliapi.Explanation) string {
	verdict := term.Verdict(e.Verdict)
	switch webhook := e.Webhook != nil && blocks(e.Webhook.Reasons); {
	case e.Verdict != rrsa.Injected:
	case webhook:
		verdict += " by the rules, but not by this cluster's webhook"
	case e.Policy != nil && blocks(e.Policy.Reasons):
		verdict += " by the rules, but not by this cluster's policy"
	}
	if e.Pods != nil && e.Pods.Owner != nil {
		verdict += ", if it is made as pod/" + e.Object.Name + " was"
	}
	return verdict
}

// restartText says what a restart would do, as far as the lines above don't.
func restartText(e cliapi.Explanation, fix *cliapi.Fix) string {
	if fix == nil || fix.Command != "" {
		return ""
	}
	said := *fix
	if e.Cause != nil && said.Why == e.Cause.Message {
		said.Why = ""
	}
	if e.Cause != nil && said.Instead == e.Cause.Next {
		said.Instead = ""
	}
	return diagnose.FixText(said)
}

// nextOf is what to do: about the cause, or without one what is worth to look at.
func nextOf(e cliapi.Explanation) string {
	switch {
	case e.Cause != nil:
		return e.Cause.Next
	case e.Pod != nil && e.Pod.State == rrsa.StateOK:
		return "give the error of its program to kubectl rrsa explain --error, and see with kubectl rrsa trust-policy --check whether the role trusts " + e.ServiceAccount.Name
	}
	for _, r := range e.Reasons {
		if r.First {
			return r.Hint // settings that aren't known
		}
	}
	return ""
}
