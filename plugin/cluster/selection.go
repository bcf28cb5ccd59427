package cluster

import (
	"cmp"
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// Selection are the objects that a label selector chooses in the cluster's Namespace, or
// in all of them.
type Selection struct {
	// Types are those of the objects, as kubectl's arguments name them; empty for pods.
	Types string
	// Selector is a label selector; empty for all.
	Selector      string
	AllNamespaces bool
	// Most is how many objects are taken, and how many owners of pods.
	Most int
}

// OfPods tells whether pods are selected, by whatever name kubectl has for them.
func (s Selection) OfPods() bool {
	return slices.Contains([]string{"", "pods", "pod", "po"}, strings.ToLower(s.Types))
}

// SelectedPods are the pods of one owner that a selection has chosen, or one pod without
// an owner.
type SelectedPods struct {
	// Top is the controller at the top; nil for a pod without one.
	Top *diagnose.Controller
	// Pods are the first of them, without what no decision is made from. More tells that
	// there are others.
	Pods []corev1.Pod
	More bool
}

// ReadSelected reads the objects of a selection that aren't pods; left is how many there
// are besides.
func ReadSelected(c *Cluster, s Selection) (out []*unstructured.Unstructured, left int, err error) {
	err = c.visit(func(b *resource.Builder) *resource.Builder {
		return b.ResourceTypeOrNameArgs(true, s.Types).LabelSelectorParam(s.Selector).AllNamespaces(s.AllNamespaces).RequestChunksOf(pageSize)
	}, func(object *unstructured.Unstructured) {
		if len(out) < s.Most {
			out = append(out, object)
		} else {
			left++
		}
	})
	return out, left, err
}

// ReadSelectedPods reads the pods of a selection by the page, sorted by what is at the top of
// their controllers. Pages aren't kept: of each owner the first pods are, up to a page of
// them, and nothing of the owners that are left out; left is how many of those there are,
// as far as the pods tell it.
func ReadSelectedPods(ctx context.Context, c *Cluster, s Selection) (out []*SelectedPods, left int, err error) {
	p := &picked{most: s.Most}
	list := PodList{Selector: s.Selector, Namespace: c.Namespace, Again: func() { p = &picked{most: s.Most} }}
	if s.AllNamespaces {
		list.Namespace = ""
	}
	list.Each = func(pod *corev1.Pod) error { p.add(pod); return nil }
	inconsistent, err := c.Pods(ctx, list)
	if err != nil {
		return nil, 0, err
	}
	if inconsistent {
		c.note("the list of pods expired while it was read: pods made or deleted meanwhile may be among them or not")
	}
	if err := p.climb(ctx, c); err != nil {
		return nil, 0, err
	}
	return p.merged(), len(p.left), nil
}

// picked are pods by their controllers, in the order of the list.
type picked struct {
	most    int
	by      map[types.UID]*SelectedPods
	ordered []*SelectedPods
	// names and left are the workloads that are taken and those that are left out, as far
	// as pods tell them: the pods of two ReplicaSets of a Deployment are of one.
	names, left map[workloadName]bool
}

// workloadName is what a pod tells of its workload. A pod without a controller is one itself.
type workloadName struct {
	types.NamespacedName
	bare bool
}

func (p *picked) add(pod *corev1.Pod) {
	if p.by == nil {
		p.by, p.names, p.left = map[types.UID]*SelectedPods{}, map[workloadName]bool{}, map[workloadName]bool{}
	}
	ref := controllerOf(pod)
	key, name := pod.UID, workloadName{types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}, true}
	if ref != nil {
		key, name = ref.UID, workloadName{WorkloadOf("Pod", pod), false}
		if ref.Kind == "Job" { // the Jobs of a CronJob are told by their number only
			name.Name = ref.Name
		}
	}
	of := p.by[key]
	if of == nil {
		if !p.names[name] && len(p.names) >= p.most {
			p.left[name] = true
			return
		}
		of = &SelectedPods{}
		if p.names[name], p.by[key] = true, of; ref != nil {
			of.Top = &diagnose.Controller{OwnerReference: *ref, Namespace: pod.Namespace}
		}
		p.ordered = append(p.ordered, of)
	}
	if of.More = len(of.Pods) >= pageSize; !of.More {
		of.Pods = append(of.Pods, *slim(pod))
	}
}

// slim is a pod without what no decision is made from: who has written it, and how it runs.
func slim(pod *corev1.Pod) *corev1.Pod {
	out := *pod
	out.ManagedFields = nil
	out.Status = corev1.PodStatus{Phase: pod.Status.Phase}
	return &out
}

// climb finds what is at the top of all controllers at once.
func (p *picked) climb(ctx context.Context, c *Cluster) error {
	var reads []func() error
	for _, of := range p.ordered {
		if of.Top == nil {
			continue
		}
		reads = append(reads, func() error {
			top, err := c.Top(ctx, &of.Pods[0])
			if top != nil {
				of.Top = top
			}
			return err
		})
	}
	return Together(reads...)
}

// merged has those of one top together.
func (p *picked) merged() []*SelectedPods {
	var out []*SelectedPods
	tops := map[types.UID]*SelectedPods{}
	for _, of := range p.ordered {
		if of.Top != nil && tops[of.Top.UID] != nil {
			first := tops[of.Top.UID]
			all := slices.Concat(first.Pods, of.Pods)
			first.More = first.More || of.More || len(all) > pageSize
			first.Pods = all[:min(len(all), pageSize)]
			continue
		}
		if of.Top != nil {
			tops[of.Top.UID] = of
		}
		out = append(out, of)
	}
	// The API server's order is that of its keys, in which "a-b" is before "a".
	slices.SortStableFunc(out, func(a, b *SelectedPods) int {
		return cmp.Or(strings.Compare(a.Pods[0].Namespace, b.Pods[0].Namespace), strings.Compare(a.name(), b.name()))
	})
	return out
}

func (of *SelectedPods) name() string {
	if of.Top != nil {
		return of.Top.Name
	}
	return of.Pods[0].Name
}
