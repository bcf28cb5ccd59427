package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Report holds the decisions about the pod templates of an input, in its order.
type Report struct {
	// Changes holds one decision for each pod template.
	Changes []*Change
	// Notices are about the settings or the input as a whole.
	Notices []rrsa.Reason

	edits map[*document][]edit
}

// Refused tells whether an error stands in the way of any injection. Such a
// report must not be applied.
func (r *Report) Refused() bool { return r.any(rrsa.Refused) }

// Unresolved tells whether any decision is Unknown.
func (r *Report) Unresolved() bool { return r.any(rrsa.Unknown) }

func (r *Report) any(v rrsa.Verdict) bool {
	for _, c := range r.Changes {
		if c.Decision.Verdict == v {
			return true
		}
	}
	return false
}

// Differs tells whether anything has to change so that the pod template holds what
// was decided.
func (c *Change) Differs() bool { return !c.work.empty() }

// Differs tells whether anything has to change so that the input holds what was
// decided.
func (r *Report) Differs() bool {
	return slices.ContainsFunc(r.Changes, (*Change).Differs)
}

// Subject is the item that a reason is about; nil if it isn't in the input.
func (c *Change) Subject(reason rrsa.Reason) *Item {
	switch reason.Level {
	case rrsa.LevelNamespace:
		return c.sources.Namespace.Item
	case rrsa.LevelServiceAccount:
		return c.sources.ServiceAccount.Item
	case rrsa.LevelComponent:
		return nil
	}
	return c.Item
}

// Field is the path of a reason's field in its subject: one about the pod starts
// at the object here, not at the pod template.
func (c *Change) Field(reason rrsa.Reason) string {
	switch {
	case reason.Level != rrsa.LevelPod || c.Path == "":
		return reason.Field
	case reason.Field == "":
		return c.Path
	}
	return c.Path + "." + reason.Field
}

// errRefused guards against half-made changes.
var errRefused = errors.New("applying a report with refused injections")

// Apply edits the text of the items' streams so that each pod template holds what
// its decision says. It fails, and changes nothing, if any injection is refused.
func (r *Report) Apply() error {
	if r.Refused() {
		return errRefused
	}
	for doc, made := range r.edits {
		doc.edits = append(doc.edits, made...)
	}
	r.edits = nil
	return nil
}

// Difference lists the edits in a sentence, such as "add spec.volumes[x], change
// spec.containers[0].env[Y]"; empty if there are none.
func (c *Change) Difference() string {
	var parts []string
	for _, e := range c.Edits() {
		parts = append(parts, e.Action+" "+e.Field)
	}
	return strings.Join(parts, ", ")
}

// Summary says in a sentence what an injection does.
func (c *Change) Summary() string {
	role := ""
	for _, s := range c.Decision.Settings {
		if s.Name == "role-name" {
			role = s.Value
		}
	}
	account := c.ServiceAccount
	if c.Namespace != "" {
		account = c.Namespace + "/" + account
	}
	done := "into"
	if !c.Differs() {
		done = "already in"
	}
	return fmt.Sprintf("role %s of ServiceAccount %s, %s %s", role, account, done, strings.Join(c.Decision.Containers, ", "))
}
