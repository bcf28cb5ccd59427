package yamlnode

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

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
