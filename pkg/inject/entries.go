package inject

import (
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
)

// entries makes the nodes of what is added. Containers of one ServiceAccount all get
// the same, so that the nodes are made once and shared: nothing changes them.
type entries map[string][]*yaml.Node

func (e entries) once(id string, make func() []*yaml.Node) []*yaml.Node {
	out, ok := e[id]
	if !ok {
		out = make()
		e[id] = out
	}
	return out
}

func (e entries) env(list []corev1.EnvVar) []*yaml.Node {
	var id strings.Builder
	id.Grow(128 * len(list))
	for _, v := range list {
		id.WriteString(v.Name)
		id.WriteByte('=')
		id.WriteString(v.Value)
		id.WriteByte('\n')
	}
	return e.once(id.String(), func() []*yaml.Node { return envNodes(list) })
}

func (e entries) mounts(list []corev1.VolumeMount) []*yaml.Node {
	id := ""
	for _, m := range list {
		id += m.Name + ":" + m.MountPath + "\n"
	}
	return e.once(id, func() []*yaml.Node { return mountNodes(list) })
}

// volume is one of the token volumes, which differ in the token's lifetime alone.
func (e entries) volume(v *corev1.Volume) []*yaml.Node {
	seconds := *v.Projected.Sources[0].ServiceAccountToken.ExpirationSeconds
	return e.once(fmt.Sprint("token of ", seconds), func() []*yaml.Node { return []*yaml.Node{volumeNode(v)} })
}

// marked puts the mark behind a node.
func marked(n *yaml.Node) *yaml.Node {
	n.LineComment = Mark
	return n
}

// envNodes makes the nodes of environment variables.
func envNodes(env []corev1.EnvVar) []*yaml.Node {
	out := make([]*yaml.Node, 0, len(env))
	for _, e := range env {
		out = append(out, yamlnode.Mapping(yamlnode.Str("name"), marked(yamlnode.Str(e.Name)), yamlnode.Str("value"), yamlnode.Str(e.Value)))
	}
	return out
}

// mountNodes makes the nodes of volume mounts.
func mountNodes(mounts []corev1.VolumeMount) []*yaml.Node {
	out := make([]*yaml.Node, 0, len(mounts))
	for _, m := range mounts {
		out = append(out, yamlnode.Mapping(
			yamlnode.Str("mountPath"), marked(yamlnode.Str(m.MountPath)), yamlnode.Str("name"), yamlnode.Str(m.Name), yamlnode.Str("readOnly"), yamlnode.Literal(yaml.NodeTagBool, strconv.FormatBool(m.ReadOnly))))
	}
	return out
}

// volumeNode makes the node of the token volume, keys in the API server's order.
func volumeNode(v *corev1.Volume) *yaml.Node {
	var sources []*yaml.Node
	for _, source := range v.Projected.Sources {
		token := source.ServiceAccountToken
		sources = append(sources, yamlnode.Mapping(yamlnode.Str("serviceAccountToken"), yamlnode.Mapping(
			yamlnode.Str("audience"), yamlnode.Str(token.Audience),
			yamlnode.Str("expirationSeconds"), yamlnode.Literal(yaml.NodeTagInt, strconv.FormatInt(*token.ExpirationSeconds, 10)),
			yamlnode.Str("path"), yamlnode.Str(token.Path))))
	}
	return yamlnode.Mapping(yamlnode.Str("name"), marked(yamlnode.Str(v.Name)), yamlnode.Str("projected"), yamlnode.Mapping(
		yamlnode.Str("defaultMode"), yamlnode.Literal(yaml.NodeTagInt, strconv.FormatInt(int64(*v.Projected.DefaultMode), 10)),
		yamlnode.Str("sources"), yamlnode.Sequence(sources...)))
}
