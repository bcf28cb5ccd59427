package inject

import (
	"errors"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
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

// Settled tells whether the input holds all that was decided; see [Template.Settled].
func (r *Report) Settled() bool {
	return !slices.ContainsFunc(r.Templates, func(t *Template) bool { return !t.Settled() })
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
		if len(t.changes) > 0 && !t.existing {
			if have := out[t.Item]; have != nil {
				out[t.Item] = append(have, t.changes...)
			} else {
				out[t.Item] = slices.Clip(t.changes)
			}
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
	first := map[*manifest.Item]int{}
	for i, t := range slices.Backward(out.Templates) {
		if t.Differs() {
			first[t.Item] = i
		}
	}
	for _, w := range rewritten {
		i, ok := first[w.Item]
		if !ok {
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

// Edit is one change of a pod template, for people.
type Edit struct {
	// Action is "add", "change" or "remove".
	Action string
	// Field is the path in the object.
	Field string
	// Container names the container that changes, as [rrsa.Decision] does; empty for
	// the pod's volume.
	Container string
	// Value is what a variable gets; empty for anything else.
	Value string
}

// Edits lists what has to change so that the template holds what was decided, for
// people and in the order of the pod.
func (t *Template) Edits() []Edit {
	if len(t.changes) == 0 {
		return nil
	}
	var out []Edit
	node := t.source.Node
	if only := func(c yamledit.Change) bool { return c.Op != yamledit.Append }; node == nil && slices.ContainsFunc(t.changes, only) {
		node, _ = t.Item.Node() // it was read before
	}
	names := t.containerNames()
	for _, c := range t.changes {
		container := names[c.List[:len(c.List)-1].String()]
		add := func(action, name, value string) {
			out = append(out, Edit{Action: action, Field: c.List.String() + "[" + name + "]", Container: container, Value: value})
		}
		name := func(entry *yaml.Node) string { return yamlnode.GetString(entry, "name") }
		list := c.List.Get(node)
		switch {
		case c.Op == yamledit.Append:
			for _, entry := range c.Entries {
				add("add", name(entry), yamlnode.GetString(entry, "value"))
			}
		case list == nil || list.Kind != yaml.SequenceNode || c.Index >= len(list.Content):
			// What an orchestrator has added is no business of people's.
		case c.Op == yamledit.Empty, c.Op == yamledit.Drop:
			for _, entry := range list.Content {
				add("remove", name(entry), "")
			}
		case c.Op == yamledit.Remove:
			add("remove", name(list.Content[c.Index]), "")
		case c.Op == yamledit.SetValue:
			add("change", name(list.Content[c.Index]), c.Text)
		default:
			add("change", name(list.Content[c.Index]), "")
		}
	}
	return out
}

// containerNames names the containers by the ways to them.
func (t *Template) containerNames() map[string]string {
	out := map[string]string{}
	for _, c := range t.view.Containers {
		out[c.Way.String()] = t.nameOf(c)
	}
	return out
}

// nameOf names a container.
func (t *Template) nameOf(c podtemplate.Container) string {
	if c.Name == "" { // Knative's may do without
		return c.Way[len(t.view.Spec()):].String()
	}
	return c.Name
}
