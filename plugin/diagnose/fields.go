package diagnose

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Fields are the fields of a pod that are RRSA's, with the API server's defaults
// filled in, so that two pods are the same in them if and only if an SDK finds the
// same. (§2)
type Fields struct {
	Containers     []ContainerFields `json:"containers,omitempty"`
	InitContainers []ContainerFields `json:"initContainers,omitempty"`
	Volumes        []corev1.Volume   `json:"volumes,omitempty"`
}

// ContainerFields are those of one container.
type ContainerFields struct {
	Name   string               `json:"name"`
	Env    []corev1.EnvVar      `json:"env,omitempty"`
	Mounts []corev1.VolumeMount `json:"volumeMounts,omitempty"`
}

// FieldsOf reads the fields of a pod.
func FieldsOf(pod *corev1.PodTemplateSpec) Fields {
	pod = pod.DeepCopy()
	out := Fields{Containers: containerFields(pod.Spec.Containers), InitContainers: containerFields(pod.Spec.InitContainers)}
	for _, v := range pod.Spec.Volumes {
		if v.Name != rrsa.VolumeName {
			continue
		}
		if p := v.Projected; p != nil {
			if p.DefaultMode == nil {
				p.DefaultMode = new(rrsa.VolumeMode)
			}
			for _, source := range p.Sources {
				if token := source.ServiceAccountToken; token != nil && token.ExpirationSeconds == nil {
					token.ExpirationSeconds = new(rrsa.DefaultExpiration)
				}
			}
		}
		out.Volumes = append(out.Volumes, v)
	}
	return out
}

func containerFields(list []corev1.Container) []ContainerFields {
	var out []ContainerFields
	for _, c := range list {
		fields := ContainerFields{Name: c.Name}
		for _, e := range c.Env {
			if !slices.Contains(rrsa.EnvNames(), e.Name) {
				continue
			}
			if e.ValueFrom != nil && e.ValueFrom.FieldRef != nil && e.ValueFrom.FieldRef.APIVersion == "" {
				e.ValueFrom.FieldRef.APIVersion = "v1"
			}
			fields.Env = append(fields.Env, e)
		}
		for _, m := range c.VolumeMounts {
			if m.Name == rrsa.VolumeName || m.MountPath == rrsa.TokenDir {
				fields.Mounts = append(fields.Mounts, m)
			}
		}
		out = append(out, fields)
	}
	return out
}

// YAML is the fields as they are in a Pod's manifest.
func (f Fields) YAML() (string, error) {
	data, err := yaml.Marshal(map[string]Fields{"spec": f})
	if err != nil {
		return "", fmt.Errorf("encoding a pod's fields: %w", err)
	}
	return string(data), nil
}
