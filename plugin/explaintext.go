package plugin

import (
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// text writes the explanations for people: what is wrong with all of them, a block
// for each, and at the end the settings, which are the same for all.
func (l explanationList) text() string {
	var b strings.Builder
	for _, n := range l.Notices {
		if n.Severity != rrsa.Info {
			n.writeNotice(&b)
		}
	}
	for i, e := range l.Items {
		if i > 0 || b.Len() > 0 {
			b.WriteString("\n")
		}
		e.write(&b)
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
		term.WriteLine(&b, "  %s: %s (%s)", s.Name, s.Value, s.Source)
	}
	for _, n := range l.Notices {
		if n.Severity == rrsa.Info {
			n.writeNotice(&b)
		}
	}
	return b.String()
}

// writeNotice writes a reason that is about no object in particular.
func (r explainedReason) writeNotice(b *strings.Builder) {
	term.WriteReason(b, "", rrsa.Reason{Severity: r.Severity, Code: r.Code, Message: r.Message, Hint: r.Hint})
}

func (e explanation) write(b *strings.Builder) {
	term.WriteLine(b, "%s", e.heading())
	e.writeAnswer(b)
	where := e.Object.Source.String()
	if e.Path != "" {
		where += ", pod template at " + e.Path
	}
	term.WriteLine(b, "  object: %s", where)
	if e.ServiceAccount != nil {
		term.WriteLine(b, "  Namespace: %s", e.Namespace)
		term.WriteLine(b, "  ServiceAccount: %s", e.ServiceAccount)
	}
	if e.Pod != nil {
		e.Pod.write(b)
	}
	if e.Pods != nil {
		e.Pods.write(b)
	}
	term.WriteLine(b, "  reasons:")
	for _, r := range e.Reasons {
		r.write(b)
	}
	if e.Webhook != nil {
		e.Webhook.write(b)
	}
	if len(e.Settings) > 0 {
		term.WriteLine(b, "  settings:")
	}
	for _, s := range e.Settings {
		term.WriteLine(b, "    %s: %s (%s)", s.Name, s.Value, s.from())
	}
	if e.Pod != nil {
		e.writeSelected(b) // what they lack stands above
		return
	}
	if len(e.Containers) > 0 {
		term.WriteLine(b, "  containers:")
	}
	for _, c := range e.Containers {
		c.write(b, e.Verdict)
	}
	if len(e.Edits) > 0 {
		term.WriteLine(b, "  volumes:")
		writeEdits(b, "    ", e.Edits)
	}
}

// String names the object and where it comes from.
func (n explainedNeighbour) String() string {
	switch {
	case n.Name == "":
		return n.Source.String()
	case n.Source == unknownSource:
		return n.Name + " (not known)"
	}
	return n.Name + " (" + n.Source.String() + ")"
}

// write marks the first reason that blocks, so that it is found among many.
func (r explainedReason) write(b *strings.Builder) {
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
	if r.Hint != "" {
		term.WriteLine(b, "      hint: %s", r.Hint)
	}
}

// from is where a setting comes from: its object and key, whose place stands in
// the lines above, or else the component's source.
func (s explainedSetting) from() string {
	switch s.Level {
	case rrsa.LevelComponent:
		return s.Source.String()
	case rrsa.LevelPod:
		return "pod template of " + s.Object + ", " + s.Key
	}
	return s.Object + ", " + s.Key
}

func (c explainedContainer) write(b *strings.Builder, v rrsa.Verdict) {
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

func writeEdits(b *strings.Builder, indent string, edits []explainedEdit) {
	for _, e := range edits {
		value := ""
		if e.Value != "" {
			value = " = " + e.Value
		}
		term.WriteLine(b, "%s%s %s%s", indent, e.Action, e.Field, value)
	}
}
