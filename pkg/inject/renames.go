package inject

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// Annotations in which kustomize keeps, while it builds, what an object was called
// before it renamed it: lists with commas, parallel to each other. It corrects the
// references to renamed objects only at the very end, so that a function in
// between sees the new names of the objects and the old names in the references.
// They are read and never written.
const (
	previousNamesAnnotation      = "internal.config.kubernetes.io/previousNames"
	previousNamespacesAnnotation = "internal.config.kubernetes.io/previousNamespaces"
	previousKindsAnnotation      = "internal.config.kubernetes.io/previousKinds"
	prefixesAnnotation           = "internal.config.kubernetes.io/prefixes"
	suffixesAnnotation           = "internal.config.kubernetes.io/suffixes"
)

// unsetNamespace is how kustomize records that an object had no namespace. It
// records the namespace of that name in the same way.
const unsetNamespace = "default"

// previousID is a namespace and a name that an object had.
type previousID struct{ namespace, name string }

// previousIDs reads what an object of its kind was called before, the oldest
// first. Lists that don't fit together are an error, as they are in kustomize.
func previousIDs(kind string, n *yaml.Node) ([]previousID, error) {
	annotations := annotationsOf(n)
	list, ok := annotationList(annotations, previousNamesAnnotation)
	if !ok {
		return nil, nil
	}
	namespaces, _ := annotationList(annotations, previousNamespacesAnnotation)
	kinds, hasKinds := annotationList(annotations, previousKindsAnnotation)
	if len(namespaces) != len(list) || hasKinds && len(kinds) != len(list) {
		return nil, fmt.Errorf("reading the previous names that kustomize wrote: %d names, %d namespaces and %d kinds", len(list), len(namespaces), len(kinds))
	}
	var out []previousID
	have := map[previousID]bool{}
	for i, name := range list {
		id := previousID{namespace: namespaces[i], name: name}
		if (!hasKinds || kinds[i] == kind) && !have[id] {
			have[id] = true
			out = append(out, id)
		}
	}
	return out, nil
}

func annotationsOf(n *yaml.Node) *yaml.Node {
	return yamlnode.Get(yamlnode.Get(n, "metadata"), "annotations")
}

func annotationList(annotations *yaml.Node, key string) ([]string, bool) {
	v := yamlnode.Get(annotations, key)
	if v == nil || v.Kind != yaml.ScalarNode {
		return nil, false
	}
	return strings.Split(v.Value, ","), true
}

// referred finds the ServiceAccount that an object means by a name, in a
// namespace as Namespace takes it: the one to which the reference points when
// kustomize is done. That is not always the one that has the name now. Where a
// name could mean several it is an error; kustomize fails on most of these, too.
func (x *Index) referred(from *manifest.Item, namespace, name string) (*Known[corev1.ServiceAccount], error) {
	now := x.accounts[[2]string{namespace, name}]
	here := x.renamed[previousID{namespace, name}]
	if now == nil && len(here) == 0 {
		// The object's own namespace will be changed as well, by a later step.
		moved := x.moved[previousID{namespace, name}]
		if from.Namespace == "" && namespace != unsetNamespace {
			moved = append(slices.Clip(moved), x.moved[previousID{unsetNamespace, name}]...)
			moved = slices.DeleteFunc(moved, func(k *Known[corev1.ServiceAccount]) bool { return k.Object.Namespace == namespace })
			moved = distinct(moved)
		}
		// Several can't be told apart here, and perhaps none of them is meant.
		if found, err := meant(from, name, moved); err == nil {
			return found, nil
		}
		return nil, nil
	}
	found, err := meant(from, name, here)
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		// The reference stays as it is.
		return now, nil
	case now != nil && now != found && !slices.Contains(here, now):
		// The one with the name was never renamed. kustomize forgets such ones when
		// it corrects references, unless a later step renames it after all.
		if after, err := meant(from, name, []*Known[corev1.ServiceAccount]{now, found}); err != nil || after != found {
			return nil, ambiguous(name, now, found)
		}
	}
	return found, nil
}

// meant picks, as kustomize does, the one of several that an object means: the
// only one, or the one with the same prefixes and suffixes. It may be none.
func meant(it *manifest.Item, name string, candidates []*Known[corev1.ServiceAccount]) (*Known[corev1.ServiceAccount], error) {
	if len(candidates) > 1 {
		n, err := it.Node()
		if err != nil {
			return nil, err
		}
		for _, strict := range []bool{false, true} {
			candidates = slices.DeleteFunc(slices.Clone(candidates), func(k *Known[corev1.ServiceAccount]) bool {
				return len(candidates) > 1 && !k.affixes.same(affixesOf(n), strict)
			})
		}
	}
	switch len(candidates) {
	case 0:
		return nil, nil
	case 1:
		return candidates[0], nil
	}
	return nil, ambiguous(name, candidates...)
}

// affixes are the prefixes and suffixes that kustomize has given to an object's name.
type affixes [2][]string

func affixesOf(n *yaml.Node) (out affixes) {
	for i, key := range [...]string{prefixesAnnotation, suffixesAnnotation} {
		out[i], _ = annotationList(annotationsOf(n), key)
	}
	return out
}

// same tells whether the prefixes and suffixes of two objects end in the same way.
// Unless strict, none are like any.
func (a affixes) same(b affixes, strict bool) bool {
	for i := range a {
		first, second := a[i], b[i]
		n := min(len(first), len(second))
		if n == 0 && strict && len(first) != len(second) || !slices.Equal(first[len(first)-n:], second[len(second)-n:]) {
			return false
		}
	}
	return true
}

func ambiguous(name string, accounts ...*Known[corev1.ServiceAccount]) error {
	var all []string
	for _, k := range accounts {
		all = append(all, fmt.Sprintf("%q", k.Object.Name))
	}
	return fmt.Errorf("finding ServiceAccount %q: it could be %s, which kustomize has renamed or renames later; give them different names, or move the transformer into each of the bases",
		name, strings.Join(all, " or "))
}

// addLast adds to a list what isn't its last entry. Those of one object come in a row.
func addLast[T comparable](list []T, v T) []T {
	if len(list) > 0 && list[len(list)-1] == v {
		return list
	}
	return append(list, v)
}

// distinct drops what stands in a list a second time.
func distinct[T comparable](list []T) []T {
	have := map[T]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool {
		again := have[v]
		have[v] = true
		return again
	})
}
