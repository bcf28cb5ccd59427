package session

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Input is what files or live objects hold.
type Input struct {
	Streams []*manifest.Stream
	// Targets are the arguments that name live objects; none if files are given.
	Targets []string
	// Pods are the live Pods as they are, by their manifests.
	Pods map[*manifest.Item]*corev1.Pod
	// Workloads are the other live objects as they are, by their manifests.
	Workloads map[*manifest.Item]*unstructured.Unstructured
	// About names what makes the pods of the live objects.
	About []types.NamespacedName
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

// OnlyNamespace is the namespace of objects that name none: the input's only
// Namespace, if there is exactly one.
func OnlyNamespace(items []*manifest.Item) (string, error) {
	namespaces := slices.DeleteFunc(slices.Clone(items), func(it *manifest.Item) bool {
		return it.APIVersion != "v1" || it.Kind != "Namespace" || it.LocalConfig()
	})
	// Two of one name are an error, whichever is meant, unless they are the same.
	if _, err := inject.NewIndex(namespaces, "", "input"); err != nil || len(namespaces) == 0 {
		return "", err
	}
	only := namespaces[0].Name
	if slices.ContainsFunc(namespaces, func(it *manifest.Item) bool { return it.Name != only }) {
		return "", nil
	}
	return only, nil
}

// CheckNamespace fails for a namespace that isn't there: an empty one would look
// the same.
func CheckNamespace(lookup *cluster.Lookup, name string) error {
	known, err := lookup.Namespace(name)
	if err != nil {
		return err
	}
	for _, r := range known.Reasons {
		if r.Code == cluster.CodeNotInCluster {
			return fmt.Errorf("%s: name another one with -n", r.Message)
		}
	}
	return nil
}

// sort tells files from live objects: an argument is a file if it is "-", a URL or
// a glob pattern, ends as manifests do or exists; any other names live objects, as
// TYPE/NAME or as TYPE NAME... It returns the flags with the files, and the live
// objects. Given both, the verb fails.
func sort(flags Flags, args []string) (Flags, []string, error) {
	var targets []string
	flags.Files.Filenames = slices.Clone(flags.Files.Filenames)
	for _, arg := range args {
		if isFile(arg) || flags.local() {
			flags.Files.Filenames = append(flags.Files.Filenames, arg)
		} else {
			targets = append(targets, arg)
		}
	}
	var err error
	switch {
	case len(targets) == 0:
	case flags.HasFiles():
		err = fmt.Errorf("checking the arguments: %q is no file: give files, or live objects as TYPE/NAME, not both", targets[0])
	case len(targets) == 1 && !strings.Contains(targets[0], "/"):
		err = fmt.Errorf("checking the arguments: %q is no file: live objects are named TYPE/NAME, or TYPE NAME", targets[0])
	case flags.Files.Recursive:
		err = errors.New("checking the arguments: --recursive is for directories of files")
	}
	return flags, targets, err
}

func isFile(arg string) bool {
	if arg == "-" || arg == "" || IsURL(arg) || strings.ContainsAny(arg, "*?[") || term.HasManifestEnding(arg) {
		return true
	}
	_, err := os.Stat(arg)
	return err == nil
}

// IsURL tells whether an argument is a URL of the web.
func IsURL(arg string) bool {
	u, err := url.Parse(arg)
	return err == nil && (strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "http"))
}

// readLive reads the objects that the arguments name, as manifests that could be
// applied: without what the API server has written into them. A Pod is read as it
// was before it was created and injected; as it is it stays in the input's Pods.
func readLive(ctx context.Context, c *cluster.Cluster, targets []string) (Input, error) {
	objects, err := c.Objects(targets...)
	if err != nil {
		return Input{}, err
	}
	out := Input{Targets: targets, Pods: map[*manifest.Item]*corev1.Pod{}, Workloads: map[*manifest.Item]*unstructured.Unstructured{}}
	for _, object := range objects {
		out.About = append(out.About, cluster.WorkloadOf(object.GetKind(), object))
		pod, err := diagnose.AsPod(object)
		if err != nil {
			return Input{}, err
		}
		s, err := asStream(object, pod)
		if err != nil {
			return Input{}, err
		}
		for _, it := range s.Items() {
			if pod != nil {
				out.Pods[it] = pod
			} else {
				out.Workloads[it] = object
			}
		}
		out.Streams = append(out.Streams, s)
	}
	return out, nil
}

// asStream turns a live object into a manifest. pod is the same object if it is a
// Pod.
func asStream(object *unstructured.Unstructured, pod *corev1.Pod) (*manifest.Stream, error) {
	object, err := diagnose.Original(object, pod)
	if err != nil {
		return nil, err
	}
	data, err := yaml.Marshal(object.Object)
	if err != nil {
		return nil, fmt.Errorf("encoding %s %q: %w", object.GetKind(), object.GetName(), err)
	}
	return manifest.Parse(cluster.Source, data)
}
