package diff

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// compareApplied compares live objects with what applying the injected manifests
// would make of them.
func compareApplied(ctx context.Context, s *session.Session, how cluster.Apply) (comparison, error) {
	after, report, err := s.Changed(s.Injector, s.Input.Streams, func(report *inject.Report) { tellOthers(s, report) })
	if err != nil {
		return comparison{}, err
	}
	objects, err := toApply(s, report, after)
	if err != nil {
		return comparison{}, err
	}
	dryRun, err := cluster.NewDryRun(s.Cluster)
	if err != nil {
		return comparison{}, err
	}
	out := comparison{from: "live", to: "merged"}
	for _, object := range objects {
		pair, err := merged(ctx, s, dryRun, how, object, objects)
		if err != nil {
			return comparison{}, s.LocalHint(err)
		}
		out.pairs = append(out.pairs, pair)
	}
	return out, nil
}

// toApply reads from the injected text the objects that diff is about: those with
// pod templates, Namespaces and ServiceAccounts.
func toApply(s *session.Session, report *inject.Report, injected []*manifest.Stream) ([]*unstructured.Unstructured, error) {
	places := map[*manifest.Item]string{}
	for _, c := range report.Templates {
		if c.Known() {
			places[c.Item] = cmp.Or(c.Namespace, s.Injector.Namespace)
		}
	}
	var out []*unstructured.Unstructured
	others := map[string]int{}
	for i, stream := range s.Input.Streams {
		before := stream.Items()
		for n, it := range injected[i].Items() {
			place, hasTemplate := places[before[n]]
			nextToPods := it.APIVersion == "v1" && (it.Kind == "Namespace" || it.Kind == "ServiceAccount")
			switch {
			case s.Input.Pods[before[n]] != nil:
				continue // it can't be applied
			case nextToPods && !it.LocalConfig():
				place = cmp.Or(it.Namespace, s.Injector.Namespace)
			case !hasTemplate:
				others[it.Kind]++
				continue
			}
			object, err := it.Object()
			if err != nil {
				return nil, err
			}
			u := &unstructured.Unstructured{Object: object}
			if u.GetName() == "" {
				return nil, fmt.Errorf("%s: %s has no name, so that it can't be applied: with --local the manifests are compared", it.Origin, it)
			}
			if u.GetNamespace() == "" && it.Kind != "Namespace" {
				u.SetNamespace(place)
			}
			out = append(out, u)
		}
	}
	if len(others) > 0 {
		var left []string
		for _, kind := range slices.Sorted(maps.Keys(others)) {
			left = append(left, fmt.Sprintf("%s (%d)", kind, others[kind]))
		}
		s.Note("left out, as they have no pod template or are marked as local config: " + strings.Join(left, ", "))
	}
	return out, nil
}

// merged compares one object with what applying it would make of it.
func merged(ctx context.Context, s *session.Session, dryRun *cluster.DryRun, how cluster.Apply, object *unstructured.Unstructured, all []*unstructured.Unstructured) (textdiff.Pair, error) {
	name := strings.ToLower(object.GetKind()) + "/" + object.GetName()
	live, applied, err := dryRun.Apply(ctx, how, object)
	missing := cluster.MissingNamespace(err)
	isMissing := func(u *unstructured.Unstructured) bool {
		return u.GetAPIVersion() == "v1" && u.GetKind() == "Namespace" && u.GetName() == missing
	}
	switch {
	case err == nil:
	case live == nil && missing != "" && slices.ContainsFunc(all, isMissing):
		say(s, "%s is new and shown as in the manifest: a dry run can't create it before its namespace %q", name, missing)
		applied = object
	case live == nil && missing != "":
		return textdiff.Pair{}, fmt.Errorf("comparing %s: the cluster has no namespace %q, and the input neither: %w", name, missing, err)
	case apierrors.IsConflict(err) && how.ServerSide:
		return textdiff.Pair{}, fmt.Errorf("comparing %s: %w (--field-manager names the one that applies, --force-conflicts takes the fields over)", name, err)
	case apierrors.IsInvalid(err) && live != nil:
		return textdiff.Pair{}, fmt.Errorf("comparing %s: applying it would be refused: %w (what can't change is replaced by kubectl replace --force)", name, firstLine{err})
	default:
		return textdiff.Pair{}, fmt.Errorf("comparing %s: %w", name, err)
	}
	if manager := serverSideManager(live); manager != "" && !how.ServerSide {
		say(s, "%s was applied by %q on the server side, so that what an apply would take out isn't known: --server-side --field-manager %s compares as it would apply", name, manager, manager)
	}
	if live != nil && how.ServerSide {
		if err := tellManagers(s, name, how, live, applied); err != nil {
			return textdiff.Pair{}, err
		}
	}
	out := textdiff.Pair{Name: objectName(object.GetAPIVersion(), object.GetKind(), object.GetNamespace(), object.GetName())}
	if live != nil {
		if out.Before, err = applicable(live); err != nil {
			return out, err
		}
	}
	out.After, err = applicable(applied)
	return out, err
}

// say tells on stderr what the result alone doesn't show.
func say(s *session.Session, format string, args ...any) {
	fmt.Fprintln(s.Talk, "note:", printable.Message(fmt.Sprintf(format, args...)))
}

// serverSideManager is the manager that has applied an object on the server side;
// empty if kubectl apply has noted what it applied, or nobody has applied it.
func serverSideManager(live *unstructured.Unstructured) string {
	if live == nil || live.GetAnnotations()[corev1.LastAppliedConfigAnnotation] != "" {
		return ""
	}
	for _, f := range live.GetManagedFields() {
		if f.Operation == metav1.ManagedFieldsOperationApply && f.Subresource == "" {
			return f.Manager
		}
	}
	return ""
}

// applicable is an object's text without what is no part of a manifest.
func applicable(object *unstructured.Unstructured) (string, error) {
	object = diagnose.Unwritten(object)
	annotations := object.GetAnnotations()
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	if len(annotations) == 0 {
		annotations = nil
	}
	object.SetAnnotations(annotations)
	data, err := yaml.Marshal(object.Object)
	if err != nil {
		return "", fmt.Errorf("encoding %s %q: %w", object.GetKind(), object.GetName(), err)
	}
	return string(data), nil
}

// firstLine is an error without the pages that the API server writes below it
// about what can't change.
type firstLine struct{ error }

func (f firstLine) Error() string {
	said, _, _ := strings.Cut(f.error.Error(), "\n")
	return said
}

func (f firstLine) Unwrap() error { return f.error }
