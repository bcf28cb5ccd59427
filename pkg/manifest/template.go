package manifest

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// reader reads from nodes what the engine needs, and nothing else: a typed
// decoding of whole objects would cost several times as much and drop fields that
// it doesn't know. Errors name the path; reasons collect what only a reader of
// YAML can see.
type reader struct {
	level   rrsa.Level
	reasons []rrsa.Reason
}

// each calls a function for every key of a mapping; a null or missing mapping has
// none.
func each(m *yaml.Node, path string, do func(key string, k, v *yaml.Node) error) error {
	if isNull(m) {
		return nil
	}
	m = deref(m)
	if m.Kind != yaml.MappingNode {
		return &fieldError{path: path, line: m.Line, problem: "want a mapping, got " + describe(m)}
	}
	content, err := pairs(m)
	if err != nil {
		if fe, ok := err.(*fieldError); ok && fe.path == "" {
			fe.path = path
		}
		return err
	}
	for i := 0; i+1 < len(content); i += 2 {
		if err := do(content[i].Value, content[i], deref(content[i+1])); err != nil {
			return err
		}
	}
	return nil
}

// eachEntry calls a function for every entry of a list; a null or missing list
// has none.
func eachEntry(list *yaml.Node, path string, do func(i int, path string, entry *yaml.Node) error) error {
	if isNull(list) {
		return nil
	}
	list = deref(list)
	if list.Kind != yaml.SequenceNode {
		return &fieldError{path: path, line: list.Line, problem: "want a list, got " + describe(list)}
	}
	for i, entry := range list.Content {
		if err := do(i, fmt.Sprintf("%s[%d]", path, i), deref(entry)); err != nil {
			return err
		}
	}
	return nil
}

// scalar reads a scalar's text; null is empty.
func scalar(v *yaml.Node, path string) (string, error) {
	if isNull(v) {
		return "", nil
	}
	if v.Kind != yaml.ScalarNode {
		return "", &fieldError{path: path, line: v.Line, problem: "want a string, got " + describe(v)}
	}
	return v.Value, nil
}

// number reads an integer, in any of YAML's notations.
func number[T int32 | int64](v *yaml.Node, path string) (*T, error) {
	if isNull(v) {
		return nil, nil
	}
	var out T
	if err := v.Decode(&out); err != nil {
		return nil, &fieldError{path: path, line: v.Line, problem: "want a whole number, got " + describe(v)}
	}
	return &out, nil
}

// meta reads the parts of an object's metadata that the engine looks at.
func (r *reader) meta(m *yaml.Node, path string) (metav1.ObjectMeta, error) {
	var out metav1.ObjectMeta
	err := each(m, path, func(key string, _, v *yaml.Node) (err error) {
		switch key {
		case "name":
			out.Name, err = scalar(v, path+".name")
		case "namespace":
			out.Namespace, err = scalar(v, path+".namespace")
		case "uid":
			var uid string
			uid, err = scalar(v, path+".uid")
			out.UID = types.UID(uid)
		case "labels":
			out.Labels, err = r.values(v, path+".labels")
		case "annotations":
			out.Annotations, err = r.values(v, path+".annotations")
		}
		return err
	})
	return out, err
}

// values reads labels or annotations. An RRSA value that YAML doesn't take for a
// string is read as its text and reported. (§5)
func (r *reader) values(m *yaml.Node, path string) (map[string]string, error) {
	var out map[string]string
	err := each(m, path, func(key string, _, v *yaml.Node) error {
		text, err := scalar(v, path+"["+key+"]")
		if err != nil {
			return err
		}
		if out == nil {
			out = make(map[string]string, len(m.Content)/2)
		}
		out[key] = text
		if strings.HasPrefix(key, rrsa.KeyPrefix) && !isString(v) {
			r.reasons = append(r.reasons, rrsa.Reason{
				Code: rrsa.CodeValueNotString, Severity: rrsa.Warning, Level: r.level, Field: "metadata" + path[strings.LastIndexByte(path, '.'):] + "[" + key + "]",
				Message: fmt.Sprintf("%s: %s has no quotes, so kubectl does not send it as a string and the API server rejects the object", key, text),
				Hint:    fmt.Sprintf("write %q, in quotes", text),
			})
		}
		return nil
	})
	return out, err
}

// isString tells whether both YAML 1.2 and YAML 1.1, which kubectl reads, take a
// scalar for a string.
func isString(v *yaml.Node) bool {
	if isNull(v) {
		return true // Kubernetes reads null as the empty string
	}
	if v.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return true
	}
	if v.Tag != yaml.NodeTagString {
		return false
	}
	return !yaml.IsYaml1_1NonString(v) || v.Style&yaml.TaggedStyle != 0
}

// template reads a pod template, or a Pod. serviceAccount is the value of the
// ServiceAccount path of a kind that has its own; it wins.
func (r *reader) template(n *yaml.Node, path, serviceAccount string) (*corev1.PodTemplateSpec, error) {
	out := &corev1.PodTemplateSpec{}
	err := each(n, path, func(key string, _, v *yaml.Node) (err error) {
		switch key {
		case "metadata":
			out.ObjectMeta, err = r.meta(v, path+".metadata")
		case "spec":
			err = r.podSpec(v, path+".spec", &out.Spec)
		}
		return err
	})
	if serviceAccount != "" {
		out.Spec.ServiceAccountName = serviceAccount
	}
	return out, err
}

