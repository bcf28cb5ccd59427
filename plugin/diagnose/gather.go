package diagnose

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Gathering sorts pods by what makes them, and those of each owner by state and cause. It
// keeps names and counts, and no pods.
type Gathering struct {
	owners map[types.UID]*Gathered
}

// Gathered are the pods of one owner, or a pod without one.
type Gathered struct {
	Made
	// Groups are in the order in which their first pods came.
	Groups []Group
}

// Group are pods that are as they are for the same cause.
type Group struct {
	State rrsa.State
	// Cause is the first pod's; zero if nothing is wrong.
	Cause Finding
	Pods  int
	// Example is the name of the first pod.
	Example string
}

// Said is the cause as it is true of all pods of the group.
func (g Group) Said() Finding {
	out := g.Cause
	if g.Pods > 1 {
		out.Message = cmp.Or(g.Cause.Shared, g.Cause.Message)
	}
	return out
}

// NewGathered is the set of a workload's pods, without any yet; nil is for a pod without
// a controller.
func NewGathered(namespace string, w *Workload) *Gathered {
	return &Gathered{Made: Made{Namespace: namespace, Workload: w, States: map[rrsa.State]int{}}}
}

// Add counts a pod of a workload. owner is the workload's UID; without a workload the pod
// is one by itself, and around is what is next to it.
func (g *Gathering) Add(pod *corev1.Pod, d Diagnosis, owner types.UID, w *Workload, around Around) {
	if g.owners == nil {
		g.owners = map[types.UID]*Gathered{}
	}
	key := owner
	if w == nil {
		key = pod.UID
	}
	of := g.owners[key]
	if of == nil {
		of = NewGathered(pod.Namespace, w)
		if g.owners[key] = of; w == nil && Broken(d.State) {
			of.Around, of.Bare = around, rrsa.Uninjected(Template(pod))
		}
	}
	of.Add(pod.Name, d)
}

// Owns tells whether a workload has a pod that was added.
func (g *Gathering) Owns(owner types.UID) bool { return g.owners[owner] != nil }

// Owners are the sets by namespace and name of their owner, those without one last.
func (g *Gathering) Owners() []*Gathered {
	return slices.SortedFunc(maps.Values(g.owners), func(a, b *Gathered) int {
		bare := func(of *Gathered) int {
			if of.Workload == nil {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), bare(a)-bare(b), cmp.Compare(a.name(), b.name()))
	})
}

func (g *Gathered) name() string {
	if g.Workload != nil {
		return g.Workload.String()
	}
	return g.Groups[0].Example
}

// Add counts a pod by its name.
func (g *Gathered) Add(name string, d Diagnosis) {
	g.States[d.State]++
	if d.State != rrsa.StateOK {
		g.Pods = append(g.Pods, name)
	}
	if d.Cause.Code == CodeWebhookFails {
		g.Doubt = cmp.Or(g.Doubt, d.Cause)
	}
	for i := range g.Groups {
		if g.Groups[i].State == d.State && g.Groups[i].Cause.Code == d.Cause.Code {
			g.Groups[i].Pods++
			return
		}
	}
	g.Groups = append(g.Groups, Group{State: d.State, Cause: d.Cause, Pods: 1, Example: name})
}
