package manifest

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// envNodes makes the nodes of environment variables.
func envNodes(env []corev1.EnvVar) []*yaml.Node {
	out := make([]*yaml.Node, 0, len(env))
	for _, e := range env {
		out = append(out, mapping(str("name"), str(e.Name), str("value"), str(e.Value)))
	}
	return out
}

// mountNodes makes the nodes of volume mounts.
func mountNodes(mounts []corev1.VolumeMount) []*yaml.Node {
	out := make([]*yaml.Node, 0, len(mounts))
	for _, m := range mounts {
		out = append(out, mapping(
			str("mountPath"), str(m.MountPath), str("name"), str(m.Name), str("readOnly"), literal(yaml.NodeTagBool, strconv.FormatBool(m.ReadOnly))))
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
	return mapping(str("name"), str(v.Name), str("projected"), mapping(
		str("defaultMode"), literal(yaml.NodeTagInt, strconv.FormatInt(int64(*v.Projected.DefaultMode), 10)),
		str("sources"), sequence(sources...)))
}
