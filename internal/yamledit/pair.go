package yamledit

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// setPair gives an entry of a list the value, or the kept text, of a change.
func setPair(entry *yaml.Node, c Change, flow bool) {
	if c.Op == PutBack {
		pairs, _ := Kept(c.Text) // the text was read when the change was made
		replacePair(entry, pairs...)
		return
	}
	value := yamlnode.Str(c.Text)
	switch _, old := yamlnode.Pair(entry, "value"); {
	case entry.Style&yaml.FlowStyle != 0 || flow:
	case c.Keep != "":
		value.LineComment = strings.TrimSpace(lineComment(old) + " " + markWas(c.Keep, pairText(entry)))
	default:
		value.LineComment = lineComment(old)
	}
	replacePair(entry, yamlnode.Str("value"), value)
}

// replacePair replaces the value or valueFrom of an entry by keys and values;
// without any, the entry has neither.
func replacePair(entry *yaml.Node, replacement ...*yaml.Node) {
	var content []*yaml.Node
	placed := false
	for i := 0; i+1 < len(entry.Content); i += 2 {
		switch key := entry.Content[i].Value; {
		case key != "value" && key != "valueFrom":
			content = append(content, entry.Content[i], entry.Content[i+1])
		case !placed:
			if len(replacement) > 0 {
				// The parser gives the key comments of its neighbours, too, if lines end with CRLF.
				k, v := entry.Content[i], entry.Content[i+1]
				replacement[0].HeadComment = k.HeadComment
				replacement[0].FootComment = strings.TrimSpace(k.FootComment + "\n" + v.FootComment)
			}
			content, placed = append(content, replacement...), true
		}
	}
	if !placed {
		content = append(content, replacement...)
	}
	entry.Content = content
}

// pairText writes the value or valueFrom of an entry as a mark keeps it where its
// text can't be kept, without comments: in flow style one would swallow what
// follows.
func pairText(entry *yaml.Node) string {
	rest := yamlnode.Mapping()
	for i := 0; i+1 < len(entry.Content); i += 2 {
		if key := entry.Content[i].Value; key == "value" || key == "valueFrom" {
			rest.Content = append(rest.Content, entry.Content[i], entry.Content[i+1])
		}
	}
	if len(rest.Content) == 0 {
		return ""
	}
	rest, err := yamlnode.Expand(rest)
	if err != nil {
		return ""
	}
	yamlnode.DropComments(rest)
	rest.Style = yaml.FlowStyle
	text, err := yaml.NewRNode(rest).String()
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "{"), "}")
}

// lineComment is the comment in the line of a value; empty for none.
func lineComment(value *yaml.Node) string {
	if value == nil {
		return ""
	}
	return value.LineComment
}

// withoutMark cuts a mark off a comment.
func withoutMark(comment, mark string) string {
	before, _, _ := strings.Cut(comment, mark)
	return strings.TrimRight(before, " \t")
}
