package inject

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// reconcile compares what a pod template is to get with what an earlier run has
// added to it, and lists what has to change. needed says that a mount without a mark
// holds on to the volume; stuck, that the volume therefore stays.
func (r *run) reconcile(t *Template, needed bool) (stuck bool, err error) {
	r.entries.share(&t.Decision.Mutation)
	want := t.Decision.Mutation
	next := 0
	for i, c := range t.view.Containers {
		var mutation rrsa.ContainerMutation
		if next < len(want.Containers) && want.Containers[next].Init == c.Init && want.Containers[next].Index == c.Index {
			mutation = want.Containers[next]
			next++
		}
		t.changes = append(t.changes, r.env(c, t.marks.of(i).env, mutation)...)
		t.changes = append(t.changes, r.mounts(c, t.marks.of(i).mounts, mutation.Mounts)...)
	}
	if next < len(want.Containers) {
		return false, fmt.Errorf("comparing %s: the decision is about other containers", t)
	}
	volumes, stuck := r.volumes(t, want.Volume, needed)
	t.changes = append(t.changes, volumes...)
	if t.changes, err = emptied(t.source, t.changes); err != nil {
		return stuck, err
	}
	if t.Item.Wrapped() && slices.ContainsFunc(t.changes, takesMark) {
		t.changes = append(t.changes, forgetRuntimeIDs(t.source.Node)...)
	}
	return stuck, nil
}

// env lists what becomes of a container's variables.
func (r *run) env(c podtemplate.Container, have map[int]envMark, want rrsa.ContainerMutation) []yamledit.Change {
	list := c.Way.To("env")
	change := func(op yamledit.Op, i int, text, keep string) yamledit.Change {
		return yamledit.Change{Op: op, List: list, Index: i, Text: text, Keep: keep}
	}
	var removed, restored, updated, overridden []yamledit.Change
	add := slices.Clone(want.Env)
	for _, i := range slices.Sorted(maps.Keys(have)) {
		m, now := have[i], c.Typed.Env[i]
		named := func(e corev1.EnvVar) bool { return e.Name == now.Name }
		from := add
		if m.Replaced {
			from = want.Override
		}
		at := slices.IndexFunc(from, named)
		switch {
		case at < 0 && m.Replaced:
			restored = append(restored, change(yamledit.PutBack, i, m.Was, Mark))
		case at < 0:
			removed = append(removed, change(yamledit.Remove, i, "", ""))
		case now.Value != from[at].Value || now.ValueFrom != nil:
			updated = append(updated, change(yamledit.SetValue, i, from[at].Value, ""))
		}
		if at >= 0 && !m.Replaced {
			add = slices.Delete(add, at, at+1)
		}
	}
	for _, e := range want.Override {
		for i, now := range c.Typed.Env {
			if _, ours := have[i]; !ours && now.Name == e.Name && (now.Value != e.Value || now.ValueFrom != nil) {
				overridden = append(overridden, change(yamledit.SetValue, i, e.Value, Mark))
			}
		}
	}
	out := slices.Concat(orEmptied(removed, len(c.Typed.Env), len(add)), restored, updated, overridden)
	if len(add) > 0 {
		out = append(out, yamledit.Change{Op: yamledit.Append, List: list, Entries: r.entries.ofEnv(add).nodes, Keep: Mark})
	}
	return out
}

// mounts lists what becomes of a container's mounts.
func (r *run) mounts(c podtemplate.Container, have []int, want []corev1.VolumeMount) []yamledit.Change {
	list := c.Way.To("volumeMounts")
	var removed []yamledit.Change
	for _, i := range have {
		if len(want) > 0 && want[0].MountPath == c.Typed.VolumeMounts[i].MountPath {
			want = want[1:]
		} else {
			removed = append(removed, yamledit.Change{Op: yamledit.Remove, List: list, Index: i})
		}
	}
	out := orEmptied(removed, len(c.Typed.VolumeMounts), len(want))
	if len(want) > 0 {
		out = append(out, yamledit.Change{Op: yamledit.Append, List: list, Entries: r.entries.ofMounts(want).nodes, Keep: Mark})
	}
	return out
}