func (r *reader) podSpec(n *yaml.Node, path string, out *corev1.PodSpec) error {
	return each(n, path, func(key string, _, v *yaml.Node) (err error) {
		at := path + "." + key
		switch key {
		case "serviceAccountName":
			out.ServiceAccountName, err = scalar(v, at)
		case "serviceAccount":
			out.DeprecatedServiceAccount, err = scalar(v, at)
		case "nodeName":
			out.NodeName, err = scalar(v, at)
		case "os":
			name := getString(v, "name")
			out.OS = &corev1.PodOS{Name: corev1.OSName(name)}
		case "nodeSelector":
			if system := getString(v, corev1.LabelOSStable); system != "" {
				out.NodeSelector = map[string]string{corev1.LabelOSStable: system}
			}
		case "volumes":
			err = eachEntry(v, at, func(_ int, at string, entry *yaml.Node) error {
				volume, err := volume(entry, at)
				out.Volumes = append(out.Volumes, volume)
				return err
			})
		case "containers":
			out.Containers, err = containers(v, at)
		case "initContainers":
			out.InitContainers, err = containers(v, at)
		}
		return err
	})
}

func containers(list *yaml.Node, path string) ([]corev1.Container, error) {
	var out []corev1.Container
	err := eachEntry(list, path, func(_ int, path string, entry *yaml.Node) error {
		var c corev1.Container
		err := each(entry, path, func(key string, _, v *yaml.Node) (err error) {
			at := path + "." + key
			switch key {
			case "name":
				c.Name, err = scalar(v, at)
			case "env":
				err = eachEntry(v, at, func(_ int, at string, entry *yaml.Node) error {
					e, err := envVar(entry, at)
					c.Env = append(c.Env, e)
					return err
				})
			case "envFrom":
				err = eachEntry(v, at, func(_ int, _ string, entry *yaml.Node) error {
					c.EnvFrom = append(c.EnvFrom, corev1.EnvFromSource{Prefix: getString(entry, "prefix")})
					return nil
				})
			case "volumeMounts":
				err = eachEntry(v, at, func(_ int, at string, entry *yaml.Node) error {
					m, err := volumeMount(entry, at)
					c.VolumeMounts = append(c.VolumeMounts, m)
					return err
				})
			}
			return err
		})
		out = append(out, c)
		return err
	})
	return out, err
}

func envVar(n *yaml.Node, path string) (corev1.EnvVar, error) {
	var e corev1.EnvVar
	err := each(n, path, func(key string, _, v *yaml.Node) (err error) {
		switch key {
		case "name":
			e.Name, err = scalar(v, path+".name")
		case "value":
			e.Value, err = scalar(v, path+".value")
		case "valueFrom":
			if !isNull(v) {
				e.ValueFrom = &corev1.EnvVarSource{}
			}
		}
		return err
	})
	return e, err
}

func volumeMount(n *yaml.Node, path string) (corev1.VolumeMount, error) {
	var m corev1.VolumeMount
	err := each(n, path, func(key string, _, v *yaml.Node) (err error) {
		at := path + "." + key
		switch key {
		case "name":
			m.Name, err = scalar(v, at)
		case "mountPath":
			m.MountPath, err = scalar(v, at)
		case "subPath":
			m.SubPath, err = scalar(v, at)
		case "subPathExpr":
			m.SubPathExpr, err = scalar(v, at)
		}
		return err
	})
	return m, err
}

func volume(n *yaml.Node, path string) (corev1.Volume, error) {
	var out corev1.Volume
	err := each(n, path, func(key string, _, v *yaml.Node) (err error) {
		switch {
		case key == "name":
			out.Name, err = scalar(v, path+".name")
		case key == "projected" && !isNull(v):
			out.Projected, err = projected(v, path+".projected")
		}
		return err
	})
	return out, err
}

func projected(n *yaml.Node, path string) (*corev1.ProjectedVolumeSource, error) {
	out := &corev1.ProjectedVolumeSource{}
	err := each(n, path, func(key string, _, v *yaml.Node) (err error) {
		switch key {
		case "defaultMode":
			out.DefaultMode, err = number[int32](v, path+".defaultMode")
		case "sources":
			err = eachEntry(v, path+".sources", func(_ int, at string, entry *yaml.Node) error {
				var source corev1.VolumeProjection
				if token := get(entry, "serviceAccountToken"); token != nil {
					at += ".serviceAccountToken"
					seconds, err := number[int64](get(token, "expirationSeconds"), at+".expirationSeconds")
					if err != nil {
						return err
					}
					source.ServiceAccountToken = &corev1.ServiceAccountTokenProjection{
						Audience: getString(token, "audience"), ExpirationSeconds: seconds, Path: getString(token, "path"),
					}
				}
				out.Sources = append(out.Sources, source)
				return nil
			})
		}
		return err
	})
	out.Sources = slices.Clip(out.Sources)
	return out, err
}
