package explain

import (
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// listText writes the explanations for people: what is wrong with all of them, a block
// for each, and at the end the settings, which are the same for all. titles name the
// items.
func listText(l cliapi.ExplanationList, titles []string) string {
	var b strings.Builder
	for _, n := range l.Notices {
		if n.Severity != rrsa.Info {
			writeNotice(&b, n)
		}
	}
	for i, e := range l.Items {
		if i > 0 || b.Len() > 0 {
			b.WriteString("\n")
		}
		write(&b, e, titles[i])
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
	for _, n := range l.Notices {
		if n.Severity == rrsa.Info {
			writeNotice(&b, n)
		}
	}
	return b.String()
}

// writeNotice writes a reason that is about no object in particular.
func writeNotice(b *strings.Builder, r cliapi.Reason) {
	term.WriteLine(b, "%s: %s: %s", r.Severity, r.Code, r.Message)
	term.WriteHint(b, "", r.Hint)
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
		writeSelected(b, e) // what they lack stands above
		return
	}
	if len(e.Containers) > 0 {
		term.WriteLine(b, "  containers:")
	}
	for _, c := range e.Containers {
		writeContainer(b, c, e.Verdict)
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

func writeContainer(b *strings.Builder, c cliapi.ExplainedContainer, v rrsa.Verdict) {
	switch {
	case !c.Selected:
		term.WriteLine(b, "    %s: not selected, and loses what was injected before", c.Name)
	case v != rrsa.Injected:
		term.WriteLine(b, "    %s: selected, and not changed as the injection is refused", c.Name)
	case len(c.Edits) == 0:
		term.WriteLine(b, "    %s: has all of it already", c.Name)
	default:
		term.WriteLine(b, "    %s:", c.Name)
	}
	writeEdits(b, "      ", c.Edits)
}

func writeEdits(b *strings.Builder, indent string, edits []cliapi.Edit) {
	for _, e := range edits {
		value := ""
		if e.Value != "" {
			value = " = " + e.Value
		}
		term.WriteLine(b, "%s%s %s%s", indent, e.Action, e.Field, value)
	}
}
