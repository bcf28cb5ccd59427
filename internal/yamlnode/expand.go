package yamlnode

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Expand copies a node with everything that aliases and merge keys stand for. It
// fails when that is too much, or without an end.
func Expand(n *yaml.Node) (*yaml.Node, error) {
	if shared := FirstShared(n); shared != nil && (&Sizer{}).Of(n).More(Max) {
		return nil, &Error{Line: shared.Line, Problem: "YAML aliases expand to too much"}
	}
	return expand(n, 0, false)
}

// expand is [Expand] at a depth; flow says that the node will be in flow style.
func expand(n *yaml.Node, depth int, flow bool) (*yaml.Node, error) {
	if depth > maxDepth {
		return nil, &Error{Line: n.Line, Problem: "YAML aliases expand to too much"}
	}
	if n.Kind == yaml.AliasNode {
		out, err := expand(n.Alias, depth+1, flow)
		if err == nil {
			CommentLike(out, n)
		}
		return out, err
	}
	out := *n
	out.Anchor, out.Content = "", nil
	if out.Tag == yaml.NodeTagMap || out.Tag == yaml.NodeTagSeq {
		out.Style &^= yaml.TaggedStyle // what it is anyway, and in the way of a later edit
	}
	flow = flow || n.Style&yaml.FlowStyle != 0
	if flow && IsNull(n) && n.Value == "" {
		out.Value = "null" // the encoder would make an empty string of nothing
	}
	content := n.Content
	if n.Kind == yaml.MappingNode {
		var err error
		if content, err = Pairs(n); err != nil {
			return nil, err
		}
	}
	for _, child := range content {
		expanded, err := expand(child, depth+1, flow)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, expanded)
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content) && len(out.Content) > 0 && n.Style&yaml.FlowStyle == 0; i += 2 {
		if IsMerge(n.Content[i]) {
			first := out.Content[0]
			lines := append(comments(n.Content[i]), comments(n.Content[i+1])...)
			first.HeadComment = joinComments(append(lines, first.HeadComment)...)
		}
	}
	return &out, nil
}

// maxDepth bounds the nesting of an object that is expanded.
const maxDepth = 1000

// An object that is encoded anew loses aliases and merge keys. What was written at
// them stays, near to what takes their place.

// CommentLike gives a copy the comments of what it stands for. One in the line of
// a collection has its place before that.
func CommentLike(n, like *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = like.HeadComment, like.LineComment, like.FootComment
	if n.Kind == yaml.ScalarNode {
		return
	}
	n.HeadComment, n.LineComment = joinComments(n.HeadComment, n.LineComment), ""
	// Where a collection starts, its first entry does, and of two comments there one
	// would be written.
	for first := n; len(first.Content) > 0 && first.Style&yaml.FlowStyle == 0; {
		if first = first.Content[0]; first.HeadComment != "" {
			first.HeadComment, n.HeadComment = joinComments(n.HeadComment, first.HeadComment), ""
			return
		}
	}
}

// comments returns the comments at a node and in it.
func comments(n *yaml.Node) []string {
	out := []string{n.HeadComment, n.LineComment}
	for _, child := range n.Content {
		out = append(out, comments(child)...)
	}
	return append(out, n.FootComment)
}

func joinComments(lines ...string) string {
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}

func DropComments(n *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	for _, child := range n.Content {
		DropComments(child)
	}
}
