package manifest

import (
	"bytes"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// splicer plans edits of a document's text. Edits at one place keep the order in
// which they are planned, so inner collections come before those around them.
type splicer struct {
	text  *text
	edits []edit
	// memo holds text that was written before. Containers of one ServiceAccount
	// all get the same; nil remembers nothing.
	memo map[memoKey]string
}

// memoKey is all that written text follows from.
type memoKey struct {
	id      string
	withKey bool
	column  int
	style   style
}

// inject plans the edits of one pod template. It gives up with errNoSplice where
// the text doesn't tell for sure what an edit would change.
func (s *splicer) inject(c *Change) error {
	if shared(c.Item.above) || shared(c.template.nodes) {
		return errNoSplice
	}
	template := c.template.node()
	specKey, spec := pair(template, "spec")
	if !owned(spec) {
		return errNoSplice
	}
	st := style{step: 2, dash: 2}
	if spec.Style&yaml.FlowStyle == 0 {
		st.step = max(spec.Content[0].Column-specKey.Column, 1)
	}
	st = st.like(spec)
	m := c.Decision.Mutation
	for _, cm := range m.Containers {
		if err := s.container(spec, cm, st); err != nil {
			return err
		}
	}
	if m.Volume == nil {
		return nil
	}
	return s.append(spec, []addition{volumeAddition(m.Volume)}, st)
}

func (s *splicer) container(spec *yaml.Node, cm rrsa.ContainerMutation, st style) error {
	_, list := pair(spec, listKey(cm))
	if !owned(list) || cm.Index >= len(list.Content) || !owned(list.Content[cm.Index]) {
		return errNoSplice
	}
	container := list.Content[cm.Index]
	st = st.like(container)
	for _, e := range cm.Override {
		if err := s.override(container, e, st); err != nil {
			return err
		}
	}
	return s.append(container, containerAdditions(cm), st)
}

// append plans additions to a mapping: to the lists that are there first, as they
// may end where the mapping does, then as new keys.
func (s *splicer) append(parent *yaml.Node, additions []addition, st style) error {
	var missing []addition
	for _, a := range additions {
		key, list := pair(parent, a.key)
		var err error
		switch {
		case key == nil && get(parent, a.key) != nil:
			err = errNoSplice // it comes through a merge key
		case key == nil:
			missing = append(missing, a)
		case isNull(list) || list.Kind == yaml.SequenceNode && len(list.Content) == 0:
			err = s.fill(parent, key, list, a, st)
		default:
			if list.Line > key.Line {
				st.seq = max(list.Column-key.Column, 0)
			}
			err = s.extend(list, a, st)
		}
		if err != nil {
			return err
		}
	}
	for _, a := range missing {
		if err := s.addKey(parent, a, st); err != nil {
			return err
		}
	}
	return nil
}

// addKey adds a key with a list behind a mapping's last value.
func (s *splicer) addKey(parent *yaml.Node, a addition, st style) error {
	if parent.Style&yaml.FlowStyle != 0 {
		return s.addFlow(parent, a.key, a.entries())
	}
	end, err := s.endOf(parent)
	if err != nil {
		return err
	}
	st.eol = s.text.eol(end)
	column := parent.Content[0].Column - 1
	return s.insertLines(end, column, s.lines(a, true, column, st), st.eol)
}

// lines writes an addition in block style: its entries at a column, or with its
// key there.
func (s *splicer) lines(a addition, withKey bool, column int, st style) string {
	key := memoKey{id: a.id, withKey: withKey, column: column, style: st}
	if out, ok := s.memo[key]; ok && a.id != "" {
		return out
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", column))
	if list := sequence(a.entries()...); withKey {
		b.WriteString(a.key + ":")
		writeValue(&b, list, column, st)
	} else {
		writeBlock(&b, list, column, st)
	}
	if s.memo != nil && a.id != "" {
		s.memo[key] = b.String()
	}
	return b.String()
}

// extend adds entries to a list that has some.
func (s *splicer) extend(list *yaml.Node, a addition, st style) error {
	if !owned(list) || list.Kind != yaml.SequenceNode {
		return errNoSplice
	}
	if list.Style&yaml.FlowStyle != 0 {
		return s.addFlow(list, "", a.entries())
	}
	end, err := s.endOf(list)
	if err != nil {
		return err
	}
	column := list.Column - 1
	if at, err := s.text.offset(list); err != nil || !s.text.hasPrefix(at, "-") {
		return errNoSplice
	}
	last := list.Content[len(list.Content)-1]
	st.dash = dashWidth(list, last)
	st.eol = s.text.eol(end)
	return s.insertLines(end, column+1, s.lines(a, false, column, st), st.eol)
}

// fill gives entries to a key whose value is null or an empty list.
func (s *splicer) fill(parent, key, value *yaml.Node, a addition, st style) error {
	if value.Anchor != "" || value.Style&yaml.TaggedStyle != 0 || value.Kind == yaml.AliasNode {
		return errNoSplice
	}
	start, err := s.text.offset(value)
	if err != nil {
		return err
	}
	flow := parent.Style&yaml.FlowStyle != 0
	end, err := s.text.end(value, -1, flow)
	if err != nil {
		return err
	}
	keyEnd, err := s.text.end(key, -1, flow)
	if err != nil || key.Line != value.Line {
		return errNoSplice
	}
	between := string(s.text.data[keyEnd:start])
	if colon := strings.TrimSpace(between); colon != ":" {
		return errNoSplice
	}
	if flow {
		var b strings.Builder
		writeFlow(&b, sequence(a.entries()...), s.flowStyle(parent))
		if start == end {
			return errNoSplice
		}
		s.edits = append(s.edits, edit{start, end, b.String()})
		return nil
	}
	if !s.text.restIsBlank(end) {
		return errNoSplice
	}
	colon := keyEnd + strings.IndexByte(between, ':') + 1
	if end > colon {
		s.edits = append(s.edits, edit{colon, end, ""})
	}
	column := key.Column - 1 + st.seq
	st.eol = s.text.eol(end)
	return s.insertLines(end, key.Column, s.lines(a, false, column, st), st.eol)
}

// addFlow adds to a flow collection: behind key, a list of the entries; without
// one, the entries themselves. Where the collection has a line for each of its
// values, so has what is added.
func (s *splicer) addFlow(parent *yaml.Node, key string, entries []*yaml.Node) error {
	if len(parent.Content) == 0 {
		return errNoSplice
	}
	// The brackets must be there: "[a: b]" holds a mapping without any.
	if _, err := s.endOf(parent); err != nil {
		return err
	}
	last := parent.Content[len(parent.Content)-1]
	end, err := s.text.end(last, -1, true)
	if err != nil {
		return err
	}
	if isNull(last) && last.Value == "" {
		return errNoSplice
	}
	first := last
	if parent.Kind == yaml.MappingNode {
		first = parent.Content[len(parent.Content)-2]
	}
	start, err := s.text.offset(first)
	if err != nil {
		return err
	}
	lead := string(s.text.data[s.text.lineStart(start):start])
	fs := s.flowStyle(parent)
	separator, opening, closing := ","+fs.space(), "[", "]"
	if strings.TrimLeft(lead, " \t") == "" && first.Line != parent.Line {
		separator = "," + s.text.eol(start) + lead
		opening, closing = "["+s.text.eol(start)+lead+"  ", s.text.eol(start)+lead+"]"
	}
	var b strings.Builder
	b.WriteString(separator)
	between := separator
	if key != "" {
		b.WriteString(scalarText(str(key), fs.quoted) + ":" + fs.space() + opening)
		if opening != "[" {
			between = separator + "  "
		}
	}
	for i, e := range entries {
		if i > 0 {
			b.WriteString(between)
		}
		writeFlow(&b, e, fs)
	}
	if key != "" {
		b.WriteString(closing)
	}
	s.edits = append(s.edits, edit{end, end, b.String()})
	return nil
}

// override plans the new value of a variable, wherever the container sets it.
func (s *splicer) override(container *yaml.Node, e corev1.EnvVar, st style) error {
	_, list := pair(container, "env")
	if !owned(list) {
		return errNoSplice
	}
	for _, entry := range list.Content {
		if getString(entry, "name") != e.Name {
			continue
		}
		if !owned(entry) || entry.Kind != yaml.MappingNode || mergesAny(entry) {
			return errNoSplice
		}
		if err := s.overrideEntry(entry, e, st); err != nil {
			return err
		}
	}
	return nil
}

func (s *splicer) overrideEntry(entry *yaml.Node, e corev1.EnvVar, st style) error {
	flow := entry.Style&yaml.FlowStyle != 0
	valueKey, value := pair(entry, "value")
	fromKey, from := pair(entry, "valueFrom")
	if valueKey != nil && fromKey != nil {
		return errNoSplice
	}
	if fromKey != nil {
		valueKey, value = fromKey, from
	}
	if valueKey == nil {
		if flow {
			return errNoSplice
		}
		end, err := s.endOf(entry)
		if err != nil {
			return err
		}
		st.eol = s.text.eol(end)
		line := strings.Repeat(" ", entry.Content[0].Column-1) + "value: " + scalarText(str(e.Value), false) + st.eol
		return s.insertLines(end, entry.Content[0].Column-1, line, st.eol)
	}
	start, err := s.text.offset(valueKey)
	if err != nil {
		return err
	}
	end, err := s.text.end(value, entry.Content[0].Column-1, flow)
	if err != nil || valueKey.Anchor != "" || value.Anchor != "" || hasAnchor(value) {
		return errNoSplice
	}
	replacement := "value: " + scalarText(str(e.Value), flow)
	if flow {
		fs := s.flowStyle(entry)
		replacement = scalarText(str("value"), fs.quoted) + ":" + fs.space() + scalarText(str(e.Value), true)
	} else if !s.text.restIsBlank(end) {
		return errNoSplice
	}
	s.edits = append(s.edits, edit{start, end, replacement})
	return nil
}

// endOf returns the end of a collection that is edited. Its start is checked
// against the text, so that a position that is off is noticed.
func (s *splicer) endOf(n *yaml.Node) (int, error) {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		key := n.Content[0]
		at, err := s.text.offset(key)
		if err != nil {
			return 0, err
		}
		if s.text.hasPrefix(at, `"`) || s.text.hasPrefix(at, "'") {
			at++
		}
		if !s.text.hasPrefix(at, key.Value) {
			return 0, errNoSplice
		}
	}
	end, err := s.text.end(n, -1, false)
	if err == nil && end == len(s.text.data) {
		// A line break behind a block scalar without one would become its content.
		last := n
		for len(last.Content) > 0 {
			last = last.Content[len(last.Content)-1]
		}
		if last.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			return 0, errNoSplice
		}
	}
	return end, err
}

