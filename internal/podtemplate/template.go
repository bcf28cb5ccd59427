// Package podtemplate knows which kinds of objects hold pod templates, where, and
// under which ServiceAccount, and reads one into what the engine takes.
//
// To add a kind, add a row to the table in kinds.go, and a case. Kinds that make
// pods of something else are in elsewhere.go, those that make none in table.go.
package podtemplate

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Template is a pod template in an object, or a Pod, read once for all that look at
// it.
type Template struct {
	// Way leads from the object to the template, or to a pod spec without one; empty
	// for a Pod.
	Way yamlnode.Way
	// Bare says that it is a pod spec, with no template around it.
	Bare bool
	// Absent says that nothing is written there.
	Absent bool
	// Lacks is the container that is added to the template after an injection, so that
	// it would be missed; empty where the template has all.
	Lacks string
	// Hint says what helps if Lacks is set.
	Hint string
	// Base is the path of the common template of those that are merged; empty for none.
	Base string
	// Inherits says that labels and annotations are the object's.
	Inherits bool
	// Claims are the names of the volumes that the controller makes of claims. They
	// take the place of the template's volumes with these names.
	Claims []string
	// Several says that objects of this kind may have more than one template.
	Several bool
	// Labels and Annotations are those of its pods.
	Labels, Annotations map[string]string
	// Typed is what the engine looks at, and nothing else of the template; nil once it is
	// forgotten.
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
	// Name is the container's; empty for one without.
	Name string
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

// Forget lets go of what is needed to decide, and to plan what changes: the nodes, and
// what was read from them for the engine.
func (t *Template) Forget() {
	t.nodes, t.Typed, t.Reasons = nil, nil, nil
	for i := range t.Containers {
		t.Containers[i].Node, t.Containers[i].Typed = nil, nil
	}
}

// Node is the template as it is written.
func (t *Template) Node() *yaml.Node { return t.nodes[len(t.nodes)-1] }

// Spec is the way to the template's pod spec.
func (t *Template) Spec() yamlnode.Way {
	if t.Bare {
		return t.Way
	}
	return t.Way.To("spec")
}

// Field is the path in the object of a field of the pod.
func (t *Template) Field(field string) string {
	switch {
	case t.Inherits && strings.HasPrefix(field, "metadata."):
		return field
	case t.Bare && field == "spec":
		field = ""
	case t.Bare:
		field = strings.TrimPrefix(field, "spec.")
	}
	return strings.Trim(t.Way.String()+"."+field, ".")
}

func (t *Template) findContainers() {
	spec, node := &t.Typed.Spec, t.Node()
	if !t.Bare {
		node = yamlnode.Get(node, "spec")
	}
	t.Containers = make([]Container, 0, len(spec.InitContainers)+len(spec.Containers))
	for _, init := range []bool{true, false} {
		typed := spec.Containers
		if init {
			typed = spec.InitContainers
		}
		list := yamlnode.Get(node, ListKey(init))
		way := t.Spec().To(ListKey(init))
		for i := range typed {
			t.Containers = append(t.Containers, Container{
				Init: init, Index: i, Name: typed[i].Name, Way: way.At(i), Node: yamlnode.Deref(list.Content[i]), Typed: &typed[i],
			})
		}
	}
}

// findClaims reads the names of the claims next to the template, where StatefulSets
// and whatever is made like them have them.
func (t *Template) findClaims() {
	if len(t.nodes) < 2 {
		return
	}
	claims := yamlnode.Deref(yamlnode.Get(t.nodes[len(t.nodes)-2], "volumeClaimTemplates"))
	for i := 0; claims != nil && claims.Kind == yaml.SequenceNode && i < len(claims.Content); i++ {
		t.Claims = append(t.Claims, yamlnode.GetString(claims.Content[i], "metadata", "name"))
	}
}

// Workload reads the metadata around the template: the object's, and that of a
// CronJob's job template. A label belongs to the pod template, not there, unless the
// template has its labels from there.
func (t *Template) Workload() ([]metav1.ObjectMeta, error) {
	var out []metav1.ObjectMeta
	if t.Inherits {
		return nil, nil
	}
	for _, n := range t.nodes[:len(t.nodes)-1] {
		meta, _, err := Meta(n, rrsa.LevelWorkload)
		if err != nil {
			return nil, err
		}
		out = append(out, meta)
	}
	return out, nil
}
