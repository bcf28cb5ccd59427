package yamltext

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// scalar reads a scalar and the rest of its line. column is that of the collection
// around it: a scalar goes on in lines that are indented deeper.
func (s *speller) scalar(n *yaml.Node, column int) bool {
	return s.word(n, false) && s.endLine() && (s.done || s.indent <= column)
}

// word reads a scalar of one line. A plain one was read by the parser from the same
// text, or made of a string that needs no quotes.
func (s *speller) word(n *yaml.Node, flow bool) bool {
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || n.Value == "" && quotes(n) == "" || strings.ContainsRune(n.Value, '\n') {
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