// flowStyle tells how the flow collection around an addition is written: by the
// first key in it or, in a list, by that of its first entry.
func (s *splicer) flowStyle(n *yaml.Node) flowStyle {
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return flowStyle{quoted: true}
	}
	key := n.Content[0]
	end, err := s.text.end(key, -1, true)
	quoted := key.Style&yaml.DoubleQuotedStyle != 0
	return flowStyle{quoted: quoted, tight: quoted && err == nil && s.text.hasPrefix(end, ":") && !s.text.hasPrefix(end, ": ")}
}

// insertLines adds whole lines behind the line around an offset, and behind the
// comments that follow it indented at least to a column: they belong to what
// stands before. Lines at the end of a text without a last line break leave it
// without one.
func (s *splicer) insertLines(after, column int, lines, eol string) error {
	if !s.text.restIsBlank(after) {
		return errNoSplice
	}
	at := s.text.nextLine(after)
	for at < len(s.text.data) {
		line := s.text.data[at:s.text.lineEnd(at)]
		content := bytes.TrimLeft(line, " ")
		if len(content) == 0 || content[0] != '#' || len(line)-len(content) < column {
			break
		}
		after, at = at, s.text.nextLine(at)
	}
	if at == len(s.text.data) && s.text.lineEnd(after) == at {
		lines = eol + strings.TrimSuffix(lines, eol)
	}
	s.edits = append(s.edits, edit{at, at, lines})
	return nil
}

