package session

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Input is what files or live objects hold.
type Input struct {
	Streams []*manifest.Stream
	// Targets are the arguments that name live objects; none if files are given.
	Targets []string
	// Selection is what chooses live objects instead of Targets; nil for nothing. Left is
	// how many owners of pods, or objects, it has left out.
	Selection *cluster.Selection
	Left      int
	// Pods are the Pods that exist, as they are, by their manifests: live ones and, for
	// a verb that examines them, those of files.
	Pods map[*manifest.Item]*corev1.Pod
	// Workloads are the other live objects as they are, by their manifests.
	Workloads map[*manifest.Item]*unstructured.Unstructured
	// Selected are the pods of a selection that something has made, by the manifest of that.
	// Where its pod template isn't known, it is the manifest of the first pod.
	Selected map[*manifest.Item]*cluster.SelectedPods
	// About names what makes the pods of the live objects.
	About []types.NamespacedName
}

// Live tells whether the input is of the cluster.
func (in Input) Live() bool { return len(in.Targets) > 0 || in.Selection != nil }

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
