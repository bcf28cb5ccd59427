package manifest

import (
	"bytes"
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamltext"
)

// checkTags refuses a value with the tag "!" alone, behind which kubectl reads a string
// and this parser whatever it looks like.
func checkTags(data []byte, root *yaml.Node) error {
	if !bytes.Contains(data, []byte("! ")) && !bytes.Contains(data, []byte("!\n")) && !bytes.Contains(data, []byte("!\r")) && !bytes.HasSuffix(data, []byte("!")) {
		return nil
	}
	return checkTag(yamltext.New(data), root)
}

func checkTag(t *yamltext.Text, n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Style == 0 {
		at, err := t.Offset(n)
		if err == nil && n.Anchor != "" {
			at += len("&" + n.Anchor)
			at += len(t.Data[at:]) - len(bytes.TrimLeft(t.Data[at:], " \t"))
		}
		if err == nil && at < len(t.Data) && t.Data[at] == '!' {
			return fmt.Errorf(`line %d: tools don't agree on what the tag "!" without a name makes of a value: leave it out, or put the value in quotes`, n.Line)
		}
	}
	for _, child := range n.Content {
		if err := checkTag(t, child); err != nil {
			return err
		}
	}
	return nil
}