// owned tells whether a collection can be edited without changing another place:
// it is there, and no alias leads to it or from it.
func owned(n *yaml.Node) bool {
	return n != nil && (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) &&
		len(n.Content) > 0 && n.Anchor == "" && n.Style&yaml.TaggedStyle == 0
}

// shared tells whether any node on a way is an alias or can be reached by one.
func shared(nodes []*yaml.Node) bool {
	for _, n := range nodes {
		if !owned(n) {
			return true
		}
	}
	return false
}

func mergesAny(m *yaml.Node) bool {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if isMerge(m.Content[i]) {
			return true
		}
	}
	return false
}

// hasAnchor tells whether a value that is about to go holds an anchor that an
// alias elsewhere may need.
func hasAnchor(n *yaml.Node) bool {
	if n.Anchor != "" {
		return true
	}
	for _, child := range n.Content {
		if hasAnchor(child) {
			return true
		}
	}
	return false
}

// like takes over how a mapping's first list in block style is written.
func (st style) like(m *yaml.Node) style {
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, v := m.Content[i], m.Content[i+1]
		if v.Kind == yaml.SequenceNode && v.Style&yaml.FlowStyle == 0 && owned(v) && v.Line > key.Line {
			st.seq = max(v.Column-key.Column, 0)
			st.dash = dashWidth(v, v.Content[0])
			return st
		}
	}
	return st
}

// dashWidth is the distance from a list's dashes to an entry.
func dashWidth(list, entry *yaml.Node) int {
	if width := entry.Column - list.Column; width >= 2 && entry.Kind != yaml.AliasNode {
		return width
	}
	return 2
}

func listKey(cm rrsa.ContainerMutation) string {
	if cm.Init {
		return "initContainers"
	}
	return "containers"
}
