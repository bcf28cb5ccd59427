package audit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// maxEnvFrom bounds how many Secrets and ConfigMaps are read for what containers take from
// them as a whole.
const maxEnvFrom = 200

// keyUse are the pods of one workload that carry a static AccessKey, or may.
type keyUse struct {
	owner *cliapi.Owner
	keys  []rrsa.AccessKey
	carriers
	// from are pods that carry one only if the object has it.
	from map[rrsa.EnvFrom]*carriers
}

// carriers counts pods.
type carriers struct {
	pods, injected int
	example        string
}

func (c *carriers) add(pod *corev1.Pod) {
	if c.pods == 0 {
		c.example = pod.Name
	}
	c.pods++
	if rrsa.Touched(diagnose.Template(pod)) {
		c.injected++
	}
}

// keyUses are the workloads whose pods carry a static AccessKey, or may.
type keyUses map[ownerKey]*keyUse

// note notes a pod for the static AccessKeys that its containers have, or may have.
func (k keyUses) note(pod *corev1.Pod, owner *cliapi.Owner) {
	found, from := rrsa.AccessKeys(&pod.Spec)
	if len(found)+len(from) == 0 {
		return
	}
	key := ownerKey{namespace: pod.Namespace}
	if owner != nil {
		key.owner = *owner
	}
	use := k[key]
	if use == nil {
		use = &keyUse{owner: owner, from: map[rrsa.EnvFrom]*carriers{}}
		k[key] = use
	}
	use.has(found)
	if len(found) > 0 {
		use.add(pod)
		return // it carries one, wherever else another one is
	}
	for _, f := range from {
		if use.from[f] == nil {
			use.from[f] = &carriers{}
		}
		use.from[f].add(pod)
	}
}

func (u *keyUse) has(found []rrsa.AccessKey) {
	for _, k := range found {
		if !slices.Contains(u.keys, k) {
			u.keys = append(u.keys, k)
		}
	}
}

// open counts the objects that may have more.
func (k keyUses) open() int {
	objects := map[envObject]bool{}
	for key, use := range k {
		for f := range use.from {
			objects[envObject{key.namespace, f.Kind, f.Name}] = true
		}
	}
	return len(objects)
}

// envObject is an object from which containers take variables.
type envObject struct{ namespace, kind, name string }

// readEnvFrom looks into the objects from which containers take variables as a whole, as
// far as they may be read, for the names of AccessKeys. unread says what was left out.
func (k keyUses) readEnvFrom(ctx context.Context, c *cluster.Cluster) (unread []string, err error) {
	objects := map[envObject][]string{}
	for key, use := range k {
		for f := range use.from {
			objects[envObject{key.namespace, f.Kind, f.Name}] = nil
		}
	}
	order := slices.SortedFunc(maps.Keys(objects), func(x, y envObject) int {
		return cmp.Or(strings.Compare(x.namespace, y.namespace), strings.Compare(x.kind, y.kind), strings.Compare(x.name, y.name))
	})
	var one sync.Mutex
	refused, closed := map[envObject]bool{}, 0
	read := func(o envObject) error {
		all := envObject{namespace: o.namespace, kind: o.kind}
		one.Lock()
		skip := refused[all]
		one.Unlock()
		var names []string
		var err error
		if !skip {
			names, err = c.EnvKeys(ctx, o.namespace, o.kind, o.name)
		}
		one.Lock()
		defer one.Unlock()
		switch {
		case skip, apierrors.IsForbidden(err):
			refused[all] = true
			closed++
			return nil
		case err != nil:
			return fmt.Errorf("looking for AccessKeys: %w", err)
		}
		objects[o] = names
		return nil
	}
	for batch := range slices.Chunk(order[:min(len(order), maxEnvFrom)], 8) {
		var reads []func() error
		for _, o := range batch {
			reads = append(reads, func() error { return read(o) })
		}
		if err := cluster.Together(reads...); err != nil {
			return nil, err
		}
	}
	for key, use := range k {
		use.settle(func(f rrsa.EnvFrom) []string { return objects[envObject{key.namespace, f.Kind, f.Name}] })
	}
	say := func(n int, why string) {
		if n > 0 {
			unread = append(unread, fmt.Sprintf("%s from which containers take variables %s, and may hold AccessKeys", term.Count(n, "object"), why))
		}
	}
	say(closed, "may not be read")
	say(len(order)-maxEnvFrom, "were not looked at, as there are many: -n looks at those of one namespace")
	return unread, nil
}

// settle counts the pods that carry a key which an object has. The pods of a workload are
// alike: those that take several objects are counted once.
func (u *keyUse) settle(names func(rrsa.EnvFrom) []string) {
	var most carriers
	for f, c := range u.from {
		found := f.AccessKeys(names(f))
		u.has(found)
		if len(found) > 0 && c.pods > most.pods {
			most = *c
		}
	}
	u.pods, u.injected, u.from = u.pods+most.pods, u.injected+most.injected, nil
	u.example = cmp.Or(u.example, most.example)
}

// report has the workloads whose pods carry a static AccessKey, in its order.
func (k keyUses) report() []cliapi.AccessKeyAudit {
	out := []cliapi.AccessKeyAudit{}
	for key, use := range k {
		if use.pods == 0 {
			continue
		}
		said := cliapi.AccessKeyAudit{
			APIVersion: cliapi.Version, Kind: "AccessKeyAudit", Injected: use.injected,
			OwnerAudit: cliapi.OwnerAudit{Namespace: key.namespace, Owner: use.owner, Pods: use.pods, Example: use.example},
		}
		for _, v := range use.keys {
			said.Variables = append(said.Variables, cliapi.AccessKey{Container: v.Container, Name: v.Name, From: v.From, ReadBy: v.Reader})
		}
		slices.SortFunc(said.Variables, func(x, y cliapi.AccessKey) int {
			return cmp.Or(strings.Compare(x.Container, y.Container), strings.Compare(x.Name, y.Name), strings.Compare(x.From, y.From))
		})
		out = append(out, said)
	}
	slices.SortFunc(out, func(x, y cliapi.AccessKeyAudit) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(ownerText(x.OwnerAudit), ownerText(y.OwnerAudit)))
	})
	return out
}
