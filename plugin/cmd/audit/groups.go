package audit

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// causeKey tells the causes of pods apart. Pods of any number of workloads may have one.
type causeKey struct {
	state rrsa.State
	code  rrsa.Code
	// object is what the cause is about, with its namespace, unless that is the pod itself
	// or the whole cluster.
	namespace, object string
	// text is what is said of it, without what is of one pod only, and differs what pods that
	// are stale have otherwise.
	text, differs string
}

// cause is why pods are as they are.
type cause struct {
	causeKey
	diagnose.Finding
}

// part are the pods of one controller that are as they are for one cause.
type part struct {
	*cause
	pods    int
	example string
}

// ownerKey names what makes pods, as the report does.
type ownerKey struct {
	namespace string
	owner     cliapi.Owner
}

// group are all pods that are as they are for one cause, by what makes them.
type group struct {
	*cause
	owners map[ownerKey]*cliapi.OwnerAudit
}

// groups are the pods that are findings, by their causes. A cause is kept once, however many
// pods have it.
type groups struct {
	causes map[causeKey]*cause
	all    map[causeKey]*group
}

func newGroups() groups {
	return groups{causes: map[causeKey]*cause{}, all: map[causeKey]*group{}}
}

// causeOf is the cause that a finding about a pod is.
func (g groups) causeOf(pod *corev1.Pod, d diagnose.Diagnosis, f diagnose.Finding) *cause {
	key := causeKey{state: d.State, code: f.Code, text: cmp.Or(f.Shared, f.Message)}
	if d.State == rrsa.StateStale {
		key.differs = diagnose.Summary(d.Differences)
	}
	if strings.HasSuffix(key.text, key.differs) {
		key.differs = "" // it says so itself
	}
	switch {
	case f.Object == "pod/"+pod.Name:
		f.Object = ""
	case f.Object != "" && f.Level != rrsa.LevelComponent:
		key.namespace, key.object = pod.Namespace, f.Object
	}
	if g.causes[key] == nil {
		f.Message = key.text
		g.causes[key] = &cause{key, f}
	}
	return g.causes[key]
}

// isFinding tells whether a pod is a finding: by its state, or as its program gets no
// credentials though the pod has all that it should.
func isFinding(d diagnose.Diagnosis) bool {
	return diagnose.IsFinding(d.State) || d.State == rrsa.StateOK && d.Cause.Code != ""
}

// note counts a pod with those of the same controller that are as it is.
func (o *owned) note(c *cause, pod string) {
	i := slices.IndexFunc(o.parts, func(p part) bool { return p.cause == c })
	if i < 0 {
		i = len(o.parts)
		o.parts = append(o.parts, part{c, 0, pod})
	}
	o.parts[i].pods++
}

// add adds the pods of one controller to those with the same causes. top is what makes them;
// nil where it wasn't read.
func (g groups) add(o *owned, top *diagnose.Workload) {
	for _, p := range o.parts {
		c := p.cause
		if c.state == rrsa.StateStale && top.Injects() && o.own != nil {
			c = o.own
		}
		of := g.all[c.causeKey]
		if of == nil {
			of = &group{c, map[ownerKey]*cliapi.OwnerAudit{}}
			g.all[c.causeKey] = of
		}
		key, shown := ownerKey{namespace: o.Namespace}, o.shown
		if top != nil && !top.Gone {
			shown = &top.Owner
		}
		if shown != nil {
			key.owner = *shown
		}
		if of.owners[key] == nil {
			of.owners[key] = &cliapi.OwnerAudit{Namespace: o.Namespace, Owner: shown, Example: p.example}
		}
		of.owners[key].Pods += p.pods
	}
}

// report has the groups in its order, with what to do. fixes are what making the pods again
// would do.
func (g groups) report(fixes []cliapi.Fix) []cliapi.GroupAudit {
	of := map[ownerKey]*cliapi.Fix{}
	for i, f := range fixes {
		key := ownerKey{f.Namespace, cliapi.Owner{Name: f.Pod}}
		if f.Owner != nil {
			key.owner = *f.Owner
		}
		of[key] = &fixes[i]
	}
	out := []cliapi.GroupAudit{}
	for _, g := range g.all {
		said := cliapi.GroupAudit{
			APIVersion: cliapi.Version, Kind: "GroupAudit", State: g.state, Differs: g.differs, Trap: g.state == rrsa.StateOK,
			Cause: cliapi.Cause{Code: g.Code, Message: g.Message, Object: g.Object, Field: g.Field},
		}
		for _, o := range g.owners {
			said.Owners, said.Pods = append(said.Owners, *o), said.Pods+o.Pods
		}
		slices.SortFunc(said.Owners, func(x, y cliapi.OwnerAudit) int {
			return cmp.Or(cmp.Compare(y.Pods, x.Pods), strings.Compare(x.Namespace, y.Namespace), strings.Compare(ownerText(x), ownerText(y)))
		})
		said.Cause.Next = next(g, of)
		out = append(out, said)
	}
	rank := func(s rrsa.State) int {
		return slices.Index(slices.Concat(diagnose.FindingStates(), []rrsa.State{rrsa.StateOK}), s)
	}
	slices.SortFunc(out, func(x, y cliapi.GroupAudit) int {
		return cmp.Or(cmp.Compare(rank(x.State), rank(y.State)), cmp.Compare(y.Pods, x.Pods), strings.Compare(string(x.Cause.Code), string(y.Cause.Code)),
			strings.Compare(x.Cause.Message, y.Cause.Message))
	})
	return out
}

// next is what to do about a group: what helps its only workload, or else where that is
// said of each.
func next(g *group, fixes map[ownerKey]*cliapi.Fix) string {
	if !diagnose.Broken(g.state) {
		return g.Hint
	}
	if len(g.owners) == 1 {
		for key, o := range g.owners {
			if o.Owner == nil && o.Pods == 1 {
				key.owner.Name = o.Example
			}
			if fix := fixes[key]; fix != nil {
				return diagnose.Next(g.Finding, fix)
			}
		}
	}
	for key, o := range g.owners {
		if o.Owner == nil && len(fixes) > 0 || fixes[key] != nil {
			return "what making each of them again would do is said below"
		}
	}
	return g.Hint
}

// ownerText names what makes pods, or a pod that nothing makes.
func ownerText(o cliapi.OwnerAudit) string {
	switch {
	case o.Owner != nil:
		return diagnose.OwnerName(*o.Owner)
	case o.Pods == 1:
		return "pod/" + o.Example
	}
	return "no controller, such as pod/" + o.Example
}
