package inject

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// runtimeIDs are annotations by which kpt recognizes an object that a function
// gives back. It then copies comments from what it sent, to entries of lists by
// their index: an entry that moves up because one of ours was taken out would get
// our mark, and a value that was put back would keep it. kpt adds them before a
// function and takes them out behind it, so nobody misses them.
var runtimeIDs = [...]string{"internal.config.kubernetes.io/id", "config.k8s.io/id"}

// takesMark tells whether a change takes a mark out.
func takesMark(c yamledit.Change) bool {
	return slices.Contains([]yamledit.Op{yamledit.Remove, yamledit.Empty, yamledit.Drop, yamledit.PutBack}, c.Op)
}

// forgetRuntimeIDs takes the annotations out, so that the comments stay as they are
// given.
func forgetRuntimeIDs(object *yaml.Node) []yamledit.Change {
	way := yamlnode.Way{}.To("metadata", "annotations")
	annotations := way.Follow(object)
	var out []yamledit.Change
	for _, id := range runtimeIDs {
		if annotations == nil || annotations.Kind != yaml.MappingNode {
			return nil
		}
		if k, _ := yamlnode.Pair(annotations, id); k != nil {
			out = append(out, yamledit.Change{Op: yamledit.Drop, List: way.To(id)})
		}
	}
	return out
}
