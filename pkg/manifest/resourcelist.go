package manifest

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// ResourceList is the document that a KRM function reads and writes. Like any
// other text here it is edited and not encoded again: its items keep their order
// and every byte that isn't changed.
type ResourceList struct {
	stream  *Stream
	doc     *document
	invalid error
}

// ParseResourceList reads a ResourceList. Its items may be missing or null, and one
// without a kind is none of [ResourceList.Items]. Items that can't be read are no error
// here, so that the list can be written back; see [ResourceList.Invalid].
func ParseResourceList(data []byte) (*ResourceList, error) {
	s, err := read("stdin", data, true)
	if err != nil {
		return nil, err
	}
	l := &ResourceList{stream: s}
	for _, doc := range s.docs {
		switch {
		case doc.empty():
		case doc.root.Kind != yaml.MappingNode:
			return nil, doc.fault(doc.root, "want a ResourceList, got "+yamlnode.Describe(doc.root))
		case l.doc != nil || !isResourceList(doc.root):
			return nil, fmt.Errorf("reading stdin: want one document of kind ResourceList, as kpt and kustomize send it; got kind %q", yamlnode.GetString(doc.root, "kind"))
		default:
			l.doc = doc
		}
	}
	if l.doc == nil {
		return nil, errors.New("reading stdin: want a ResourceList, got nothing")
	}
	if l.invalid = l.cutOff(); l.invalid == nil {
		l.invalid = l.doc.collect()
	}
	return l, nil
}

// errCutOff is about a list whose last value isn't certain: kyaml reads it without the
// line break that results behind it would bring along.
var errCutOff = errors.New("reading stdin: the ResourceList ends in a block scalar, without a line break at its end: it may have been cut off; add a line break if it hasn't")

func (l *ResourceList) cutOff() error {
	if last := lastLeaf(l.doc.root); !yamltext.EndsLine(l.doc.text.Data) && last.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return errCutOff
	}
	return nil
}

func isResourceList(root *yaml.Node) bool {
	return yamlnode.GetString(root, "kind") == "ResourceList" && strings.HasPrefix(yamlnode.GetString(root, "apiVersion"), "config.kubernetes.io/")
}

func lastLeaf(n *yaml.Node) *yaml.Node {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n
}

// Invalid tells what is wrong with items, and with the list around them. Then nothing
// can be decided.
func (l *ResourceList) Invalid() error { return l.invalid }

// Text is a text that is written piece by piece.
type Text []yamltext.Edited

// WriteTo writes the text.
func (t Text) WriteTo(w io.Writer) (written int64, err error) {
	for _, part := range t {
		n, err := part.WriteTo(w)
		if written += n; err != nil {
			return written, err
		}
	}
	return written, nil
}

// String is the whole text.
func (t Text) String() string {
	var b strings.Builder
	_, _ = t.WriteTo(&b) // a builder takes all
	return b.String()
}

// Text returns the list as it came in.
func (l *ResourceList) Text() Text { return l.with(nil) }

// with is the list with edits made.
func (l *ResourceList) with(edited *yamltext.Edited) Text {
	var out Text
	as := func(data []byte) {
		same, _ := yamltext.NewEdited(data, nil) // no edit is in the way of another
		out = append(out, same)
	}
	for _, doc := range l.stream.docs {
		if as(doc.lead); doc == l.doc && edited != nil {
			out = append(out, *edited)
		} else {
			as(doc.text.Data)
		}
	}
	return out
}

// Items returns the items in their order.
func (l *ResourceList) Items() []*Item { return l.doc.items }

// FunctionConfig returns the function's config as YAML; empty if there is none.
func (l *ResourceList) FunctionConfig() (string, error) {
	n := yamlnode.Get(l.doc.root, "functionConfig")
	if n == nil {
		return "", nil
	}
	if n.Kind != yaml.MappingNode {
		return "", errors.New("reading the function's config: want an object")
	}
	text, err := yaml.NewRNode(n).String()
	if err != nil {
		return "", fmt.Errorf("reading the function's config: %w", err)
	}
	return text, nil
}

// Rewrite returns the list's text with changes made in its items, as
// [Stream.Rewrite] makes them, and with results behind those that came in. results
// is asked for them once it is known which items were written anew. Items that are
// missing become an empty list, without which kpt fails.
func (l *ResourceList) Rewrite(changes Changes, results func([]Rewritten) []*yaml.Node) (Text, error) {
	if err := l.cutOff(); err != nil {
		return nil, err
	}
	all, err := rewrite(changes, l.doc)
	if err != nil {
		return nil, err
	}
	made := all[0]
	var additions []yamledit.Change
	if _, items := yamlnode.Pair(l.doc.root, "items"); yamlnode.IsNull(items) {
		additions = append(additions, yamledit.Change{Op: yamledit.Append, List: yamlnode.Way{}.To("items")})
	}
	if entries := results(made.rewritten); len(entries) > 0 {
		additions = append(additions, yamledit.Change{Op: yamledit.Append, List: yamlnode.Way{}.To(resultsKey), Entries: entries})
	}
	edits, err := around(l.doc, additions)
	if err != nil {
		return nil, fmt.Errorf("writing the ResourceList's results: %w", err)
	}
	edited, err := yamltext.NewEdited(l.doc.text.Data, append(made.edits, edits...))
	if err != nil {
		return nil, fmt.Errorf("writing the ResourceList: %w", err)
	}
	return l.with(&edited), nil
}
