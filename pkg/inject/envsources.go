package inject

import (
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// envKeys reads the keys of the ConfigMaps and Secrets that a pod's containers take
// variables from, as far as the input has them. One that is there twice isn't known.
func envKeys(t *Template, all map[envSource][]*manifest.Item, reader *manifest.Reader) (map[rrsa.EnvSource][]string, error) {
	var out map[rrsa.EnvSource][]string
	for _, c := range t.view.Containers {
		for _, from := range c.Typed.EnvFrom {
			source := rrsa.EnvSourceOf(from)
			if found := all[envSource{t.Namespace, source}]; len(found) == 1 {
				if out == nil {
					out = map[rrsa.EnvSource][]string{}
				}
				var err error
				if out[source], err = dataKeys(found[0], reader); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}

// envSource is a ConfigMap or Secret in a namespace.
type envSource struct {
	namespace string
	rrsa.EnvSource
}

// findEnvSources finds the ConfigMaps and Secrets among items; those without a
// namespace are in the given one. They are read when a pod names them.
func findEnvSources(items []*manifest.Item, namespace string) map[envSource][]*manifest.Item {
	out := map[envSource][]*manifest.Item{}
	for _, it := range items {
		if it.APIVersion != "v1" || it.Kind != "ConfigMap" && it.Kind != "Secret" || it.LocalConfig() {
			continue
		}
		id := envSource{it.Namespace, rrsa.EnvSource{Kind: it.Kind, Name: it.Name}}
		if id.namespace == "" {
			id.namespace = namespace
		}
		out[id] = append(out[id], it)
	}
	return out
}

// dataKeys are the keys of a ConfigMap or Secret.
func dataKeys(it *manifest.Item, reader *manifest.Reader) ([]string, error) {
	n, err := it.DataKeys(reader)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, field := range []string{"data", "stringData", "binaryData"} {
		data := yamlnode.Get(n, field)
		if data == nil {
			continue
		}
		pairs, err := yamlnode.Pairs(data)
		if err != nil {
			continue // it is no object that a cluster takes
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			out = append(out, pairs[i].Value)
		}
	}
	return out, nil
}
