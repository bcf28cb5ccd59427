package yamledit

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// A mark is a comment at the end of a line, alone or behind another comment. It
// may keep what was there before:
//
//	value: new # mark was: "value: old"
type Mark struct {
	// Replaced says that the mark keeps a text, Was.
	Replaced bool
	Was      string
	// Line is where the mark is, from 1, in the document.
	Line int
	// Start and End are where the mark is, with the blank before it.
	Start, End int
}

// markWas is the mark of something that replaces a text.
func markWas(mark, was string) string { return mark + " was: " + strconv.QuoteToASCII(was) }

// readMark reads what is behind a mark up to the end of its line.
func readMark(rest string) (Mark, bool) {
	if strings.Trim(rest, " \t") == "" {
		return Mark{}, true
	}
	quoted, ok := strings.CutPrefix(rest, " was: ")
	if !ok {
		return Mark{}, false
	}
	quoted = strings.TrimRight(quoted, " \t")
	was, err := strconv.Unquote(quoted)
	if err != nil || quoted[0] != '"' {
		return Mark{}, false
	}
	return Mark{Replaced: true, Was: was}, true
}

// Mark finds the first mark in an entry of a list in block style: behind one of its
// values, or behind a key whose value is below it.
func (o Object) Mark(entry *yaml.Node, mark string) (Mark, bool) {
	t := text{o.Text}
	for i := 0; i+1 < len(entry.Content) && entry.Kind == yaml.MappingNode; i += 2 {
		key, v := entry.Content[i], entry.Content[i+1]
		if v.Kind == yaml.AliasNode || v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			continue
		}
		if v.Line > key.Line {
			if m, ok := o.MarkAt(key, mark); ok {
				return m, true
			}
		}
		if v.Kind == yaml.MappingNode && v.Style&yaml.FlowStyle == 0 {
			if m, ok := o.Mark(v, mark); ok {
				return m, true
			}
			continue
		}
		if end, err := o.Text.End(v, entry.Content[0].Column-1, false); err == nil {
			if m, ok := t.mark(end, mark); ok {
				m.Line = v.Line
				return m, true
			}
		}
	}
	return Mark{}, false
}

// MarkAt finds the mark behind a list's key, in the key's line.
func (o Object) MarkAt(key *yaml.Node, mark string) (Mark, bool) {
	t := text{o.Text}
	end, err := t.colon(key)
	if err != nil {
		return Mark{}, false
	}
	m, ok := t.mark(end, mark)
	m.Line = key.Line
	return m, ok
}

// errNotKept says that a text is none that a mark keeps of an entry.
var errNotKept = errors.New("want nothing, or one value or valueFrom")

// Kept reads what a mark keeps of an entry: the key value or valueFrom with its
// value, both of them, or nothing. Anything else has been written by somebody
// else, and is an error.
func Kept(was string) ([]*yaml.Node, error) {
	if was == "" {
		return nil, nil
	}
	for _, text := range []string{was + "\n", "{" + was + "}\n"} {
		decoder := yaml.NewDecoder(strings.NewReader(text))
		var doc, more yaml.Node
		if decoder.Decode(&doc) != nil || !errors.Is(decoder.Decode(&more), io.EOF) || len(doc.Content) != 1 || strings.ContainsRune("-.%", rune(was[0])) {
			continue
		}
		m := doc.Content[0]
		if m.Kind != yaml.MappingNode || len(m.Content) == 0 || yamlnode.HasAnchor(m) {
			continue
		}
		seen := map[string]bool{}
		for i := 0; i < len(m.Content); i += 2 {
			key := m.Content[i].Value
			if key != "value" && key != "valueFrom" || seen[key] || key == "value" && m.Content[i+1].Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("%w, got %q", errNotKept, was)
			}
			seen[key] = true
		}
		return m.Content, nil
	}
	return nil, fmt.Errorf("%w, got %q", errNotKept, was)
}

// keeps tells whether a text means the same at the start of a line as where it is:
// a block scalar that says how far it is indented doesn't.
func keeps(was string, key, value *yaml.Node) bool {
	pairs, err := Kept(was)
	return err == nil && len(pairs) == 2 && pairs[0].Value == key.Value && yamlnode.Equal(pairs[1], value)
}
