package yamlread

import (
	"bytes"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// leaf makes a scalar that starts at an offset in the line.
func (r *reader) leaf(at int, text []byte, style yaml.Style) *yaml.Node {
	n := r.node(yaml.ScalarNode, "", at)
	n.Value, n.Style = string(text), style
	if n.Tag = yaml.NodeTagString; style == 0 && mayHaveType(text) {
		n.Tag = ""
		n.Tag = n.ShortTag() // as the parser resolves it
	}
	return n
}

// mayHaveType tells whether a plain scalar may be something else than a string. Words
// that are have five letters at most.
func mayHaveType(text []byte) bool {
	const longest = 5
	if len(text) == 0 {
		return true
	}
	c := text[0]
	return c < 'A' && c != '/' || len(text) <= longest
}

// ask gives the parser a value that starts at the place and ends at an offset, and goes
// to the line behind it.
func (r *reader) ask(end, column int) (n *yaml.Node, ok bool) {
	indent := bytes.Repeat([]byte(" "), r.column(r.at)-1)
	text := slices.Concat(indent[:column], []byte("-\n"), indent, r.data[r.at:end], []byte("\n"))
	var doc yaml.Node
	if yaml.NewDecoder(bytes.NewReader(text)).Decode(&doc) != nil || len(doc.Content[0].Content) != 1 {
		return nil, false
	}
	n = doc.Content[0].Content[0]
	if !settle(n, r.line-2) {
		return nil, false
	}
	r.line += bytes.Count(r.data[r.at:end], []byte("\n"))
	r.start, r.at = bytes.LastIndexByte(r.data[:end], '\n')+1, end
	r.end, r.next = lineEnd(r.data, end)
	return n, r.endLine()
}

// settle moves nodes down by some lines, and drops their comments. Not ok if any is
// shared, has a tag, or is a key and no scalar.
func settle(n *yaml.Node, lines int) bool {
	n.Line += lines
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	ok := n.Anchor == "" && n.Kind != yaml.AliasNode && n.Style&yaml.TaggedStyle == 0 && n.Tag != "!!merge"
	for i, child := range n.Content {
		ok = settle(child, lines) && ok && (n.Kind != yaml.MappingNode || i%2 == 1 || child.Kind == yaml.ScalarNode)
	}
	return ok
}

// plain reads a scalar without quotes, whose further lines are deeper than a column.
func (r *reader) plain(column int, m mode) (n *yaml.Node, ok bool) {
	line := r.data[r.at:r.end]
	text, ok := plainText(line)
	if !ok || strings.IndexByte("?:,[]{}#&*!|>'\"%@`", line[0]) >= 0 || r.dash() || string(text) == "<<" {
		return nil, false
	}
	first, end := *r, r.end
	if m != skip {
		n = r.leaf(r.at, text, 0)
	}
	for r.nextLine(); !r.done && r.indent > column; r.nextLine() {
		end = r.end
	}
	if end > first.end {
		*r = first
		return r.ask(end, column)
	}
	return n, true
}

// plainText is a line less its comment. Not ok if there is a tab in it, or a colon that
// ends a word.
func plainText(line []byte) (text []byte, ok bool) {
	for i, c := range line {
		switch {
		case c > '#' && c != ':':
		case c == '\t' || c == ':' && (i+1 == len(line) || line[i+1] == ' '):
			return nil, false
		case c == '#' && i > 0 && line[i-1] == ' ':
			return bytes.TrimRight(line[:i], " "), bytes.IndexByte(line, '\t') < 0
		}
	}
	return bytes.TrimRight(line, " "), true
}

// quoted reads a scalar in quotes.
func (r *reader) quoted(column int, m mode) (n *yaml.Node, ok bool) {
	text, style, end := r.quotes()
	if end == 0 {
		if end, ok = behindQuotes(r.data, r.at); !ok {
			return nil, false
		}
		return r.ask(end, column)
	}
	if m != skip {
		n = r.leaf(r.at, text, style)
	}
	r.at = end
	return n, r.endLine()
}

// behindQuotes is the offset behind the scalar in quotes that starts at one.
func behindQuotes(data []byte, at int) (int, bool) {
	quote := data[at]
	for at++; at < len(data); at++ {
		switch {
		case data[at] == '\\' && quote == '"':
			at++
		case data[at] == quote && quote == '\'' && at+1 < len(data) && data[at+1] == quote:
			at++
		case data[at] == quote:
			return at + 1, true
		}
	}
	return 0, false
}

// literal reads a literal or a folded scalar, whose lines are deeper than a column.
func (r *reader) literal(column int, m mode) (n *yaml.Node, ok bool) {
	header, _, _ := strings.Cut(string(r.data[r.at:r.end]), " ")
	chomp, digit := strings.Trim(header[1:], "123456789"), strings.Trim(header[1:], "+-")
	if len(chomp) > 1 || len(digit) > 1 || len(chomp+digit) != len(header)-1 || !r.isBlank(r.at+len(header)) {
		return nil, false
	}
	width := 0
	if digit != "" {
		width = column + int(digit[0]-'0')
	}
	blank, deepest := 0, 0 // the blank lines since the last one, and how deep they go
	var before []byte      // what is before each line
	at, line := r.next, r.line+1
	for next := at; at < len(r.data); at, line = next, line+1 {
		var end int
		end, next = lineEnd(r.data, at)
		if before != nil && end > at+width && bytes.HasPrefix(r.data[at:], before) {
			blank = 0
			continue
		}
		rest := bytes.TrimLeft(r.data[at:end], " ")
		indent := end - at - len(rest)
		if len(rest) == 0 && (width == 0 || indent <= width) {
			blank, deepest = blank+1, max(deepest, indent)
			continue
		}
		if bytes.HasPrefix(rest, []byte("\t")) && (indent < width || width == 0) {
			return nil, false
		}
		if width == 0 && indent > column {
			if width = indent; deepest > width {
				return nil, false
			}
		}
		if width == 0 || indent < width {
			break
		}
		before, blank = r.data[at:at+width], 0
	}
	lines := r.data[r.next:at]
	if m != skip && (header[0] == '>' || deepest > 0 || bytes.IndexByte(lines, '\r') >= 0) {
		return r.ask(len(bytes.TrimSuffix(r.data[:at], []byte("\n"))), column)
	}
	if m != skip {
		n = r.node(yaml.ScalarNode, yaml.NodeTagString, r.at)
		// Each line starts with the same blanks, or has none.
		text := strings.ReplaceAll("\n"+string(lines), "\n"+string(before), "\n")
		if text = strings.TrimRight(text[1:], "\n"); text != "" && chomp != "-" {
			text += "\n"
		}
		if chomp == "+" {
			text += strings.Repeat("\n", blank)
		}
		n.Value, n.Style = text, yaml.LiteralStyle
	}
	r.find(at, line)
	return n, true
}
