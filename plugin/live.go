package plugin

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// readLive reads the objects that the arguments name, as manifests that could be
// applied: without what the API server has written into them.
func (o *common) readLive(context.Context) ([]*manifest.Stream, error) {
	if err := o.needCluster(); err != nil {
		return nil, err
	}
	objects, err := o.live.Objects(cluster.Selection{Args: o.targets})
	if err != nil {
		return nil, err
	}
	o.settings.liveInput = true
	var out []*manifest.Stream
	for _, object := range objects {
		s, err := asStream(object)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// needCluster fails where there is no cluster to ask.
func (o *common) needCluster() error {
	if o.live != nil {
		return nil
	}
	return fmt.Errorf("reading %q: %w", o.targets, cluster.ErrNone)
}

// asStream turns a live object into a manifest.
func asStream(object *unstructured.Unstructured) (*manifest.Stream, error) {
	object = object.DeepCopy()
	for _, field := range []string{"managedFields", "uid", "resourceVersion", "creationTimestamp", "generation", "selfLink"} {
		unstructured.RemoveNestedField(object.Object, "metadata", field)
	}
	unstructured.RemoveNestedField(object.Object, "status")
	data, err := yaml.Marshal(object.Object)
	if err != nil {
		return nil, fmt.Errorf("encoding %s %q: %w", object.GetKind(), object.GetName(), err)
	}
	return manifest.Parse(cluster.Source, data)
}
