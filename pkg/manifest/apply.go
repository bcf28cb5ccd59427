package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// encode plans one edit that replaces an object's whole text: the object is
// copied with its aliases and merge keys written out, changed as nodes, and
// encoded.
func (it *Item) encode(changes []*Change) ([]edit, error) {
	changed, err := it.applyNodes(changes)
	if err != nil {
		return nil, err
	}
	t := it.doc.text
	for _, n := range it.above {
		if n.Style&yaml.FlowStyle != 0 {
			return nil, refusal(n)
		}
	}
	start, err := t.offset(it.node)
	if err != nil {
		return nil, refusal(it.node)
	}
	end, err := t.end(it.node, -1, false)
	if err != nil || it.node.Anchor != "" || !t.restIsBlank(end) {
		return nil, refusal(it.node)
	}
	// The comments around the object stay where they are in the text.
	changed.HeadComment, changed.FootComment, changed.LineComment = "", "", ""
	if len(changed.Content) > 0 {
		changed.Content[0].HeadComment = ""
		changed.Content[len(changed.Content)-2].FootComment = ""
	}
	// The line breaks behind the object must not become a last scalar's content, nor
	// be missing there.
	if last := lastLeaf(changed); strings.HasSuffix(last.Value, "\n") && (end == len(t.data) || strings.TrimRight(last.Value, "\n")+"\n" != last.Value) {
		last.Style = yaml.DoubleQuotedStyle
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	if err := errors.Join(enc.Encode(changed), enc.Close()); err != nil {
		return nil, fmt.Errorf("encoding the object: %w", err)
	}
	var again yaml.Node
	if err := yaml.Unmarshal(b.Bytes(), &again); err != nil || !sameValue(changed, again.Content[0]) {
		return nil, refusal(it.node)
	}
	return []edit{{start, end, reindent(b.String(), it.node.Column-1, t.eol(start))}}, nil
}

// refusal says that an object can't be changed as it is written, and what to do.
func refusal(n *yaml.Node) error {
	return &fieldError{line: n.Line, problem: "the object can't be changed as it is written: write out its YAML anchors, aliases and merge keys, or put it in a document of its own"}
}

// reindent moves all lines but the first to a column, and drops the last break.
func reindent(s string, column int, eol string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, line := range lines {
		if i > 0 && line != "" {
			lines[i] = strings.Repeat(" ", column) + line
		}
	}
	return strings.Join(lines, eol)
}

// applyNodes returns a copy of the object, aliases and merge keys written out,
// with the changes made.
func (it *Item) applyNodes(changes []*Change) (*yaml.Node, error) {
	budget := maxNodes
	root, err := expand(it.node, 0, &budget)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if c.work.empty() {
			continue
		}
		spec := get(follow(root, c.template.steps), "spec")
		if spec == nil {
			return nil, refusal(it.node)
		}
		for _, w := range c.work.containers {
			list := get(spec, listKey(w.init))
			if list == nil || w.index >= len(list.Content) {
				return nil, refusal(it.node)
			}
			w.applyNodes(list.Content[w.index])
		}
		for _, i := range c.work.replaceVolumes {
			get(spec, "volumes").Content[i] = volumeNode(c.work.newVolume)
		}
		removeNodes(spec, "volumes", c.work.removeVolumes)
		if c.work.addVolume != nil {
			appendNodes(spec, volumeAddition(c.work.addVolume))
		}
	}
	if it.forgets(changes) {
		forgetRuntimeIDs(root)
	}
	return root, nil
}

// applyNodes does the work in a container's node.
func (w containerWork) applyNodes(container *yaml.Node) {
	env := get(container, "env")
	for i, e := range w.update {
		_, v := pair(env.Content[i], "value")
		*v = yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: e.Value, Style: str(e.Value).Style, LineComment: v.LineComment}
	}
	for i, m := range w.restore {
		setPair(env.Content[i], m.pair()...)
	}
	for _, e := range w.override {
		for i, entry := range env.Content {
			_, ours := w.ours[i]
			if ours || get(entry, "valueFrom") == nil && getString(entry, "value") == e.Value {
				continue
			}
			if getString(entry, "name") == e.Name {
				value := str(e.Value)
				if entry.Style&yaml.FlowStyle == 0 && env.Style&yaml.FlowStyle == 0 {
					value.LineComment = strings.TrimSpace(pairComment(entry) + " " + markWas(pairText(entry)))
				}
				setPair(entry, str("value"), value)
			}
		}
	}
	removeNodes(container, "env", w.remove)
	removeNodes(container, "volumeMounts", w.removeMounts)
	for _, a := range w.additions() {
		appendNodes(container, a)
	}
}

// follow goes to a pod template in a copy of its object without aliases; nil if
// it isn't there.
func follow(n *yaml.Node, steps []step) *yaml.Node {
	for _, s := range steps {
		switch {
		case n == nil:
			return nil
		case s.key != "":
			n = get(n, s.key)
		case s.index < len(n.Content):
			n = n.Content[s.index]
		default:
			return nil
		}
	}
	return n
}

// appendNodes appends to the list at a key, which is made if it isn't there.
func appendNodes(parent *yaml.Node, a addition) {
	_, list := pair(parent, a.key)
	entries := a.entries()
	if parent.Style&yaml.FlowStyle != 0 || list != nil && list.Style&yaml.FlowStyle != 0 && len(list.Content) > 0 {
		for _, e := range entries {
			dropComments(e) // a comment would swallow the rest of the line
		}
	}
	switch {
	case list == nil:
		parent.Content = append(parent.Content, str(a.key), sequence(entries...))
	case isNull(list) || len(list.Content) == 0:
		filled := sequence(entries...)
		if parent.Style&yaml.FlowStyle == 0 {
			commentLike(filled, list)
		}
		*list = *filled
	default:
		list.Content = append(list.Content, entries...)
	}
}
