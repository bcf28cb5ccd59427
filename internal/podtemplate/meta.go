package podtemplate

import (
	"fmt"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// reader reads from nodes what the engine needs, and nothing else: a typed
// decoding of whole objects would cost several times as much and drop fields that
// it doesn't know. Its reasons collect what only a reader of YAML can see.
type reader struct {
	level   rrsa.Level
	reasons []rrsa.Reason
}

// Meta reads the metadata of an object that is at a level, and what there is to say
// about it.
func Meta(object *yaml.Node, level rrsa.Level) (metav1.ObjectMeta, []rrsa.Reason, error) {
	r := reader{level: level}
	out, err := r.meta(yamlnode.Get(object, "metadata"))
	return out, r.reasons, yamlnode.Below(".metadata", err)
}

// meta reads the parts of an object's metadata that the engine looks at.
func (r *reader) meta(m *yaml.Node) (metav1.ObjectMeta, error) {
	var out metav1.ObjectMeta
	err := yamlnode.Each(m, func(key string, v *yaml.Node) (err error) {
		switch key {
		case "name":
			out.Name, err = yamlnode.Scalar(v)
		case "namespace":
			out.Namespace, err = yamlnode.Scalar(v)
		case "uid":
			var uid string
			uid, err = yamlnode.Scalar(v)
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
	err := yamlnode.Each(m, func(key string, v *yaml.Node) error {
		text, err := yamlnode.Scalar(v)
		if err != nil {
			return err
		}
		if out == nil {
			out = make(map[string]string, len(m.Content)/2)
		}
		out[key] = text
		if strings.HasPrefix(key, rrsa.KeyPrefix) && !yamlnode.IsString(v) {
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
