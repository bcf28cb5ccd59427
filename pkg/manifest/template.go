package manifest

import (
	"fmt"
	"strconv"
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
// none. The path of an error grows on its way up, so that none is built for
// objects that have no error.
func each(m *yaml.Node, do func(key string, v *yaml.Node) error) error {
	if isNull(m) {
		return nil
	}
	m = deref(m)
	if m.Kind != yaml.MappingNode {
		return &fieldError{line: m.Line, problem: "want a mapping, got " + describe(m)}
	}
	content, err := pairs(m)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(content); i += 2 {
		if err := do(content[i].Value, deref(content[i+1])); err != nil {
			return below("."+content[i].Value, err)
		}
	}
	return nil
}

// eachEntry calls a function for every entry of a list; a null or missing list
// has none.
func eachEntry(list *yaml.Node, do func(entry *yaml.Node) error) error {
	if isNull(list) {
		return nil
	}
	list = deref(list)
	if list.Kind != yaml.SequenceNode {
		return &fieldError{line: list.Line, problem: "want a list, got " + describe(list)}
	}
	for i, entry := range list.Content {
		if isNull(entry) {
			return below("["+strconv.Itoa(i)+"]", &fieldError{line: entry.Line, problem: "the entry is empty"})
		}
		if err := do(deref(entry)); err != nil {
			return below("["+strconv.Itoa(i)+"]", err)
		}
	}
	return nil
}

// readList reads a list's entries one by one.
func readList[T any](list *yaml.Node, read func(*yaml.Node) (T, error)) ([]T, error) {
	if isNull(list) {
		return nil, nil
	}
	out := make([]T, 0, len(list.Content))
	err := eachEntry(list, func(entry *yaml.Node) error {
		one, err := read(entry)
		out = append(out, one)
		return err
	})
	return out, err
}

// scalar reads a scalar's text; null is empty.
func scalar(v *yaml.Node) (string, error) {
	if isNull(v) {
		return "", nil
	}
	if v.Kind != yaml.ScalarNode {
		return "", &fieldError{line: v.Line, problem: "want a string, got " + describe(v)}
	}
	return v.Value, nil
}

// number reads an integer, in any of YAML's notations.
func number[T int32 | int64](v *yaml.Node) (*T, error) {
	if isNull(v) {
		return nil, nil
	}
	var out T
	if err := v.Decode(&out); err != nil {
		return nil, &fieldError{line: v.Line, problem: "want a whole number, got " + describe(v)}
	}
	return &out, nil
}

// objectMeta reads an item's own metadata.
func (r *reader) objectMeta(it *Item) (metav1.ObjectMeta, error) {
	out, err := r.meta(get(it.node, "metadata"))
	return out, below(".metadata", err)
}

// meta reads the parts of an object's metadata that the engine looks at.
func (r *reader) meta(m *yaml.Node) (metav1.ObjectMeta, error) {
	var out metav1.ObjectMeta
	err := each(m, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "name":
			out.Name, err = scalar(v)
		case "namespace":
			out.Namespace, err = scalar(v)
		case "uid":
			var uid string
			uid, err = scalar(v)
			out.UID = types.UID(uid)
		case "labels", "annotations":
			var values map[string]string
			values, err = r.values(v, key)
			if key == "labels" {
				out.Labels = values
			} else {
				out.Annotations = values
			}
		}
		return err
	})
	return out, err
}

// values reads labels or annotations. An RRSA value that YAML doesn't take for a
// string is read as its text and reported. (§5)
func (r *reader) values(m *yaml.Node, field string) (map[string]string, error) {
	var out map[string]string
	err := each(m, func(key string, v *yaml.Node) error {
		text, err := scalar(v)
		if err != nil {
			return err
		}
		if out == nil {
			out = make(map[string]string, len(m.Content)/2)
		}
		out[key] = text
		if strings.HasPrefix(key, rrsa.KeyPrefix) && !isString(v) {
			r.reasons = append(r.reasons, rrsa.Reason{
				Code: rrsa.CodeValueNotString, Severity: rrsa.Warning, Level: r.level, Field: "metadata." + field + "[" + key + "]",
				Message: fmt.Sprintf("%s: %s has no quotes, so kubectl does not send it as a string and the API server rejects the object", key, text),
				Hint:    "write " + quoted(key, text) + ", in quotes",
			})
		}
		return nil
	})
	return out, err
}

// quoted is what an RRSA value without quotes was meant to be.
func quoted(key, text string) string {
	switch key {
	case rrsa.InjectionKey, rrsa.InjectSTSEndpointKey:
		return strconv.Quote(rrsa.On)
	case rrsa.OverrideEnvKey:
		return strconv.Quote(rrsa.True)
	}
	return "the value"
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
