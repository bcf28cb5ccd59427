package manifest

import (
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// template reads a pod template, or a Pod. serviceAccount is the value of the
// ServiceAccount path of a kind that has its own; it wins.
func (r *reader) template(n *yaml.Node, serviceAccount string) (*corev1.PodTemplateSpec, error) {
	out := &corev1.PodTemplateSpec{}
	err := each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "metadata":
			out.ObjectMeta, err = r.meta(v)
		case "spec":
			err = podSpec(v, &out.Spec)
		}
		return err
	})
	if serviceAccount != "" {
		out.Spec.ServiceAccountName = serviceAccount
	}
	return out, err
}

func podSpec(n *yaml.Node, out *corev1.PodSpec) error {
	return each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "serviceAccountName":
			out.ServiceAccountName, err = scalar(v)
		case "serviceAccount":
			out.DeprecatedServiceAccount, err = scalar(v)
		case "nodeName":
			out.NodeName, err = scalar(v)
		case "os":
			out.OS = &corev1.PodOS{Name: corev1.OSName(getString(v, "name"))}
		case "nodeSelector":
			if system := getString(v, corev1.LabelOSStable); system != "" {
				out.NodeSelector = map[string]string{corev1.LabelOSStable: system}
			}
		case "volumes":
			out.Volumes, err = readList(v, volume)
		case "containers":
			out.Containers, err = readList(v, container)
		case "initContainers":
			out.InitContainers, err = readList(v, container)
		}
		return err
	})
}

func container(n *yaml.Node) (corev1.Container, error) {
	var c corev1.Container
	err := each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "name":
			c.Name, err = scalar(v)
		case "env":
			c.Env, err = readList(v, envVar)
		case "envFrom":
			c.EnvFrom, err = readList(v, func(entry *yaml.Node) (corev1.EnvFromSource, error) {
				return corev1.EnvFromSource{Prefix: getString(entry, "prefix")}, nil
			})
		case "volumeMounts":
			c.VolumeMounts, err = readList(v, volumeMount)
		}
		return err
	})
	return c, err
}

func envVar(n *yaml.Node) (corev1.EnvVar, error) {
	var e corev1.EnvVar
	err := each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "name":
			e.Name, err = scalar(v)
		case "value":
			e.Value, err = scalar(v)
		case "valueFrom":
			if !isNull(v) {
				e.ValueFrom = &corev1.EnvVarSource{}
			}
		}
		return err
	})
	return e, err
}

func volumeMount(n *yaml.Node) (corev1.VolumeMount, error) {
	var m corev1.VolumeMount
	err := each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "name":
			m.Name, err = scalar(v)
		case "mountPath":
			m.MountPath, err = scalar(v)
		case "subPath":
			m.SubPath, err = scalar(v)
		case "subPathExpr":
			m.SubPathExpr, err = scalar(v)
		}
		return err
	})
	return m, err
}

func volume(n *yaml.Node) (corev1.Volume, error) {
	var out corev1.Volume
	err := each(n, func(key string, v *yaml.Node) (err error) {
		switch {
		case key == "name":
			out.Name, err = scalar(v)
		case key == "projected" && !isNull(v):
			out.Projected, err = projected(v)
		}
		return err
	})
	return out, err
}

func projected(n *yaml.Node) (*corev1.ProjectedVolumeSource, error) {
	out := &corev1.ProjectedVolumeSource{}
	err := each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "defaultMode":
			out.DefaultMode, err = number[int32](v)
		case "sources":
			out.Sources, err = readList(v, projection)
		}
		return err
	})
	return out, err
}

func projection(n *yaml.Node) (corev1.VolumeProjection, error) {
	var out corev1.VolumeProjection
	err := each(n, func(key string, v *yaml.Node) (err error) {
		if key == "serviceAccountToken" && !isNull(v) {
			out.ServiceAccountToken, err = token(v)
		}
		return err
	})
	return out, err
}

func token(n *yaml.Node) (*corev1.ServiceAccountTokenProjection, error) {
	out := &corev1.ServiceAccountTokenProjection{}
	err := each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "audience":
			out.Audience, err = scalar(v)
		case "expirationSeconds":
			out.ExpirationSeconds, err = number[int64](v)
		case "path":
			out.Path, err = scalar(v)
		}
		return err
	})
	return out, err
}
