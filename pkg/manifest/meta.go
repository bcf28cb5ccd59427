package manifest

import (
	"fmt"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

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
