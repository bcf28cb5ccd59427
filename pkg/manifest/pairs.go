package manifest

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// setPair replaces the value or valueFrom of a variable by a key and its value;
// without any, the variable has neither.
func setPair(entry *yaml.Node, replacement ...*yaml.Node) {
	var content []*yaml.Node
	placed := false
	for i := 0; i+1 < len(entry.Content); i += 2 {
		switch key := entry.Content[i].Value; {
		case key != "value" && key != "valueFrom":
			content = append(content, entry.Content[i], entry.Content[i+1])
		case !placed:
			if len(replacement) > 0 {
				replacement[0].HeadComment = entry.Content[i].HeadComment
			}
			content, placed = append(content, replacement...), true
		}
	}
	if !placed {
		content = append(content, replacement...)
	}
	entry.Content = content
}

// pairText writes the value or valueFrom of a variable as a mark keeps it, without
// comments: in flow style one would swallow what follows.
func pairText(entry *yaml.Node) string {
	rest := mapping()
	for i := 0; i+1 < len(entry.Content); i += 2 {
		if key := entry.Content[i].Value; key == "value" || key == "valueFrom" {
			rest.Content = append(rest.Content, entry.Content[i], entry.Content[i+1])
		}
	}
	if len(rest.Content) == 0 {
		return ""
	}
	budget := maxNodes
	rest, err := expand(rest, 0, &budget)
	if err != nil {
		return ""
	}
	dropComments(rest)
	rest.Style = yaml.FlowStyle
	text, err := yaml.NewRNode(rest).String()
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "{"), "}")
}

// pairComment is the comment in the line of a variable's value.
func pairComment(entry *yaml.Node) string {
	if _, value := pair(entry, "value"); value != nil {
		return value.LineComment
	}
	return ""
}

// pair reads what a mark keeps: a key and its value as they stood in the text or,
// of a variable that had both, the inside of a flow mapping.
func (m mark) pair() []*yaml.Node {
	for _, text := range []string{strings.Repeat(" ", m.column) + m.was + "\n", "{" + m.was + "}"} {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(text), &n); err == nil && len(n.Content) > 0 && n.Content[0].Kind == yaml.MappingNode {
			return n.Content[0].Content
		}
	}
	return nil
}

// replacedEnv reads the text that a mark keeps of a variable.
func replacedEnv(name string, m mark) corev1.EnvVar {
	out := corev1.EnvVar{Name: name}
	if e, err := envVar(mapping(m.pair()...)); err == nil {
		out.Value, out.ValueFrom = e.Value, e.ValueFrom
	}
	return out
}
