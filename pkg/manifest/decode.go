package manifest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// lineEnded is a text with a line break at its end, as kubectl reads every file. A
// block scalar that ends the file has it in its value.
func lineEnded(data []byte) []byte {
	if len(data) == 0 || yamltext.EndsLine(data) {
		return data
	}
	return append(data[:len(data):len(data)], '\n')
}

// behindEnd is about what a parser would drop without a word.
const behindEnd = "kubectl reads nothing behind the end of a document: put a line \"---\" before it, or leave it out"

// decode reads the one document of a text, with the values that kubectl reads.
// Without any it is io.EOF.
func decode(data []byte) (*yaml.Node, error) {
	plain, replaced := withoutJSONEscapes(data)
	decoder := yaml.NewDecoder(bytes.NewReader(lineEnded(plain)))
	var doc, more yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	switch err := decoder.Decode(&more); {
	case err == nil:
		return nil, fmt.Errorf("line %d: %s", more.Line, behindEnd)
	case !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%w: %s", err, behindEnd)
	}
	if len(doc.Content) == 0 {
		return nil, io.EOF
	}
	root := doc.Content[0]
	if err := checkTags(plain, root); err != nil {
		return nil, err
	}
	if replaced {
		if err := readJSONStrings(yamltext.New(data), root); err != nil {
			return nil, err
		}
	}
	// The tag has other spellings, but each has this word in it.
	if bytes.Contains(data, []byte("binary")) {
		return root, decodeBinary(root)
	}
	return root, nil
}

// withoutJSONEscapes replaces the escapes that JSON has and the YAML parser refuses
// by others of the same length, so that all positions stay.
func withoutJSONEscapes(data []byte) (out []byte, replaced bool) {
	if !bytes.Contains(data, []byte(`\/`)) && !bytes.Contains(data, []byte(`\ud`)) && !bytes.Contains(data, []byte(`\uD`)) ||
		!bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) || !json.Valid(data) {
		return data, false
	}
	out = bytes.Clone(data)
	for i := 0; i+1 < len(out); i++ {
		if out[i] != '\\' {
			continue
		}
		switch i++; out[i] { // what is escaped, so that `\\` hides what follows
		case '/':
			out[i-1] = '/'
		case 'u':
			if c := out[i+1]; c == 'd' || c == 'D' {
				copy(out[i+1:], "0020")
			}
		}
	}
	return out, true
}

// readJSONStrings reads the strings below a node from the text itself.
func readJSONStrings(t *yamltext.Text, n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Style&yaml.DoubleQuotedStyle != 0 {
		start, err := t.Offset(n)
		if err != nil {
			return err
		}
		end, err := t.End(n, -1, true)
		if err != nil {
			return err
		}
		return json.Unmarshal(t.Data[start:end], &n.Value)
	}
	for _, child := range n.Content {
		if err := readJSONStrings(t, child); err != nil {
			return err
		}
	}
	return nil
}

// misreadInJSON is an error about characters that are line breaks to the YAML parser
// and nothing special in JSON, so that it would read another string.
func misreadInJSON(t *yamltext.Text) error {
	for _, c := range []string{"\u0085", "\u2028", "\u2029"} {
		if at := bytes.Index(t.Data, []byte(c)); at >= 0 {
			r, _ := utf8.DecodeRuneInString(c)
			return fmt.Errorf("line %d: YAML takes the character U+%04X in a JSON string for a line break: write it as \\u%04x", yamltext.New(t.Data[:at]).Lines(), r, r)
		}
	}
	return nil
}

// decodeBinary reads values that are tagged as binary as kubectl does: as the text
// that they encode.
func decodeBinary(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!binary" {
		value, err := base64.StdEncoding.DecodeString(n.Value)
		if err != nil {
			return fmt.Errorf("line %d: the !!binary value is no base64", n.Line)
		}
		n.Value, n.Tag = string([]rune(string(value))), yaml.NodeTagString
		return nil
	}
	for _, child := range n.Content {
		if err := decodeBinary(child); err != nil {
			return err
		}
	}
	return nil
}
