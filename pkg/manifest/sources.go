package manifest

// Source tells where an object comes from that a decision was made from. The zero
// value means that the object isn't known.
type Source struct {
	// From is "input", "config", or what a Lookup calls itself.
	From string
	// Item is the object; nil if it stands in no manifest.
	Item *Item
}

// Sources are those of the two objects beside the pod template.
type Sources struct {
	Namespace      Source
	ServiceAccount Source
}

// Sources tells where the Namespace and the ServiceAccount of a decision come from.
func (c *Change) Sources() Sources { return c.sources }
