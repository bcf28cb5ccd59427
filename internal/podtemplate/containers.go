package podtemplate

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// Containers looks for containers in an object whose pod templates aren't known,
// and returns the path of the first ones; empty for none. podSpec tells that they
// are in lists as a pod spec has them, to which a path can lead. Those are looked
// for first.
func Containers(n *yaml.Node) (path string, podSpec bool) {
	if path := search(n, "", inPodSpec); path != "" {
		return path, true
	}
	return search(n, "", byOtherNames), false
}

// Words returns texts of which an object has one, where it is written, if [Containers]
// finds anything in it: the keys of containers, and what a key can be hidden by.
func Words() []string {
	return []string{"ontainer", "script", "steps", "sidecars", `\`, "binary"}
}

// inPodSpec tells whether a pair is a pod spec's list of containers.
func inPodSpec(key string, v *yaml.Node) bool {
	return (key == "containers" || key == "initContainers") && v.Kind == yaml.SequenceNode && slices.ContainsFunc(v.Content, namesOrRuns)
}

// byOtherNames tells whether a pair holds containers by a name that pod specs don't
// have, such as a Workflow's script or a Task's steps.
func byOtherNames(key string, v *yaml.Node) bool {
	switch key {
	case "container":
		return namesOrRuns(v)
	case "script":
		return runs(v)
	case "steps", "sidecars":
		return v.Kind == yaml.SequenceNode && slices.ContainsFunc(v.Content, runs)
	}
	return false
}

func runs(n *yaml.Node) bool { return yamlnode.GetString(n, "image") != "" }

func namesOrRuns(n *yaml.Node) bool { return runs(n) || yamlnode.GetString(n, "name") != "" }

// search returns the path of the first pair that is wanted.
func search(n *yaml.Node, path string, wanted func(key string, v *yaml.Node) bool) string {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, v := n.Content[i].Value, n.Content[i+1]
			at := strings.TrimPrefix(path+"."+key, ".")
			if resolved := yamlnode.Deref(v); resolved != nil && wanted(key, resolved) {
				return at
			}
			if p := search(v, at, wanted); p != "" {
				return p
			}
		}
	case yaml.SequenceNode:
		for i, entry := range n.Content {
			if p := search(entry, path+"["+strconv.Itoa(i)+"]", wanted); p != "" {
				return p
			}
		}
	}
	return ""
}
