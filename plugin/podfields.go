package plugin

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// podFields are the fields of a pod that are RRSA's, with the API server's defaults
// filled in, so that two pods are the same in them if and only if an SDK finds the
// same. (§2)
type podFields struct {
	Containers     []containerFields `json:"containers,omitempty"`
	InitContainers []containerFields `json:"initContainers,omitempty"`
	Volumes        []corev1.Volume   `json:"volumes,omitempty"`
}

type containerFields struct {
	Name   string               `json:"name"`
	Env    []corev1.EnvVar      `json:"env,omitempty"`
	Mounts []corev1.VolumeMount `json:"volumeMounts,omitempty"`
}

func fieldsOf(pod *corev1.PodTemplateSpec) podFields {
	pod = pod.DeepCopy()
	out := podFields{Containers: containerFieldsOf(pod.Spec.Containers), InitContainers: containerFieldsOf(pod.Spec.InitContainers)}
	for _, v := range pod.Spec.Volumes {
		if v.Name != rrsa.VolumeName {
			continue
		}
		if p := v.Projected; p != nil {
			if p.DefaultMode == nil {
				mode := rrsa.VolumeMode
				p.DefaultMode = &mode
			}
			for _, source := range p.Sources {
				if token := source.ServiceAccountToken; token != nil && token.ExpirationSeconds == nil {
					seconds := rrsa.DefaultExpiration
					token.ExpirationSeconds = &seconds
				}
			}
		}
		out.Volumes = append(out.Volumes, v)
	}
	return out
}

func containerFieldsOf(list []corev1.Container) []containerFields {
	var out []containerFields
	for _, c := range list {
		fields := containerFields{Name: c.Name}
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

// text is the fields as they stand in a Pod's manifest.
func (f podFields) text() (string, error) {
	data, err := yaml.Marshal(map[string]podFields{"spec": f})
	if err != nil {
		return "", fmt.Errorf("encoding a pod's fields: %w", err)
	}
	return string(data), nil
}
