package rrsa

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict says what becomes of a pod.
type Verdict string

const (
	// Injected means that the pod gets what is in the Mutation, or has it already.
	Injected Verdict = "Injected"
	// NotInjected means that the webhook leaves the pod alone.
	NotInjected Verdict = "NotInjected"
	// Unknown means that a rule's input isn't known: the pod may be injected.
	Unknown Verdict = "Unknown"
	// Refused means that the pod is to be injected and an Error is in the way:
	// a setting that isn't known, or a conflict with what is in the pod.
	Refused Verdict = "Refused"
)

// Setting is one setting of a decision and where it comes from.
type Setting struct {
	// Name is the setting's own name, such as "role-name".
	Name string
	// Value is the value in force.
	Value string
	// Level tells which kind of object the value comes from; LevelComponent also
	// for a default.
	Level Level
	// Object is that object's name; empty for the component.
	Object string
	// Key is the label's or annotation's full name; empty for a default.
	Key string
}

// Decision is the answer of [Plan].
type Decision struct {
	Verdict Verdict
	// Reasons holds every reason, the blocking ones first.
	Reasons []Reason
	// Settings holds every setting in force; only for a pod that is injected.
	Settings []Setting
	// Containers names the selected containers, init containers first.
	Containers []string
	// Mutation is what is missing from the pod; empty unless Injected.
	Mutation Mutation
}

// String is the Decision in a line: what becomes of the pod and, if it isn't
// injected, every reason that blocks. Warnings are left out. For example
//
//	injected: role demo-role into app
//	not injected: NamespaceNotEnabled: namespace "shop" has no label … (label it …)
func (d Decision) String() string {
	if d.Verdict == Injected {
		done := "into"
		if d.Mutation.Empty() {
			done = "already in"
		}
		return fmt.Sprintf("injected: role %s %s %s", d.value("role-name"), done, strings.Join(d.Containers, ", "))
	}
	var why []string
	for _, r := range d.Reasons {
		if r.Blocking {
			why = append(why, r.String())
		}
	}
	if len(why) == 0 {
		return d.Verdict.words()
	}
	return d.Verdict.words() + ": " + strings.Join(why, "; ")
}

// words is a verdict as it is in a sentence.
func (v Verdict) words() string {
	switch v {
	case Injected:
		return "injected"
	case NotInjected:
		return "not injected"
	case Refused:
		return "refused"
	}
	return "unknown"
}

// value is the value of a setting in force; empty if it isn't.
func (d Decision) value(name string) string {
	if i := slices.IndexFunc(d.Settings, func(s Setting) bool { return s.Name == name }); i >= 0 {
		return d.Settings[i].Value
	}
	return ""
}
