package yamltext

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// End returns the offset behind the last character of a node's content: its
// closing quote or bracket, or the end of its last line, without the break. A
// node tells only where it starts, so the end is found from its last leaf on.
//
// indent is the column of the block collection around the node, -1 for none; it
// bounds scalars of several lines. What can't be told for sure is ErrUnclear.
func (t *Text) End(n *yaml.Node, indent int, flow bool) (int, error) {
	at, err := t.Offset(n)
	if err != nil {
		return 0, err
	}
	if n.Kind == yaml.AliasNode {
		if !t.HasPrefix(at, "*"+n.Value) {
			return 0, ErrUnclear
		}
		return at + 1 + len(n.Value), nil
	}
	isFlow := flow || n.Style&yaml.FlowStyle != 0
	if n.Kind != yaml.ScalarNode && !isFlow {
		return t.endOfBlock(n)
	}
	if at, err = t.SkipProperties(n, at); err != nil {
		return 0, err
	}
	if n.Kind != yaml.ScalarNode {
		return t.endOfFlow(n, at)
	}
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return t.endOfDoubleQuoted(at)
	case n.Style&yaml.SingleQuotedStyle != 0:
		return t.endOfSingleQuoted(at)
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return t.endOfBlockScalar(at, indent)
	case n.Value == "":
		// Nothing stands right behind its key or dash, or its place isn't known.
		if at == 0 || t.Data[at-1] != ':' && t.Data[at-1] != '-' {
			return 0, ErrUnclear
		}
		return at, nil
	case t.HasPrefix(at, n.Value):
		return at + len(n.Value), nil
	case flow:
		return t.endOfFolded(at, n.Value)
	}
	return t.endOfPlain(at, indent)
}

// SkipProperties steps over a node's anchor and tag, which count as its start.
func (t *Text) SkipProperties(n *yaml.Node, at int) (int, error) {
	if n.Anchor == "" && n.Style&yaml.TaggedStyle == 0 {
		return at, nil
	}
	for at < len(t.Data) && (t.Data[at] == '&' || t.Data[at] == '!') {
		for at < len(t.Data) && t.Data[at] != ' ' && breakAt(t.Data[at:]) == 0 {
			at++
		}
		for at < len(t.Data) && t.Data[at] == ' ' {
			at++
		}
	}
	if at == len(t.Data) || breakAt(t.Data[at:]) != 0 || n.Value == "" && n.Kind == yaml.ScalarNode {
		return 0, ErrUnclear
	}
	return at, nil
}

func (t *Text) endOfBlock(n *yaml.Node) (int, error) {
	if len(n.Content) == 0 {
		return 0, ErrUnclear
	}
	last := n.Content[len(n.Content)-1]
	if n.Kind == yaml.MappingNode {
		return t.End(last, n.Content[0].Column-1, false)
	}
	// The dash stands at least two columns before its entry.
	return t.End(last, min(n.Column-1, max(last.Column-3, 0)), false)
}

func (t *Text) endOfFlow(n *yaml.Node, at int) (int, error) {
	open, closing := byte('['), byte(']')
	if n.Kind == yaml.MappingNode {
		open, closing = '{', '}'
	}
	if at >= len(t.Data) || t.Data[at] != open {
		return 0, ErrUnclear
	}
	at++
	if len(n.Content) > 0 {
		var err error
		if at, err = t.End(n.Content[len(n.Content)-1], -1, true); err != nil {
			return 0, err
		}
	}
	for at < len(t.Data) {
		switch c := t.Data[at]; {
		case c == closing:
			return at + 1, nil
		case c == '#':
			at = t.LineEnd(at)
		case c == ' ' || c == '\t' || c == ',':
			at++
		case breakAt(t.Data[at:]) != 0:
			at += breakAt(t.Data[at:])
		default:
			return 0, ErrUnclear
		}
	}
	return 0, ErrUnclear
}

func (t *Text) endOfDoubleQuoted(at int) (int, error) {
	if !t.HasPrefix(at, `"`) {
		return 0, ErrUnclear
	}
	for at++; at < len(t.Data); at++ {
		switch t.Data[at] {
		case '\\':
			at++
		case '"':
			return at + 1, nil
		}
	}
	return 0, ErrUnclear
}

func (t *Text) endOfSingleQuoted(at int) (int, error) {
	if !t.HasPrefix(at, "'") {
		return 0, ErrUnclear
	}
	for at++; at < len(t.Data); at++ {
		if t.Data[at] != '\'' {
			continue
		}
		if at+1 == len(t.Data) || t.Data[at+1] != '\'' {
			return at + 1, nil
		}
		at++
	}
	return 0, ErrUnclear
}

// endOfBlockScalar ends a literal or folded scalar. Lines that look like comments
// are content if they are indented as it is; blank lines at the end are content
// only with the indicator "+".
func (t *Text) endOfBlockScalar(at, indent int) (int, error) {
	if !t.HasPrefix(at, "|") && !t.HasPrefix(at, ">") {
		return 0, ErrUnclear
	}
	end := t.LineEnd(at)
	indicators, _, _ := strings.Cut(string(t.Data[at+1:end]), "#")
	width := -1
	if i := strings.IndexAny(indicators, "123456789"); i >= 0 {
		width = max(indent, 0) + int(indicators[i]-'0')
	}
	keep := strings.Contains(indicators, "+")
	for line := t.NextLine(at); line < len(t.Data); line = t.NextLine(line) {
		raw := string(t.Data[line:t.LineEnd(line)])
		spaces := len(raw) - len(strings.TrimLeft(raw, " "))
		blank := spaces == len(raw)
		if width < 0 && !blank {
			width = spaces
			if width <= indent {
				break
			}
		}
		switch {
		case width >= 0 && len(raw) > width && spaces >= width, blank && keep:
			end = line + len(raw)
		case !blank:
			line = len(t.Data)
		}
	}
	return end, nil
}
