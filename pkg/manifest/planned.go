package manifest

import (
	"cmp"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// planned are the edits of one object, which all its changes make together.
type planned struct {
	item    *Item
	changes []*Change
	edits   []edit
	// restores says that they put back a text that a mark has kept, which may not be
	// what it was.
	restores bool
	// encoded says that they write the object anew.
	encoded bool
	// shares says that they are in a part that is shared, so that they have to be
	// compared with what they should do.
	shares bool
}

// edit plans the edits of every object.
func (r *Report) edit() error {
	plans := map[*document][]*planned{}
	memo := map[memoKey]string{}
	for i := 0; i < len(r.Changes); {
		// The changes of one object stand together.
		p := &planned{item: r.Changes[i].Item}
		first := i
		for i < len(r.Changes) && r.Changes[i].Item == p.item {
			i++
		}
		p.changes = r.Changes[first:i]
		if err := p.edit(memo); err != nil {
			return p.item.wrap(err)
		}
		plans[p.item.doc] = append(plans[p.item.doc], p)
	}
	r.edits = map[*document][]edit{}
	for doc, all := range plans {
		if err := doc.settle(all); err != nil {
			return err
		}
		r.edits[doc] = edits(all)
	}
	return nil
}

// edit plans the edits in the text or, where that can't be done, as nodes.
func (p *planned) edit(memo map[memoKey]string) error {
	it := p.item
	s := splicer{text: it.doc.text, memo: memo}
	var err error
	needed := false
	for _, c := range p.changes {
		if c.work.empty() {
			continue
		}
		needed = true
		for _, w := range c.work.containers {
			p.restores = p.restores || len(w.restore) > 0
		}
		if err = s.inject(c); err != nil {
			break
		}
		if it.doc.marked && it.doc.text.anchors {
			if err = s.reattach(it.doc.root, get(c.template.node(), "spec")); err != nil {
				break
			}
		}
	}
	if err == nil && needed && it.doc.marked {
		s.restoreLast(it.node)
	}
	if err == nil && it.forgets(p.changes) {
		err = s.forgetRuntimeIDs(it)
	}
	if !needed || err == nil {
		p.edits, p.shares = s.edits, s.shares
		return nil
	}
	return p.encode()
}

func (p *planned) encode() (err error) {
	p.edits, err = p.item.encode(p.changes)
	p.encoded, p.shares = true, false
	return err
}

func edits(all []*planned) []edit {
	var out []edit
	for _, p := range all {
		out = append(out, p.edits...)
	}
	return out
}

// settle makes sure of the edits of a document's objects. Where one in a shared
// part doesn't do what it should, all such objects are encoded. What is encoded
// must mean what it should as well, and leave the anchors that others use.
func (d *document) settle(all []*planned) error {
	shares := false
	for _, p := range all {
		shares = shares || p.shares
	}
	if shares && !d.means(all) {
		for _, p := range all {
			if p.shares {
				if err := p.encode(); err != nil {
					return p.item.wrap(err)
				}
			}
		}
	}
	if i := slices.IndexFunc(all, func(p *planned) bool { return p.encoded }); i >= 0 && !d.means(all) {
		return all[i].item.wrap(refusal(all[i].item.node))
	}
	if i := slices.IndexFunc(all, func(p *planned) bool { return p.restores }); i >= 0 && !d.parses(all) {
		return all[i].item.wrap(refusal(all[i].item.node))
	}
	return nil
}

func (d *document) parses(all []*planned) bool {
	trial := document{text: d.text, edits: edits(all)}
	return yaml.Unmarshal(trial.bytes(), &yaml.Node{}) == nil
}

// means tells whether the edited text means what the changes are, in the objects
// that they are about and in all others.
func (d *document) means(all []*planned) bool {
	want := map[*Item]*yaml.Node{}
	for _, p := range all {
		changed, err := p.item.applyNodes(p.changes)
		if err != nil {
			return false
		}
		want[p.item] = changed
	}
	trial := document{text: d.text, edits: edits(all)}
	if overlap(trial.edits) {
		return false
	}
	var again yaml.Node
	if err := yaml.Unmarshal(trial.bytes(), &again); err != nil || len(again.Content) == 0 {
		return false
	}
	for _, it := range d.items {
		expected := want[it]
		if expected == nil {
			expected = it.node
		}
		if got := it.in(again.Content[0]); got == nil || !sameLists(expected, got) {
			return false
		}
	}
	return true
}

// overlap tells whether two edits change the same text: an object may be encoded
// anew while another one edits a list of it that both share.
func overlap(all []edit) bool {
	sorted := slices.SortedStableFunc(slices.Values(all), func(a, b edit) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	for i := 1; i < len(sorted); i++ {
		if sorted[i].start < sorted[i-1].end {
			return true
		}
	}
	return false
}
