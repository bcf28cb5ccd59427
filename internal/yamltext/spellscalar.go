package yamltext

import (
	"bytes"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// scalar reads a scalar and the rest of its line. column is that of the collection
// around it: a scalar goes on in lines that are indented deeper.
func (s *speller) scalar(n *yaml.Node, column int) bool {
	if n.Style&yaml.LiteralStyle != 0 {
		return s.literal(n, column)
	}
	return s.word(n, false) && s.endLine() && (s.done || s.indent <= column)
}

// word reads a scalar of one line. A plain one was read by the parser from the same
// text, or made of a string that needs no quotes.
func (s *speller) word(n *yaml.Node, flow bool) bool {
	if n.Style&yaml.FoldedStyle != 0 || n.Value == "" && quotes(n) == "" || strings.ContainsRune(n.Value, '\n') {
		return false
	}
	switch quotes(n) {
	case `"`:
		return !strings.ContainsAny(n.Value, `"\`) && s.take(`"`+n.Value+`"`)
	case "'":
		return !strings.Contains(n.Value, "'") && s.take("'"+n.Value+"'")
	}
	if strings.IndexByte("-?:,[]{}#&*!|>'\"%@`= ", n.Value[0]) >= 0 || strings.HasSuffix(n.Value, " ") || strings.HasSuffix(n.Value, ":") ||
		strings.Contains(n.Value, ": ") || strings.Contains(n.Value, " #") || flow && strings.ContainsAny(n.Value, ",[]{}?:#") {
		return false
	}
	if !s.take(n.Value) {
		return false
	}
	if flow {
		return s.at < s.end && strings.IndexByte(" ,]}:", s.data[s.at]) >= 0
	}
	return s.at == s.end || s.data[s.at] == ' '
}

// literal reads a literal block scalar with a header of no more than how it ends.
func (s *speller) literal(n *yaml.Node, column int) bool {
	if !s.take("|") {
		return false
	}
	chomp := byte(0)
	if s.at < s.end && (s.data[s.at] == '-' || s.data[s.at] == '+') {
		chomp = s.data[s.at]
		s.at++
	}
	if s.at != s.end {
		return false
	}
	var lines []string
	width, at := -1, s.end+1
	for at < len(s.data) {
		end := len(s.data)
		if i := bytes.IndexByte(s.data[at:], '\n'); i >= 0 {
			end = at + i
		} else {
			return false // the last line has no end
		}
		line := string(s.data[at:end])
		blank := strings.TrimLeft(line, " ") == ""
		if spaces := len(line) - len(strings.TrimLeft(line, " ")); width < 0 && !blank {
			width = spaces
		} else if !blank && spaces < width {
			break
		}
		switch {
		case blank && line != "" && (width < 0 || len(line) > width):
			return false
		case blank:
			lines = append(lines, "")
		default:
			lines = append(lines, line[width:])
		}
		if width <= column && !blank {
			return false
		}
		at = end + 1
	}
	content := len(lines)
	for content > 0 && lines[content-1] == "" {
		content--
	}
	if content == 0 {
		return false
	}
	value := strings.Join(lines[:content], "\n")
	switch chomp {
	case 0:
		value += "\n"
	case '+':
		value += strings.Repeat("\n", 1+len(lines)-content)
	}
	s.at = min(at, len(s.data))
	s.next()
	return value == n.Value && (s.done || s.indent <= column)
}

// flow reads a flow collection of one line.
func (s *speller) flow(n *yaml.Node) bool {
	if !known(n) {
		return false
	}
	switch {
	case n.Kind == yaml.ScalarNode:
		return s.word(n, true)
	case n.Kind == yaml.SequenceNode && s.take("["):
		for i, entry := range n.Content {
			if i > 0 && !s.comma() || !s.flow(entry) {
				return false
			}
			s.blanks()
		}
		return s.take("]")
	case n.Kind == yaml.MappingNode && s.take("{"):
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 && !s.comma() || !s.key(n.Content[i]) {
				return false
			}
			if s.blanks(); !s.flow(n.Content[i+1]) {
				return false
			}
			s.blanks()
		}
		return s.take("}")
	}
	return false
}

func (s *speller) comma() bool {
	if !s.take(",") {
		return false
	}
	s.blanks()
	return true
}
