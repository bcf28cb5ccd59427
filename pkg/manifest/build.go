package manifest

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// addition is what is appended to the list at a key.
type addition struct {
	key string
	// id tells additions apart: two of one id are the same. Empty tells nothing.
	id string
	// entries makes the nodes of the list's new entries.
	entries func() []*yaml.Node
}

// additions returns what a container gets.
func (w containerWork) additions() []addition {
	var out []addition
	if len(w.add) > 0 {
		var id strings.Builder
		id.Grow(128 * len(w.add))
		for _, e := range w.add {
			id.WriteString(e.Name)
			id.WriteByte('=')
			id.WriteString(e.Value)
			id.WriteByte('\n')
		}
		out = append(out, addition{key: "env", id: id.String(), entries: func() []*yaml.Node { return envNodes(w.add) }})
	}
	if len(w.addMounts) > 0 {
		var id strings.Builder
		for _, m := range w.addMounts {
			id.WriteString(m.Name + ":" + m.MountPath + "\n")
		}
		out = append(out, addition{key: "volumeMounts", id: id.String(), entries: func() []*yaml.Node { return mountNodes(w.addMounts) }})
	}
	return out
}

// volumeAddition returns what a pod gets. Token volumes differ in nothing but the
// token's lifetime.
func volumeAddition(v *corev1.Volume) addition {
	seconds := v.Projected.Sources[0].ServiceAccountToken.ExpirationSeconds
	return addition{key: "volumes", id: "token of " + strconv.FormatInt(*seconds, 10), entries: func() []*yaml.Node { return []*yaml.Node{volumeNode(v)} }}
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
		out = append(out, mapping(str("name"), marked(str(e.Name)), str("value"), str(e.Value)))
	}
	return out
}

// mountNodes makes the nodes of volume mounts.
func mountNodes(mounts []corev1.VolumeMount) []*yaml.Node {
	out := make([]*yaml.Node, 0, len(mounts))
	for _, m := range mounts {
		out = append(out, mapping(
			str("mountPath"), marked(str(m.MountPath)), str("name"), str(m.Name), str("readOnly"), literal(yaml.NodeTagBool, strconv.FormatBool(m.ReadOnly))))
	}
	return out
}

// volumeNode makes the node of the token volume, keys in the API server's order.
func volumeNode(v *corev1.Volume) *yaml.Node {
	var sources []*yaml.Node
	for _, source := range v.Projected.Sources {
		token := source.ServiceAccountToken
		sources = append(sources, mapping(str("serviceAccountToken"), mapping(
			str("audience"), str(token.Audience),
			str("expirationSeconds"), literal(yaml.NodeTagInt, strconv.FormatInt(*token.ExpirationSeconds, 10)),
			str("path"), str(token.Path))))
	}
	return mapping(str("name"), marked(str(v.Name)), str("projected"), mapping(
		str("defaultMode"), literal(yaml.NodeTagInt, strconv.FormatInt(int64(*v.Projected.DefaultMode), 10)),
		str("sources"), sequence(sources...)))
}
