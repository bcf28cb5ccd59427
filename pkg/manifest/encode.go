package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// encode plans one edit that replaces the object's whole text by what the changes make
// of it. why says why it isn't edited in place.
func (it target) encode(changes []yamledit.Change, why Rewritten) ([]yamltext.Edit, error) {
	t := it.doc.text
	for _, n := range it.above {
		if n.Style&yaml.FlowStyle != 0 {
			return nil, it.refusal(why)
		}
	}
	if alias := it.neededBy(); alias != nil {
		why = newRewritten(it.Item, errNeeded)
		why.Hint += it.needed(alias)
		return nil, it.refusal(why)
	}
	start, err := t.Offset(it.node)
	if err != nil {
		return nil, it.refusal(why)
	}
	end, err := t.End(it.node, -1, false)
	if err != nil || it.node.Anchor != "" || !t.RestIsBlank(end) {
		return nil, it.refusal(why)
	}
	end = t.LineEnd(end)
	object, err := it.upTo(t.NextLine(end), changes)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	if err := errors.Join(enc.Encode(quoteLast(object, end == len(t.Data))), enc.Close()); err != nil {
		return nil, fmt.Errorf("encoding the object: %w", err)
	}
	return []yamltext.Edit{{Start: start, End: end, Text: reindent(b.String(), it.node.Column-1, t.EOL(start))}}, nil
}

// upTo is what the changes make of the object, less the comments that stand before
// it and from an offset on: these stay in the text.
func (it target) upTo(end int, changes []yamledit.Change) (*yaml.Node, error) {
	text := it.doc.text.Data[:end]
	if it.doc.cut {
		text = it.alone(end)
	}
	// The parser loses comments in lines that end with CRLF. It reads values without it.
	root, err := decode(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	if err == nil && !it.doc.cut {
		root = it.in(root)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the object alone: %w", err)
	}
	object, err := yamledit.Nodes(yamledit.Object{Node: root}, changes)
	if err != nil {
		return nil, err
	}
	object.HeadComment = ""
	if len(object.Content) > 0 {
		first := *object.Content[0]
		first.HeadComment = ""
		object.Content[0] = &first
	}
	return object, nil
}

// neededBy finds an alias through which another object has a part of this one. Objects
// that are read one by one have none.
func (it target) neededBy() *yaml.Node {
	if it.doc.cut {
		return nil
	}
	return yamlnode.NeededBy(it.doc.root, it.node)
}

// needed says where the alias is through which another object has a part of this one,
// as far as the file's lines are known.
func (it target) needed(alias *yaml.Node) string {
	at, err := it.doc.text.Offset(alias)
	if err != nil || it.Origin.Line == 0 {
		return ""
	}
	what, text := "alias", it.doc.text.Data[it.doc.text.LineStart(at):it.doc.text.LineEnd(at)]
	if text = bytes.TrimLeft(text, "- "); bytes.HasPrefix(text, []byte("<<")) {
		what = "merge key"
	}
	return fmt.Sprintf("; the %s in line %d, %q, needs it", what, it.Origin.Line+alias.Line-it.node.Line, text)
}

// refusal says that the object can't be changed as it is written, why, and what to
// do.
func (it target) refusal(why Rewritten) error {
	problem := "the object can't be changed as it is written, neither in place nor as a whole: " + why.Reason
	if why.Hint != "" {
		problem += ": " + why.Hint
	}
	return &yamlnode.Error{Line: it.node.Line, Problem: problem}
}

// quoteLast makes the line breaks behind an object no part of its last scalar, and
// keeps those in there that are.
func quoteLast(n *yaml.Node, atEnd bool) *yaml.Node {
	out := *n
	if len(n.Content) > 0 {
		out.Content = append([]*yaml.Node{}, n.Content...)
		out.Content[len(out.Content)-1] = quoteLast(n.Content[len(n.Content)-1], atEnd)
		return &out
	}
	if strings.HasSuffix(n.Value, "\n") && (atEnd || strings.TrimRight(n.Value, "\n")+"\n" != n.Value) {
		out.Style = yaml.DoubleQuotedStyle
	}
	return &out
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
