package inject

import (
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// entries makes the nodes of what is added. Containers of one ServiceAccount all get
// the same, so that it is there once and shared: nothing changes it.
type entries map[string]entry

// entry is what is added to a list, and the nodes of that.
type entry struct {
	nodes  []*yaml.Node
	env    []corev1.EnvVar
	mounts []corev1.VolumeMount
	volume *corev1.Volume
}

func (e entries) once(id string, have entry, nodes func() []*yaml.Node) entry {
	out, ok := e[id]
	if !ok {
		out = have
		out.nodes = nodes()
		e[id] = out
	}
	return out
}

func (e entries) ofEnv(list []corev1.EnvVar) entry {
	var id strings.Builder
	id.Grow(128 * len(list))
	for _, v := range list {
		id.WriteString(v.Name)
		id.WriteByte('=')
		id.WriteString(v.Value)
		id.WriteByte('\n')
	}
	return e.once(id.String(), entry{env: list}, func() []*yaml.Node { return envNodes(list) })
}

func (e entries) ofMounts(list []corev1.VolumeMount) entry {
	id := ""
	for _, m := range list {
		id += m.Name + ":" + m.MountPath + "\n"
	}
	return e.once(id, entry{mounts: list}, func() []*yaml.Node { return mountNodes(list) })
}

// ofVolume is one of the token volumes, which differ in the token's lifetime alone.
func (e entries) ofVolume(v *corev1.Volume) entry {
	seconds := *v.Projected.Sources[0].ServiceAccountToken.ExpirationSeconds
	return e.once(fmt.Sprint("token of ", seconds), entry{volume: v}, func() []*yaml.Node { return []*yaml.Node{volumeNode(v)} })
}

// share makes a mutation of what others have, too.
func (e entries) share(m *rrsa.Mutation) {
	for i := range m.Containers {
		c := &m.Containers[i]
		if len(c.Env) > 0 {
			c.Env = e.ofEnv(c.Env).env
		}
		if len(c.Mounts) > 0 {
			c.Mounts = e.ofMounts(c.Mounts).mounts
		}
	}
	if m.Volume != nil {
		m.Volume = e.ofVolume(m.Volume).volume
	}
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
