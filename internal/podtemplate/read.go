package podtemplate

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// read reads the pod template, the Pod, or the pod spec at a place in an object.
func read(object *yaml.Node, f found, row Row) (*Template, error) {
	t := &Template{Way: f.way, nodes: f.nodes, Base: row.Base, Inherits: row.Inherits, Typed: &corev1.PodTemplateSpec{}}
	var err error
	if t.Bare, err = row.bare(f.node()); err != nil {
		return nil, err
	}
	r := reader{level: rrsa.LevelPod}
	if t.Bare {
		err = podSpec(f.node(), &t.Typed.Spec)
	} else {
		err = yamlnode.Each(f.node(), func(key string, v *yaml.Node) (err error) {
			switch key {
			case "metadata":
				t.Typed.ObjectMeta, err = r.meta(v)
			case "spec":
				err = podSpec(v, &t.Typed.Spec)
			}
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	if row.Inherits {
		if t.Typed.ObjectMeta, err = r.inherited(object, f.node(), t.Bare); err != nil {
			return nil, err
		}
	}
	if account := row.account(object); account != "" {
		t.Typed.Spec.ServiceAccountName = account
	}
	t.Labels, t.Annotations = t.Typed.Labels, t.Typed.Annotations
	t.Reasons = r.reasons
	t.findContainers()
	t.findClaims()
	return t, nil
}

// inherited reads the labels and annotations that a pod has from its object, and
// from next to a pod spec, whose own win.
func (r *reader) inherited(object, spec *yaml.Node, bare bool) (metav1.ObjectMeta, error) {
	of, err := r.meta(yamlnode.Get(object, "metadata"))
	if err != nil {
		return of, yamlnode.Below(".metadata", err)
	}
	out := metav1.ObjectMeta{Labels: maps.Clone(of.Labels), Annotations: maps.Clone(of.Annotations)}
	if !bare {
		return out, nil
	}
	own, err := r.meta(spec)
	for key, value := range own.Labels {
		metav1.SetMetaDataLabel(&out, key, value)
	}
	for key, value := range own.Annotations {
		metav1.SetMetaDataAnnotation(&out, key, value)
	}
	return out, err
}

func podSpec(n *yaml.Node, out *corev1.PodSpec) error {
	return yamlnode.Each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "serviceAccountName":
			out.ServiceAccountName, err = yamlnode.Scalar(v)
		case "serviceAccount":
			out.DeprecatedServiceAccount, err = yamlnode.Scalar(v)
		case "nodeName":
			out.NodeName, err = yamlnode.Scalar(v)
		case "os":
			out.OS = &corev1.PodOS{Name: corev1.OSName(yamlnode.GetString(v, "name"))}
		case "nodeSelector":
			if system := yamlnode.GetString(v, corev1.LabelOSStable); system != "" {
				out.NodeSelector = map[string]string{corev1.LabelOSStable: system}
			}
		case "volumes":
			out.Volumes, err = yamlnode.ReadList(v, volume)
		case "containers":
			out.Containers, err = yamlnode.ReadList(v, container)
		case "initContainers":
			out.InitContainers, err = yamlnode.ReadList(v, container)
		}
		return err
	})
}

func container(n *yaml.Node) (corev1.Container, error) {
	var c corev1.Container
	err := yamlnode.Each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "name":
			c.Name, err = yamlnode.Scalar(v)
		case "env":
			c.Env, err = yamlnode.ReadList(v, EnvVar)
		case "envFrom":
			c.EnvFrom, err = yamlnode.ReadList(v, envFrom)
		case "volumeMounts":
			c.VolumeMounts, err = yamlnode.ReadList(v, volumeMount)
		}
		return err
	})
	return c, err
}

func envFrom(n *yaml.Node) (corev1.EnvFromSource, error) {
	out := corev1.EnvFromSource{Prefix: yamlnode.GetString(n, "prefix")}
	name := func(key string) corev1.LocalObjectReference {
		return corev1.LocalObjectReference{Name: yamlnode.GetString(n, key, "name")}
	}
	switch {
	case yamlnode.Get(n, "configMapRef") != nil:
		out.ConfigMapRef = &corev1.ConfigMapEnvSource{LocalObjectReference: name("configMapRef")}
	case yamlnode.Get(n, "secretRef") != nil:
		out.SecretRef = &corev1.SecretEnvSource{LocalObjectReference: name("secretRef")}
	}
	return out, nil
}

// EnvVar reads a variable: its name, its value, and whether it has a valueFrom.
func EnvVar(n *yaml.Node) (corev1.EnvVar, error) {
	var e corev1.EnvVar
	err := yamlnode.Each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "name":
			e.Name, err = yamlnode.Scalar(v)
		case "value":
			e.Value, err = yamlnode.Scalar(v)
		case "valueFrom":
			if !yamlnode.IsNull(v) {
				e.ValueFrom = &corev1.EnvVarSource{}
			}
		}
		return err
	})
	return e, err
}

func volumeMount(n *yaml.Node) (corev1.VolumeMount, error) {
	var m corev1.VolumeMount
	err := yamlnode.Each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "name":
			m.Name, err = yamlnode.Scalar(v)
		case "mountPath":
			m.MountPath, err = yamlnode.Scalar(v)
		case "subPath":
			m.SubPath, err = yamlnode.Scalar(v)
		case "subPathExpr":
			m.SubPathExpr, err = yamlnode.Scalar(v)
		}
		return err
	})
	return m, err
}

func volume(n *yaml.Node) (corev1.Volume, error) {
	var out corev1.Volume
	err := yamlnode.Each(n, func(key string, v *yaml.Node) (err error) {
		switch {
		case key == "name":
			out.Name, err = yamlnode.Scalar(v)
		case key == "projected" && !yamlnode.IsNull(v):
			out.Projected, err = projected(v)
		}
		return err
	})
	return out, err
}

func projected(n *yaml.Node) (*corev1.ProjectedVolumeSource, error) {
	out := &corev1.ProjectedVolumeSource{}
	err := yamlnode.Each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "defaultMode":
			out.DefaultMode, err = yamlnode.Number[int32](v)
		case "sources":
			out.Sources, err = yamlnode.ReadList(v, projection)
		}
		return err
	})
	return out, err
}

func projection(n *yaml.Node) (corev1.VolumeProjection, error) {
	var out corev1.VolumeProjection
	err := yamlnode.Each(n, func(key string, v *yaml.Node) (err error) {
		if key == "serviceAccountToken" && !yamlnode.IsNull(v) {
			out.ServiceAccountToken, err = token(v)
		}
		return err
	})
	return out, err
}

func token(n *yaml.Node) (*corev1.ServiceAccountTokenProjection, error) {
	out := &corev1.ServiceAccountTokenProjection{}
	err := yamlnode.Each(n, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "audience":
			out.Audience, err = yamlnode.Scalar(v)
		case "expirationSeconds":
			out.ExpirationSeconds, err = yamlnode.Number[int64](v)
		case "path":
			out.Path, err = yamlnode.Scalar(v)
		}
		return err
	})
	return out, err
}
