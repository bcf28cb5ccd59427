package manifest

import (
	"bytes"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// end returns the offset behind the last character of a node's content: its
// closing quote or bracket, or the end of its last line, without the break. A
// node tells only where it starts, so the end is found from its last leaf on.
//
// indent is the column of the block collection around the node, -1 for none; it
// bounds scalars of several lines. What can't be told for sure is errNoSplice.
func (t *text) end(n *yaml.Node, indent int, flow bool) (int, error) {
	at, err := t.offset(n)
	if err != nil {
		return 0, err
	}
	if n.Kind == yaml.AliasNode {
		if !t.hasPrefix(at, "*"+n.Value) {
			return 0, errNoSplice
		}
		return at + 1 + len(n.Value), nil
	}
	isFlow := flow || n.Style&yaml.FlowStyle != 0
	if n.Kind != yaml.ScalarNode && !isFlow {
		return t.endOfBlock(n)
	}
	if at, err = t.skipProperties(n, at); err != nil {
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
		return t.endOfBlockScalar(n, at, indent)
	case n.Value == "":
		// Nothing stands right behind its key or dash, or its place isn't known.
		if at == 0 || t.data[at-1] != ':' && t.data[at-1] != '-' {
			return 0, errNoSplice
		}
		return at, nil
	case t.hasPrefix(at, n.Value):
		return at + len(n.Value), nil
	case flow:
		return 0, errNoSplice
	}
	return t.endOfPlain(n, at, indent)
}

// skipProperties steps over a node's anchor and tag, which count as its start.
func (t *text) skipProperties(n *yaml.Node, at int) (int, error) {
	if n.Anchor == "" && n.Style&yaml.TaggedStyle == 0 {
		return at, nil
	}
	for at < len(t.data) && (t.data[at] == '&' || t.data[at] == '!') {
		for at < len(t.data) && t.data[at] != ' ' && breakAt(t.data[at:]) == 0 {
			at++
		}
		for at < len(t.data) && t.data[at] == ' ' {
			at++
		}
	}
	if at == len(t.data) || breakAt(t.data[at:]) != 0 || n.Value == "" && n.Kind == yaml.ScalarNode {
		return 0, errNoSplice
	}
	return at, nil
}

func (t *text) endOfBlock(n *yaml.Node) (int, error) {
	if len(n.Content) == 0 {
		return 0, errNoSplice
	}
	last := n.Content[len(n.Content)-1]
	if n.Kind == yaml.MappingNode {
		return t.end(last, n.Content[0].Column-1, false)
	}
	// The dash stands at least two columns before its entry.
	return t.end(last, min(n.Column-1, max(last.Column-3, 0)), false)
}

func (t *text) endOfFlow(n *yaml.Node, at int) (int, error) {
	open, closing := byte('['), byte(']')
	if n.Kind == yaml.MappingNode {
		open, closing = '{', '}'
	}
	if at >= len(t.data) || t.data[at] != open {
		return 0, errNoSplice
	}
	at++
	if len(n.Content) > 0 {
		var err error
		if at, err = t.end(n.Content[len(n.Content)-1], -1, true); err != nil {
			return 0, err
		}
	}
	for at < len(t.data) {
		switch c := t.data[at]; {
		case c == closing:
			return at + 1, nil
		case c == '#':
			at = t.lineEnd(at)
		case c == ' ' || c == '\t' || c == ',':
			at++
		case breakAt(t.data[at:]) != 0:
			at += breakAt(t.data[at:])
		default:
			return 0, errNoSplice
		}
	}
	return 0, errNoSplice
}

func (t *text) endOfDoubleQuoted(at int) (int, error) {
	if !t.hasPrefix(at, `"`) {
		return 0, errNoSplice
	}
	for at++; at < len(t.data); at++ {
		switch t.data[at] {
		case '\\':
			at++
		case '"':
			return at + 1, nil
		}
	}
	return 0, errNoSplice
}

func (t *text) endOfSingleQuoted(at int) (int, error) {
	if !t.hasPrefix(at, "'") {
		return 0, errNoSplice
	}
	for at++; at < len(t.data); at++ {
		if t.data[at] != '\'' {
			continue
		}
		if at+1 == len(t.data) || t.data[at+1] != '\'' {
			return at + 1, nil
		}
		at++
	}
	return 0, errNoSplice
}

// endOfPlain ends an unquoted scalar of several lines: the lines that are
// indented deeper than the collection around it.
func (t *text) endOfPlain(n *yaml.Node, at, indent int) (int, error) {
	end := at
	for line := at; line < len(t.data); line = t.nextLine(line) {
		raw := t.data[line:t.lineEnd(line)]
		content := bytes.TrimLeft(raw, " \t")
		if len(content) == 0 {
			continue
		}
		if content[0] == '#' || (line != at && len(raw)-len(content) <= indent) {
			break
		}
		comment := bytes.Index(raw, []byte(" #"))
		if comment >= 0 {
			raw = raw[:comment]
		}
		end = line + len(bytes.TrimRight(raw, " \t"))
		if comment >= 0 {
			break
		}
	}
	if strings.Join(strings.Fields(string(t.data[at:end])), " ") != strings.Join(strings.Fields(n.Value), " ") {
		return 0, errNoSplice
	}
	return end, nil
}

// endOfBlockScalar ends a literal or folded scalar. Lines that look like comments
// are content if they are indented as it is; blank lines at the end are content
// only with the indicator "+".
func (t *text) endOfBlockScalar(n *yaml.Node, at, indent int) (int, error) {
	if !t.hasPrefix(at, "|") && !t.hasPrefix(at, ">") {
		return 0, errNoSplice
	}
	end := t.lineEnd(at)
	indicators, _, _ := strings.Cut(string(t.data[at+1:end]), "#")
	width := -1
	if i := strings.IndexAny(indicators, "123456789"); i >= 0 {
		width = max(indent, 0) + int(indicators[i]-'0')
	}
	keep := strings.Contains(indicators, "+")
	lastContent := ""
	for line := t.nextLine(at); line < len(t.data); line = t.nextLine(line) {
		raw := string(t.data[line:t.lineEnd(line)])
		spaces := len(raw) - len(strings.TrimLeft(raw, " "))
		blank := spaces == len(raw)
		if width < 0 && !blank {
			width = spaces
			if width <= indent {
				break
			}
		}
		switch {
		case width >= 0 && len(raw) > width && spaces >= width:
			end, lastContent = line+len(raw), raw[width:]
		case blank && keep:
			end = line + len(raw)
		case !blank:
			line = len(t.data)
		}
	}
	value := strings.TrimRight(n.Value, "\n")
	if !strings.HasSuffix(value, strings.TrimLeft(lastContent, " \t")) || (lastContent == "") != (value == "") {
		return 0, errNoSplice
	}
	return end, nil
}
