// Package podtemplate knows which kinds of objects hold pod templates, where, and
// under which ServiceAccount, and reads one into what the engine takes.
//
// To add a kind, add a row to the table in kinds.go, and a case.
package podtemplate

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Template is a pod template in an object, or a Pod, read once for all that look at
// it.
type Template struct {
	// Way leads from the object to the template; empty for a Pod.
	Way yamlnode.Way
	// Several says that objects of this kind may have more than one template.
	Several bool
	// Typed is what the engine looks at, and nothing else of the template.
	Typed *corev1.PodTemplateSpec
	// Containers are the template's, init containers first.
	Containers []Container
	// Reasons are what only a reader of YAML can see.
	Reasons []rrsa.Reason

	// nodes are those on the way, both ends included.
	nodes []*yaml.Node
}

// Container is one container of a template.
type Container struct {
	// Init says that Index counts init containers.
	Init  bool
	Index int
	// Way leads from the object to the container.
	Way yamlnode.Way
	// Node is the container as it is written, an alias to it followed.
	Node *yaml.Node
	// Typed is the same container in the template's Typed.
	Typed *corev1.Container
}

// ListKey is the key of the list that holds containers.
func ListKey(init bool) string {
	if init {
		return "initContainers"
	}
	return "containers"
}

// Node is the template as it is written.
func (t *Template) Node() *yaml.Node { return t.nodes[len(t.nodes)-1] }

// Spec is the way to the template's pod spec.
func (t *Template) Spec() yamlnode.Way { return t.Way.To("spec") }

func (t *Template) findContainers() {
	spec := &t.Typed.Spec
	t.Containers = make([]Container, 0, len(spec.InitContainers)+len(spec.Containers))
	for _, init := range []bool{true, false} {
		typed := spec.Containers
		if init {
			typed = spec.InitContainers
		}
		list := yamlnode.Get(yamlnode.Get(t.Node(), "spec"), ListKey(init))
		way := t.Way.To("spec", ListKey(init))
		for i := range typed {
			t.Containers = append(t.Containers, Container{
				Init: init, Index: i, Way: way.At(i), Node: yamlnode.Deref(list.Content[i]), Typed: &typed[i],
			})
		}
	}
}

// Workload reads the metadata around the template: the object's, and that of a
// CronJob's job template. A label belongs to the pod template, not there.
func (t *Template) Workload() ([]metav1.ObjectMeta, error) {
	var out []metav1.ObjectMeta
	for _, n := range t.nodes[:len(t.nodes)-1] {
		meta, _, err := Meta(n, rrsa.LevelWorkload)
		if err != nil {
			return nil, err
		}
		out = append(out, meta)
	}
	return out, nil
}
