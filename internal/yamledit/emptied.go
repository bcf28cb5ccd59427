package yamledit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Emptied says what becomes of lists of an object, in one mapping each, all of whose
// entries go: a key that was there before the list was filled gets back what its
// mark keeps; one that came with the list goes with it; and one in whose line a
// person has written a comment stays, with an empty list.
func Emptied(o Object, lists []Change, mark string) ([]Change, error) {
	t := text{o.Text}
	out := make([]Change, len(lists))
	gone := map[*yaml.Node]bool{}
	// In a flow mapping, where lists were added last, the last ones are looked at
	// first.
	for _, i := range inReverse(o.Node, lists) {
		c := lists[i]
		out[i] = Change{Op: Drop, List: c.List}
		way, key := group{list: c.List}.parent()
		parent := way.Follow(o.Node)
		if parent == nil || parent.Kind != yaml.MappingNode {
			continue
		}
		k, list := yamlnode.Pair(parent, key)
		switch {
		case k == nil:
		case list.Style&yaml.FlowStyle != 0:
			if parent.Style&yaml.FlowStyle == 0 || !t.cameWithKey(parent, k, list, gone) {
				out[i] = Change{Op: Empty, List: c.List, Text: " []"}
			} else {
				gone[list] = true
			}
		default:
			text, keep, stays, err := t.blockKey(k, mark)
			if err != nil {
				return nil, err
			}
			if stays {
				out[i] = Change{Op: Empty, List: c.List, Text: text, Keep: keep}
			}
		}
	}
	return out, nil
}

// blockKey tells what is written behind a key in block style once its list is
// empty, and whether the key stays at all. A mark that keeps what no list can have
// been is an error: somebody else has written it.
func (t text) blockKey(key *yaml.Node, mark string) (text, keep string, stays bool, err error) {
	start, err := t.Offset(key)
	if err != nil {
		return "", "", false, nil
	}
	end, err := t.colon(key)
	if err != nil {
		return "", "", false, nil
	}
	if m, found := t.mark(end, mark); found && m.Replaced {
		if !isEmptyList(m.Was) {
			return "", "", false, &yamlnode.Error{Line: key.Line, Problem: fmt.Sprintf(
				"the comment behind %q keeps %q, which is no empty list: no injection has written that: delete the comment", key.Value, m.Was)}
		}
		return m.Was, mark, true, nil
	}
	line, lineEnd := t.LineStart(start), t.LineEnd(end)
	alone := strings.TrimSpace(string(t.Data[line:start])) == "" && strings.TrimSpace(string(t.Data[end:lineEnd])) == ""
	return " []", "", !alone, nil
}

// isEmptyList tells whether a text that a mark keeps is what a list may have been
// before it was filled: an empty list or null.
func isEmptyList(text string) bool {
	text = strings.TrimLeft(text, " \t")
	if inside, ok := strings.CutPrefix(text, "["); ok {
		return strings.TrimLeft(inside, " \t") == "]"
	}
	return slices.Contains([]string{"", "~", "null", "Null", "NULL"}, text)
}

// cameWithKey tells whether a key was added with its list, or was there with an
// empty one. In a mapping with a line for each key, only the list that is added
// with its key has a line for each entry; else keys are added last, and those in
// gone go as well.
func (t text) cameWithKey(parent, key, list *yaml.Node, gone map[*yaml.Node]bool) bool {
	start, err := t.Offset(key)
	if err != nil || len(list.Content) == 0 {
		return false
	}
	ownLine := key.Line != parent.Line && strings.TrimLeft(string(t.Data[t.LineStart(start):start]), " \t") == ""
	if entryLines := list.Content[0].Line != list.Line; ownLine || entryLines {
		return ownLine && entryLines
	}
	for i := slices.Index(parent.Content, key) + 3; i < len(parent.Content); i += 2 {
		if !gone[parent.Content[i]] {
			return false
		}
	}
	return true
}

// inReverse returns the indexes of changes, those of later keys in the text first.
func inReverse(object *yaml.Node, changes []Change) []int {
	at := func(i int) *yaml.Node {
		way, key := group{list: changes[i].List}.parent()
		if parent := way.Follow(object); parent != nil && parent.Kind == yaml.MappingNode {
			if k, _ := yamlnode.Pair(parent, key); k != nil {
				return k
			}
		}
		return object
	}
	out := make([]int, len(changes))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int {
		return cmp.Or(at(b).Line-at(a).Line, at(b).Column-at(a).Column)
	})
	return out
}
