package admissionpolicy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// APIVersions are the versions of the API group in which a policy can be written, the
// newest first.
func APIVersions() []string { return []string{"v1", "v1beta1"} }

// YAML writes the policy for people: the objects as documents, with each rule's section of
// docs/rules.md next to it. apiVersion is one of [APIVersions]; their fields are the same.
// The same policy gives the same text.
func (p *Policy) YAML(apiVersion string) (string, error) {
	head := fmt.Sprintf("# The injection of ack-pod-identity-webhook %s as a policy of the API server.\n", p.Settings.Config.WebhookVersion)
	return write(head, apiVersion, p.Mutating, p.Bindings, p.comments)
}

// Commented is the policy of a cluster with the comments of another one, so that a
// comparison of their texts shows what differs in them.
func (p *Policy) Commented(like *Policy) *Policy {
	out := *p
	out.comments = like.comments
	return &out
}

// write writes a policy and its bindings below a head: objects in the order of their fields,
// and comments above entries by their names.
func write[B any](head, apiVersion string, policy any, bindings []B, comments map[string]string) (string, error) {
	objects := []any{policy}
	for _, binding := range bindings {
		objects = append(objects, binding)
	}
	var b strings.Builder
	b.WriteString(head)
	for i, object := range objects {
		data, err := json.Marshal(object)
		if err != nil {
			return "", fmt.Errorf("writing the policy: %w", err)
		}
		group := admissionregistrationv1.SchemeGroupVersion
		data = bytes.Replace(data, []byte(`"`+group.String()+`"`), []byte(`"`+group.Group+"/"+apiVersion+`"`), 1)
		node, err := yaml.Parse(string(data))
		if err != nil {
			return "", fmt.Errorf("writing the policy: %w", err)
		}
		// The API server's, and there is nothing in it.
		if err := node.PipeE(yaml.Clear("status")); err != nil {
			return "", fmt.Errorf("writing the policy: %w", err)
		}
		arrange(node.YNode(), comments)
		text, err := node.String()
		if err != nil {
			return "", fmt.Errorf("writing the policy: %w", err)
		}
		if i > 0 {
			b.WriteString("---\n")
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// order is the order of the fields that a person reads a policy in; others come last.
func order(key string) int {
	all := []string{
		"apiVersion", "kind", "metadata", "spec", "name", "labels", "annotations",
		"policyName", "paramKind", "paramRef", "matchConstraints", "matchResources", "matchConditions",
		"failurePolicy", "reinvocationPolicy", "validationActions", "variables", "mutations", "validations",
	}
	if i := slices.Index(all, key); i >= 0 {
		return i
	}
	return len(all)
}

// arrange takes the style of JSON away: fields stand in a reader's order, expressions are
// literal blocks, and named entries have their comments.
func arrange(n *yaml.Node, comments map[string]string) {
	n.Style = 0
	for _, child := range n.Content {
		arrange(child, comments)
	}
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == yaml.NodeTagString && strings.ContainsAny(n.Value, "\n'"):
		n.Style = yaml.LiteralStyle
	case n.Kind == yaml.ScalarNode && n.Tag == yaml.NodeTagString && !yamlnode.IsPlain(n.Value):
		n.Style = yaml.SingleQuotedStyle
	case n.Kind == yaml.MappingNode:
		pairs := slices.Collect(slices.Chunk(n.Content, 2))
		slices.SortStableFunc(pairs, func(a, b []*yaml.Node) int { return order(a[0].Value) - order(b[0].Value) })
		n.Content = slices.Concat(pairs...)
		name := cmp.Or(yamlnode.GetString(n, "name"), yamlnode.GetString(n, "patchType"))
		if comment := comments[name]; comment != "" {
			n.HeadComment = "# " + comment
		}
	}
}
