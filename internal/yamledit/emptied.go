package yamledit

import (
	"bytes"
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
	t, out := text{o.Text}, make([]Change, len(lists))
	type place struct {
		at                int
		parent, key, list *yaml.Node
	}
	var all []place
	for i, c := range lists {
		out[i] = Change{Op: Drop, List: c.List}
		way, key := group{list: c.List}.parent()
		if parent := way.Follow(o.Node); parent != nil && parent.Kind == yaml.MappingNode {
			if k, list := yamlnode.Pair(parent, key); k != nil {
				all = append(all, place{i, parent, k, list})
			}
		}
	}
	// In a flow mapping, where lists were added last, the last ones are looked at
	// first.
	slices.SortStableFunc(all, func(a, b place) int { return cmp.Or(b.key.Line-a.key.Line, b.key.Column-a.key.Column) })
	gone := map[*yaml.Node]bool{}
	for _, p := range all {
		keep, stays := Change{Op: Empty, List: out[p.at].List, Text: " []"}, false
		var err error
		switch {
		case !isFlow(p.list):
			keep.Text, keep.Keep, stays, err = t.blockKey(p.key, mark)
		case !isFlow(p.parent) || !t.cameWithKey(p.parent, p.key, p.list, gone):
			stays = true
		default:
			gone[p.list] = true
		}
		if err != nil {
			return nil, err
		}
		if stays {
			out[p.at] = keep
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
	alone := t.startsLine(start) && len(bytes.TrimSpace(t.Data[end:t.LineEnd(end)])) == 0
	return " []", "", !alone, nil
}

// isEmptyList tells whether a text that a mark keeps is what a list may have been
// before it was filled: an empty list or null. One on a line of its own starts with a
// line break, and may end with the "#" of a comment that follows it in that line.
func isEmptyList(text string) bool {
	if below, ok := strings.CutPrefix(text, "\n"); ok {
		text = strings.TrimRight(strings.TrimSuffix(below, "#"), " \t")
		if text == "" || text != below && !strings.ContainsAny(below[len(text):], " \t") {
			return false
		}
	}
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
	ownLine := key.Line != parent.Line && t.startsLine(start)
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
