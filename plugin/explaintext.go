package plugin

import (
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// text writes the explanations for people: a block for each, after what is the
// same for all of them.
func (l explanationList) text() string {
	var b strings.Builder
	writeLine(&b, "component settings:")
	for _, s := range l.Settings {
		if s.Value == "" {
			writeLine(&b, "  %s: not set", s.Name)
			continue
		}
		writeLine(&b, "  %s: %s (%s)", s.Name, s.Value, s.Source)
	}
	for _, n := range l.Notices {
		writeLine(&b, "%s: %s: %s", n.Severity, n.Code, n.Message)
		writeHint(&b, "", rrsa.Reason{Hint: n.Hint})
	}
	for _, e := range l.Items {
		b.WriteString("\n")
		e.write(&b)
	}
	if len(l.Items) == 0 {
		b.WriteString("\n")
		writeLine(&b, "the input has no pod template")
	}
	return b.String()
}

// verdicts are the verdicts for people.
var verdicts = map[rrsa.Verdict]string{
	rrsa.Injected: "injected", rrsa.NotInjected: "not injected", rrsa.Unknown: "unknown", rrsa.Refused: "refused",
}

func (e explanation) write(b *strings.Builder) {
	writeLine(b, "%s", e.heading())
	where := e.Object.Source.String()
	if e.Path != "" {
		where += ", pod template at " + e.Path
	}
	writeLine(b, "  object: %s", where)
	if e.ServiceAccount != nil {
		writeLine(b, "  Namespace: %s", e.Namespace)
		writeLine(b, "  ServiceAccount: %s", e.ServiceAccount)
	}
	if e.Pod != nil {
		e.Pod.write(b)
	}
	if e.Pods != nil {
		e.Pods.write(b)
	}
	writeLine(b, "  reasons:")
	for _, r := range e.Reasons {
		r.write(b)
	}
	if e.Webhook != nil {
		e.Webhook.write(b)
	}
	if len(e.Settings) > 0 {
		writeLine(b, "  settings:")
	}
	for _, s := range e.Settings {
		writeLine(b, "    %s: %s (%s)", s.Name, s.Value, s.from())
	}
	if e.Pod != nil {
		e.writeSelected(b) // what they lack stands above
		return
	}
	if len(e.Containers) > 0 {
		writeLine(b, "  containers:")
	}
	for _, c := range e.Containers {
		c.write(b, e.Verdict)
	}
	if len(e.Edits) > 0 {
		writeLine(b, "  volumes:")
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
	writeLine(b, "  %s %s (%s%s): %s", mark, r.Code, r.Severity, blocks, r.Message)
	object := r.Object
	if r.Level == rrsa.LevelComponent && r.Field != "" && object == "" {
		object = "setting"
	}
	if about := strings.Join(nonEmpty(object, r.Field), " "); about != "" {
		writeLine(b, "      at: %s", about)
	}
	if r.Hint != "" {
		writeLine(b, "      hint: %s", r.Hint)
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
		writeLine(b, "    %s: not selected, and loses what was injected before", c.Name)
	case v != rrsa.Injected:
		writeLine(b, "    %s: selected, and not changed as the injection is refused", c.Name)
	case len(c.Edits) == 0:
		writeLine(b, "    %s: has all of it already", c.Name)
	default:
		writeLine(b, "    %s:", c.Name)
	}
	writeEdits(b, "      ", c.Edits)
}

func writeEdits(b *strings.Builder, indent string, edits []explainedEdit) {
	for _, e := range edits {
		value := ""
		if e.Value != "" {
			value = " = " + e.Value
		}
		writeLine(b, "%s%s %s%s", indent, e.Action, e.Field, value)
	}
}
