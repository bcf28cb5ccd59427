package inject

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// What the fuzz targets and the sequences ask of a report and of text.

// isFlow tells whether a change is made in flow style, where nothing can be marked.
func isFlow(r *Report) bool {
	return slices.ContainsFunc(r.Templates, func(t *Template) bool {
		return slices.ContainsFunc(t.changes, func(c yamledit.Change) bool {
			root, _ := t.Item.Node()
			parent, list, entry := c.List[:len(c.List)-1].Get(root), c.List.Get(root), c.List.At(c.Index).Get(root)
			return inFlow(parent) || inFlow(list) && len(list.Content) > 0 || inFlow(entry) && c.Op != yamledit.Append
		})
	})
}

// holdsFlow tells whether a template that changes has flow style anywhere.
func holdsFlow(r *Report) bool {
	var holds func(n *yaml.Node) bool
	holds = func(n *yaml.Node) bool { return inFlow(n) || slices.ContainsFunc(n.Content, holds) }
	return slices.ContainsFunc(r.Templates, func(t *Template) bool {
		root, _ := t.Item.Node()
		return t.Differs() && holds(t.view.Way.Get(root))
	})
}

func inFlow(n *yaml.Node) bool { return n != nil && n.Style&yaml.FlowStyle != 0 }

// isRewritten tells whether an object was written anew as a whole.
func isRewritten(r *Report) bool {
	return slices.ContainsFunc(r.Templates, func(t *Template) bool {
		return slices.ContainsFunc(t.Decision.Reasons, func(r rrsa.Reason) bool { return r.Code == CodeRewritten })
	})
}

// changesOf are all changes of a report.
func changesOf(r *Report) (out []yamledit.Change) {
	for _, t := range r.Templates {
		out = append(out, t.changes...)
	}
	return out
}

// markTexts finds what marks keep.
var markTexts = regexp.MustCompile(Mark + ` was: ("(?:[^"\\]|\\.)*")`)

func unquoted(s string) string {
	out, err := strconv.Unquote(s)
	if err != nil {
		return ""
	}
	return out
}

// commentTexts are the comments of a text, as far as a reader of YAML finds them.
func commentTexts(data []byte) []string {
	found := map[string]bool{}
	var note func(n *yaml.Node)
	note = func(n *yaml.Node) {
		for line := range strings.Lines(n.HeadComment + "\n" + n.LineComment + "\n" + n.FootComment) {
			if line = strings.TrimSpace(line); len(line) > 1 {
				found[line] = true
			}
		}
		for _, child := range n.Content {
			note(child)
		}
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	for {
		var doc yaml.Node
		if decoder.Decode(&doc) != nil {
			return slices.Sorted(maps.Keys(found))
		}
		note(&doc)
	}
}

// withoutEmpty drops the lists of an injection that hold nothing, at any depth.
func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			list, isList := value.([]any)
			ours := key == "env" || key == "volumeMounts" || key == "volumes"
			if !ours || value != nil && (!isList || len(list) > 0) {
				out[key] = withoutEmpty(value)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = withoutEmpty(v[i])
		}
		return out
	}
	return v
}
