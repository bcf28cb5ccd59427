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
	end, ok := behindQuotes(r.data, r.at)
	if !ok {
		return nil, false
	}
	quote, text := r.data[r.at], r.data[r.at+1:end-1]
	if end > r.end || bytes.IndexByte(text, '\\') >= 0 || bytes.IndexByte(text, quote) >= 0 {
		return r.ask(end, column)
	}
	if m != skip {
		n = r.leaf(r.at, text, quotes(quote))
	}
	r.at = end
	return n, r.endLine()
}

func quotes(quote byte) yaml.Style {
	if quote == '"' {
		return yaml.DoubleQuotedStyle
	}
	return yaml.SingleQuotedStyle
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
	header, _, _ := bytes.Cut(r.data[r.at:r.end], []byte(" "))
	width, chomp := 0, byte(0)
	for i, c := range header[1:] {
		switch {
		case i < 2 && (c == '-' || c == '+') && chomp == 0:
			chomp = c
		case i < 2 && c >= '1' && c <= '9' && width == 0:
			width = column + int(c-'0')
		default:
			return nil, false
		}
	}
	if !r.isBlank(r.at + len(header)) {
		return nil, false
	}
	blank, deepest := 0, 0 // the blank lines since the last one, and how deep those before the first go
	var before []byte      // what is before each line
	at, line, next := r.next, r.line+1, r.next
	for ; at < len(r.data); at, line = next, line+1 {
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
	if header[0] == '>' && m != skip {
		return r.ask(len(bytes.TrimSuffix(r.data[:at], []byte("\n"))), column)
	}
	if m != skip {
		n = r.node(yaml.ScalarNode, yaml.NodeTagString, r.at)
		n.Value, n.Style = unindented(r.data[r.next:at], width, blank, chomp), yaml.LiteralStyle
	}
	r.find(at, line)
	return n, true
}

// unindented is the text of a literal's lines. blank is how many of the last are blank.
func unindented(lines []byte, width, blank int, chomp byte) string {
	var text strings.Builder
	text.Grow(len(lines))
	for at := 0; at < len(lines); {
		end, next := lineEnd(lines, at)
		if end > at+width {
			text.Write(lines[at+width : end])
		}
		text.WriteByte('\n')
		at = next
	}
	all := text.String()
	if chomp == '+' {
		return all
	}
	all = all[:len(all)-blank]
	if chomp == '-' {
		return strings.TrimSuffix(all, "\n")
	}
	return all
}
