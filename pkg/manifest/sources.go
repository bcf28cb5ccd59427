package manifest

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Source tells where an object comes from that a decision was made from. The zero
// value means that the object isn't known.
type Source struct {
	// From is "input", "config", or what a Lookup calls itself.
	From string
	// Item is the object; nil if it stands in no manifest.
	Item *Item
	// Meta is the object's metadata, as far as it was read: names, labels and
	// annotations, and from a Lookup whatever that has; nil if it isn't known.
	Meta *metav1.ObjectMeta
}

// Sources are those of the two objects beside the pod template.
type Sources struct {
	Namespace      Source
	ServiceAccount Source
}

// Sources tells where the Namespace and the ServiceAccount of a decision come from.
func (c *Change) Sources() Sources { return c.sources }

// PodLabels are the labels of the pod template.
func (c *Change) PodLabels() (map[string]string, error) {
	if len(c.template.nodes) == 0 {
		return nil, nil // of a kind whose pod templates aren't known
	}
	var r reader
	meta, err := r.meta(get(c.template.node(), "metadata"))
	if err != nil {
		return nil, c.Item.wrap(below(".metadata", err))
	}
	return meta.Labels, nil
}
