// Package yamlread reads the block style that manifests are written in, several times
// as fast as the YAML parser.
//
// At the first thing that it doesn't know it says "not sure", and the parser decides
// about the whole text. Scalars and flow collections that are not simple it cuts out
// and gives to the parser. So what it is sure of is what the parser reads, comments
// aside, which it leaves out.
package yamlread

import "sigs.k8s.io/kustomize/kyaml/yaml"

// Reader reads one text after another. The nodes that it gives are good until it reads
// the next one.
type Reader struct{ nodes arena }

// Read reads a text that holds one mapping in block style. It is not sure of anchors,
// aliases, merge keys and tags.
func (re *Reader) Read(data []byte) (root *yaml.Node, ok bool) {
	re.nodes.used = 0
	r := reader{cursor: cursor{data: data}, nodes: &re.nodes}
	root, _, ok = r.outline(build)
	return root, ok
}

// arena is where nodes are made, in pieces that are used again.
type arena struct {
	pieces [][]yaml.Node
	used   int
}

func (a *arena) node() *yaml.Node {
	const size = 16
	if a.used == len(a.pieces)*size {
		a.pieces = append(a.pieces, make([]yaml.Node, size))
	}
	n := &a.pieces[a.used/size][a.used%size]
	*n = yaml.Node{Content: n.Content[:0]}
	a.used++
	return n
}
