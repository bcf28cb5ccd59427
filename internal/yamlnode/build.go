package yamlnode

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Mapping makes a mapping of keys and values in turn.
func Mapping(pairs ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap, Content: pairs}
}

// Sequence makes a list.
func Sequence(entries ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: yaml.NodeTagSeq, Content: entries}
}

// Str makes a string node. Its style is what keeps the value a string also for
// readers of YAML 1.1.
func Str(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: s}
	if !IsPlain(s) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// Literal makes a number or boolean node from its text.
func Literal(tag, s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: s}
}

// Shift moves nodes down by some lines. They are nobody else's.
func Shift(n *yaml.Node, lines int) {
	n.Line += lines
	for _, child := range n.Content {
		Shift(child, lines)
	}
}

// IsPlain tells whether a string needs no quotes, by a safe subset of the rules.
func IsPlain(s string) bool {
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || strings.IndexByte(":._-", c) >= 0)) {
			return false
		}
	}
	return s[len(s)-1] != ':'
}
