package inject

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Report holds the decisions about the pod templates of an input, in its order.
type Report struct {
	// Templates holds one decision for each pod template.
	Templates []*Template
	// Notices are about the settings or the input as a whole.
	Notices []rrsa.Reason
}

// Refused tells whether an error stands in the way of any injection. Such a
// report can't be written.
func (r *Report) Refused() bool { return r.any(rrsa.Refused) }

// Unresolved tells whether any decision is Unknown.
func (r *Report) Unresolved() bool { return r.any(rrsa.Unknown) }

func (r *Report) any(v rrsa.Verdict) bool {
	return slices.ContainsFunc(r.Templates, func(t *Template) bool { return t.Decision.Verdict == v })
}

// Differs tells whether anything has to change so that the input holds what was
// decided.
func (r *Report) Differs() bool {
	return slices.ContainsFunc(r.Templates, (*Template).Differs)
}

// errRefused guards against half-made changes.
var errRefused = errors.New("writing a report with refused injections")

// Rewrite returns the streams, in which the report's items stand, with each pod
// template as its decision says. It fails if any injection is refused, or if an
// object can't be changed as it is written. The report that comes back also says
// which objects were written anew, and why; neither the streams nor the report
// themselves change.
func (r *Report) Rewrite(streams ...*manifest.Stream) ([]*manifest.Stream, *Report, error) {
	changes, err := r.Changes()
	if err != nil {
		return nil, nil, err
	}
	var out []*manifest.Stream
	var all []manifest.Rewritten
	for _, s := range streams {
		made, rewritten, err := s.Rewrite(changes)
		if err != nil {
			return nil, nil, err
		}
		out, all = append(out, made), append(all, rewritten...)
	}
	return out, r.With(all), nil
}

// Changes returns what has to change, by object, for [manifest.Stream.Rewrite]. It
// fails if any injection is refused.
func (r *Report) Changes() (manifest.Changes, error) {
	if r.Refused() {
		return nil, errRefused
	}
	out := manifest.Changes{}
	for _, t := range r.Templates {
		if len(t.changes) > 0 {
			out[t.Item] = append(out[t.Item], t.changes...)
		}
	}
	return out, nil
}

// CodeRewritten is about an object that could not be edited in place.
const CodeRewritten rrsa.Code = "Rewritten"

// With returns the report with a reason for each object that was written anew.
func (r *Report) With(rewritten []manifest.Rewritten) *Report {
	if len(rewritten) == 0 {
		return r
	}
	out := &Report{Notices: r.Notices, Templates: slices.Clone(r.Templates)}
	for _, w := range rewritten {
		i := slices.IndexFunc(out.Templates, func(t *Template) bool { return t.Item == w.Item && t.Differs() })
		if i < 0 {
			continue
		}
		t := *out.Templates[i]
		t.Decision.Reasons = append(slices.Clip(t.Decision.Reasons), rrsa.Reason{
			Code: CodeRewritten, Severity: rrsa.Warning, Level: rrsa.LevelWorkload,
			Message: "the object is written again as a whole, and comments may move: it can't be edited in place: " + w.Reason,
			Hint:    w.Hint,
		})
		out.Templates[i] = &t
	}
	return out
}

// Difference lists the edits in a sentence, such as "add spec.volumes[x], change
// spec.containers[0].env[Y]"; empty if there are none.
func (t *Template) Difference() string {
	var parts []string
	for _, e := range t.Edits() {
		parts = append(parts, e.Action+" "+e.Field)
	}
	return strings.Join(parts, ", ")
}

// Summary says in a sentence what an injection does.
func (t *Template) Summary() string {
	role := ""
	for _, s := range t.Decision.Settings {
		if s.Name == "role-name" {
			role = s.Value
		}
	}
	account := t.ServiceAccount
	if t.Namespace != "" {
		account = t.Namespace + "/" + account
	}
	done := "into"
	if !t.Differs() {
		done = "already in"
	}
	return fmt.Sprintf("role %s of ServiceAccount %s, %s %s", role, account, done, strings.Join(t.Decision.Containers, ", "))
}
