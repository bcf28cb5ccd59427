package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// Input is what files or live objects hold.
type Input struct {
	Streams []*manifest.Stream
	// Targets are the arguments that name live objects; none if files are given.
	Targets []string
	// Pods are the live Pods as they are, by their manifests.
	Pods map[*manifest.Item]*corev1.Pod
	// Selectors are what live workloads select their pods by, by their manifests.
	Selectors map[*manifest.Item]string
}

// Live tells whether the input is of the cluster.
func (in Input) Live() bool { return len(in.Targets) > 0 }

// Items are the objects of all streams.
func (in Input) Items() []*manifest.Item { return Items(in.Streams) }

// Items are the objects of streams, in their order.
func Items(streams []*manifest.Stream) []*manifest.Item {
	var out []*manifest.Item
	for _, s := range streams {
		out = append(out, s.Items()...)
	}
	return out
}

// read reads what the arguments name: live objects, or files. It reads nothing for a
// verb that needs no input where none is given.
func read(ctx context.Context, flags Flags, c *cluster.Cluster, named arguments) (Input, error) {
	switch {
	case len(named.targets) > 0 && c == nil:
		return Input{}, fmt.Errorf("reading %q: %w", named.targets, cluster.ErrNone)
	case len(named.targets) > 0:
		return readLive(ctx, c, named.targets)
	case len(named.files.Filenames) == 0 && named.files.Kustomize == "" && !flags.Need.Input:
		return Input{}, nil
	}
	streams, err := readFiles(ctx, named.files, flags.In)
	return Input{Streams: streams}, err
}

// placed is the injector with the namespace where kubectl apply would put objects
// that name none, if there is a cluster and nothing else says it.
func placed(injector inject.Injector, items []*manifest.Item, c *cluster.Cluster) (inject.Injector, error) {
	if injector.Namespace != "" || c == nil {
		return injector, nil
	}
	only, err := OnlyNamespace(items)
	injector.Namespace = cmp.Or(only, c.Namespace)
	return injector, err
}

// OnlyNamespace is the namespace of objects that name none: the input's only
// Namespace, if there is exactly one.
func OnlyNamespace(items []*manifest.Item) (string, error) {
	namespaces := slices.DeleteFunc(slices.Clone(items), func(it *manifest.Item) bool { return it.APIVersion != "v1" || it.Kind != "Namespace" })
	index, err := inject.NewIndex(namespaces, "", "input")
	if err != nil {
		return "", err
	}
	only := ""
	for _, it := range namespaces {
		known, err := index.Namespace(it.Name)
		if err != nil {
			return "", err
		}
		if known == nil || known.Item != it {
			continue
		}
		if only != "" {
			return "", nil
		}
		only = it.Name
	}
	return only, nil
}
