package manifest

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// ResourceList is the document that a KRM function reads and writes. Like any
// other text here it is edited and not encoded again: its items keep their order
// and every byte that isn't changed.
type ResourceList struct {
	stream *Stream
	doc    *document
}

// ParseResourceList reads a ResourceList. Its items may be missing or null.
func ParseResourceList(data []byte) (*ResourceList, error) {
	s, err := Parse("stdin", data)
	if err != nil {
		return nil, err
	}
	l := &ResourceList{stream: s}
	for _, doc := range s.docs {
		switch {
		case doc.root == nil:
		case l.doc != nil || !isResourceList(doc.root):
			return nil, fmt.Errorf("reading stdin: want one document of kind ResourceList, as kpt and kustomize send it; got kind %q", getString(doc.root, "kind"))
		default:
			l.doc = doc
		}
	}
	if l.doc == nil {
		return nil, errors.New("reading stdin: want a ResourceList, got nothing")
	}
	if _, items := pair(l.doc.root, "items"); isNull(items) {
		l.doc.items = nil
	}
	return l, nil
}

func isResourceList(root *yaml.Node) bool {
	return getString(root, "kind") == "ResourceList" && strings.HasPrefix(getString(root, "apiVersion"), "config.kubernetes.io/")
}

// Items returns the items in their order.
func (l *ResourceList) Items() []*Item { return l.doc.items }

// FunctionConfig returns the node of the function's config; nil if there is none.
func (l *ResourceList) FunctionConfig() *yaml.Node { return get(l.doc.root, "functionConfig") }

// Close adds results behind those that came in, and "items: []" where items are
// missing, without which kpt fails. It is called once.
func (l *ResourceList) Close(results []*yaml.Node) error {
	root := l.doc.root
	s := splicer{text: l.doc.text, stays: true}
	st := style{step: 2, dash: 2}.like(root)
	if key, items := pair(root, "items"); isNull(items) {
		if err := s.emptyItems(key, items); err != nil {
			return fmt.Errorf("writing the ResourceList's items: %w", err)
		}
	}
	if len(results) > 0 {
		if err := s.append(root, []addition{{key: "results", entries: func() []*yaml.Node { return results }}}, st); err != nil {
			return fmt.Errorf("writing the ResourceList's results: %w", err)
		}
	}
	l.doc.edits = append(l.doc.edits, s.edits...)
	return nil
}

// emptyItems writes an empty list of items, where key and value are null or
// missing.
func (s *splicer) emptyItems(key, value *yaml.Node) error {
	if key == nil {
		return s.appendLine("items: []")
	}
	end, err := s.text.end(key, -1, false)
	if err != nil {
		return err
	}
	valueEnd, err := s.text.end(value, -1, false)
	if err != nil {
		return err
	}
	s.edits = append(s.edits, edit{end, valueEnd, ": []"})
	return nil
}

// appendLine adds a line at the end of a document's block mapping.
func (s *splicer) appendLine(line string) error {
	if s.text.hasPrefix(0, "{") {
		return errNoSplice
	}
	end := len(s.text.data)
	eol := s.text.eol(end)
	if end > 0 && s.text.lineStart(end) != end {
		line = eol + line
	}
	s.edits = append(s.edits, edit{end, end, line + eol})
	return nil
}

// Bytes returns the ResourceList's text with the edits made so far.
func (l *ResourceList) Bytes() []byte { return l.stream.Bytes() }
