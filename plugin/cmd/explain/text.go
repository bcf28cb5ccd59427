package explain

import (
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
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
	for _, r := range e.Reasons {
		writeReason(b, r)
	}
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

// surroundingText names a Namespace or ServiceAccount and where it comes from.
func surroundingText(n cliapi.Surrounding) string {
	switch {
	case n.Name == "":
		return session.SourceText(n.Source)
	case n.Source.From == cliapi.FromUnknown:
		return n.Name + " (not known)"
	}
	return n.Name + " (" + session.SourceText(n.Source) + ")"
}

// writeReason marks the first reason that blocks, so that it is found among many.
func writeReason(b *strings.Builder, r cliapi.Reason) {
	mark, blocks := " ", ""
	if r.First {
		mark = ">"
	}
	if r.Blocking {
		blocks = ", blocking"
	}
	term.WriteLine(b, "  %s %s (%s%s): %s", mark, r.Code, r.Severity, blocks, r.Message)
	object := r.Object
	if r.Level == rrsa.LevelComponent && r.Field != "" && object == "" {
		object = "setting"
	}
	if about := strings.Join(term.NonEmpty(object, r.Field), " "); about != "" {
		term.WriteLine(b, "      at: %s", about)
	}
	term.WriteHint(b, "    ", r.Hint)
}

// settingFrom is where a setting comes from: its object and key, whose place stands in
// the lines above, or else the component's source.
func settingFrom(s cliapi.Setting) string {
	switch s.Level {
	case rrsa.LevelComponent:
		return session.SourceText(s.Source)
	case rrsa.LevelPod:
		return "pod template of " + s.Object + ", " + s.Key
	}
	return s.Object + ", " + s.Key
}

// fateOf says what becomes of a container where its edits don't.
func fateOf(c cliapi.ExplainedContainer, v rrsa.Verdict) string {
	switch {
	case !c.Selected:
		return " not selected, and loses what was injected before"
	case v != rrsa.Injected:
		return " selected, and not changed as the injection is refused"
	case len(c.Edits) == 0:
		return " has all of it already"
	}
	return ""
}

func writeEdits(b *strings.Builder, indent string, edits []cliapi.Edit) {
	for _, e := range edits {
		term.WriteLine(b, "%s%s %s", indent, e.Action, strings.Join(term.NonEmpty(e.Field, e.Value), " = "))
	}
}
