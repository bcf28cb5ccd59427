package manifest

import (
	"strings"

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
			content, placed = append(content, replacement...), true
		}
	}
	if !placed {
		content = append(content, replacement...)
	}
	entry.Content = content
}

// pairText writes the value or valueFrom of a variable as a mark keeps it.
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
	rest.Style = yaml.FlowStyle
	text, err := yaml.NewRNode(rest).String()
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "{"), "}")
}

// parsePair reads what a mark keeps: a key and its value as they stood in the
// text or, of a variable that had both, the inside of a flow mapping.
func parsePair(was string) []*yaml.Node {
	for _, text := range []string{was, "{" + was + "}"} {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(text), &n); err == nil && len(n.Content) > 0 && n.Content[0].Kind == yaml.MappingNode {
			return n.Content[0].Content
		}
	}
	return nil
}