// volumes lists what becomes of a pod's volumes.
func (r *run) volumes(t *Template, want *corev1.Volume, needed bool) (out []yamledit.Change, stuck bool) {
	list := t.view.Spec().To("volumes")
	var removed []yamledit.Change
	add := want
	for _, i := range t.marks.volumes {
		switch {
		case add == nil && needed:
			stuck = true
		case add == nil:
			removed = append(removed, yamledit.Change{Op: yamledit.Remove, List: list, Index: i})
		case !sameToken(t.view.Typed.Spec.Volumes[i], *add):
			out = append(out, yamledit.Change{Op: yamledit.Replace, List: list, Index: i, Entries: r.entries.ofVolume(add).nodes})
			add = nil
		default:
			add = nil
		}
	}
	out = append(orEmptied(removed, len(t.view.Typed.Spec.Volumes), len(out)), out...)
	if add != nil {
		out = append(out, yamledit.Change{Op: yamledit.Append, List: list, Entries: r.entries.ofVolume(add).nodes, Keep: Mark})
	}
	return out, stuck
}

// orEmptied makes one change of what takes out all entries of a list that gets no
// others.
func orEmptied(removed []yamledit.Change, entries, added int) []yamledit.Change {
	if len(removed) == 0 || len(removed) < entries || added > 0 {
		return removed
	}
	return []yamledit.Change{{Op: yamledit.Drop, List: removed[0].List}}
}

// emptied settles what becomes of the lists all of whose entries go.
func emptied(o yamledit.Object, changes []yamledit.Change) ([]yamledit.Change, error) {
	var at []int
	var lists []yamledit.Change
	for i, c := range changes {
		if c.Op == yamledit.Drop {
			at, lists = append(at, i), append(lists, c)
		}
	}
	lists, err := yamledit.Emptied(o, lists, Mark)
	for i, c := range lists {
		changes[at[i]] = c
	}
	return changes, err
}

// sameToken compares the token volumes as far as one can differ from another.
func sameToken(a, b corev1.Volume) bool {
	token := func(v corev1.Volume) string {
		if v.Projected == nil || v.Projected.DefaultMode == nil || len(v.Projected.Sources) != 1 {
			return ""
		}
		t := v.Projected.Sources[0].ServiceAccountToken
		if t == nil || t.ExpirationSeconds == nil {
			return ""
		}
		return fmt.Sprint(*v.Projected.DefaultMode, t.Audience, t.Path, *t.ExpirationSeconds)
	}
	return token(a) != "" && token(a) == token(b)
}

// runtimeIDs are annotations by which kpt recognizes an object that a function
// gives back. It then copies comments from what it sent, to entries of lists by
// their index: an entry that moves up because one of ours was taken out would get
// our mark, and a value that was put back would keep it. kpt adds them before a
// function and takes them out behind it, so nobody misses them.
var runtimeIDs = [...]string{"internal.config.kubernetes.io/id", "config.k8s.io/id"}

// takesMark tells whether a change takes a mark out.
func takesMark(c yamledit.Change) bool {
	return slices.Contains([]yamledit.Op{yamledit.Remove, yamledit.Empty, yamledit.Drop, yamledit.PutBack}, c.Op)
}

// forgetRuntimeIDs takes the annotations out, so that the comments stay as they are
// given.
func forgetRuntimeIDs(object *yaml.Node) []yamledit.Change {
	way := yamlnode.Way{}.To("metadata", "annotations")
	annotations := way.Follow(object)
	var out []yamledit.Change
	for _, id := range runtimeIDs {
		if annotations == nil || annotations.Kind != yaml.MappingNode {
			return nil
		}
		if k, _ := yamlnode.Pair(annotations, id); k != nil {
			out = append(out, yamledit.Change{Op: yamledit.Drop, List: way.To(id)})
		}
	}
	return out
}
