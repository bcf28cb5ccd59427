package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// object is a manifest or a part of one, as it is written.
type object = map[string]any

// objects reads manifests as kubectl reads them, Lists as their items.
func objects(data []byte) ([]object, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	var out []object
	for {
		var o object
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the manifests: %w", err)
		}
		items, isList := o["items"].([]any)
		if !isList {
			items = []any{o}
		}
		for _, item := range items {
			if o, ok := item.(object); ok && o != nil && !isLocalConfig(o) {
				out = append(out, o)
			}
		}
	}
}

// isLocalConfig tells whether an object is for tools alone and never applied.
func isLocalConfig(o object) bool {
	metadata, _ := o["metadata"].(object)
	annotations, _ := metadata["annotations"].(object)
	value, ok := annotations["config.kubernetes.io/local-config"]
	return ok && value != "false"
}

// at is a string within an object; empty if it isn't there.
func at(o object, path ...string) string {
	for ; len(path) > 1; path = path[1:] {
		o, _ = o[path[0]].(object)
	}
	s, _ := o[path[0]].(string)
	return s
}

// podManifest is a Pod of the golden cases, or one made from a pod template.
type podManifest struct {
	// name tells where it is from, such as deployment/checkout[spec.template].
	name      string
	namespace string
	pod       object
}

// podManifests are the pods of manifests, with their namespace or else the given
// one. Whatever has a spec with containers is taken for a pod template, so that
// this doesn't share the project's table of kinds.
func podManifests(manifests []object, namespace string) []podManifest {
	var out []podManifest
	for _, o := range manifests {
		ns := at(o, "metadata", "namespace")
		if ns == "" {
			ns = namespace
		}
		name := at(o, "kind") + "/" + at(o, "metadata", "name")
		if at(o, "kind") == "Pod" && at(o, "apiVersion") == "v1" {
			out = append(out, podManifest{name, ns, o})
			continue
		}
		walk(o, "", func(path string, template object) {
			// The name is that of the workload's pods, which is none of a template's.
			metadata := object{"name": "pod"}
			if has, ok := template["metadata"].(object); ok {
				for _, key := range []string{"labels", "annotations"} {
					if v, ok := has[key]; ok {
						metadata[key] = v
					}
				}
			}
			spec := withClaims(template["spec"].(object), o)
			pod := object{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
			out = append(out, podManifest{name + "[" + path + "]", ns, pod})
		})
	}
	return out
}

// withClaims is a pod's spec with the volumes of a workload's volumeClaimTemplates
// in front, where the StatefulSet controller puts them.
func withClaims(spec, workload object) object {
	workloadSpec, _ := workload["spec"].(object)
	claims, _ := workloadSpec["volumeClaimTemplates"].([]any)
	if len(claims) == 0 {
		return spec
	}
	var volumes []any
	for _, claim := range claims {
		name := at(claim.(object), "metadata", "name")
		volumes = append(volumes, object{"name": name, "persistentVolumeClaim": object{"claimName": name + "-pod-0"}})
	}
	own, _ := spec["volumes"].([]any)
	spec = maps.Clone(spec)
	spec["volumes"] = append(volumes, own...)
	return spec
}

func walk(node any, path string, visit func(path string, template object)) {
	switch node := node.(type) {
	case object:
		if spec, ok := node["spec"].(object); ok {
			if _, ok := spec["containers"].([]any); ok {
				visit(path, node)
				return
			}
		}
		for _, key := range slices.Sorted(maps.Keys(node)) {
			next := key
			if path != "" {
				next = path + "." + key
			}
			walk(node[key], next, visit)
		}
	case []any:
		for i, entry := range node {
			walk(entry, fmt.Sprintf("%s[%d]", path, i), visit)
		}
	}
}

// renamed is an object as JSON, with another namespace and perhaps another name.
func renamed(t testing.TB, o object, namespace, name string) []byte {
	t.Helper()
	o = maps.Clone(o)
	metadata, _ := o["metadata"].(object)
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = object{}
	}
	delete(metadata, "namespace")
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	if name != "" {
		metadata["name"] = name
	}
	o["metadata"] = metadata
	out, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
