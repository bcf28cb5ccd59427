package plugin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// applied compares one object with what applying it would make of it.
func (o *diffOptions) applied(ctx context.Context, dryRun *cluster.DryRun, object *unstructured.Unstructured, all []*unstructured.Unstructured) (textdiff.Pair, error) {
	name := strings.ToLower(object.GetKind()) + "/" + object.GetName()
	live, merged, err := dryRun.Apply(ctx, o.apply.Apply, object)
	switch {
	case err == nil:
	case live == nil && missingNamespace(err) != "":
		if !slices.ContainsFunc(all, func(u *unstructured.Unstructured) bool {
			return u.GetAPIVersion() == "v1" && u.GetKind() == "Namespace" && u.GetName() == missingNamespace(err)
		}) {
			return textdiff.Pair{}, fmt.Errorf("comparing %s: the cluster has no namespace %q, and the input neither: %w", name, missingNamespace(err), err)
		}
		o.say("%s is new and shown as in the manifest: a dry run can't create it before its namespace %q", name, missingNamespace(err))
		merged = object
	case apierrors.IsConflict(err) && o.apply.ServerSide:
		return textdiff.Pair{}, fmt.Errorf("comparing %s: %w (--field-manager names the one that applies, --force-conflicts takes the fields over)", name, err)
	case apierrors.IsInvalid(err) && live != nil:
		return textdiff.Pair{}, fmt.Errorf("comparing %s: applying it would be refused: %w (what can't change is replaced by kubectl replace --force)", name, firstLine{err})
	default:
		return textdiff.Pair{}, fmt.Errorf("comparing %s: %w", name, err)
	}
	if manager := serverSideManager(live); manager != "" && !o.apply.ServerSide {
		o.say("%s was applied by %q on the server side, so that what an apply would take out isn't known: --server-side --field-manager %s compares as it would apply", name, manager, manager)
	}
	out := textdiff.Pair{Name: objectName(object.GetAPIVersion(), object.GetKind(), object.GetNamespace(), object.GetName())}
	if live != nil {
		if out.Before, err = applicable(live); err != nil {
			return out, err
		}
	}
	out.After, err = applicable(merged)
	return out, err
}

// say tells on stderr what the result alone doesn't show.
func (o *diffOptions) say(format string, args ...any) {
	if !o.quiet {
		fmt.Fprintln(o.ErrOut, "note:", term.OneLine(fmt.Sprintf(format, args...)))
	}
}

// missingNamespace is the namespace whose absence an error is about.
func missingNamespace(err error) string {
	var status apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &status) {
		return ""
	}
	if d := status.Status().Details; d != nil && d.Kind == "namespaces" {
		return d.Name
	}
	return ""
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

// objectName names an object as kubectl diff does, such as
// "apps.v1.Deployment.shop.cart".
func objectName(apiVersion, kind, namespace, name string) string {
	return strings.Join(term.NonEmpty(strings.ReplaceAll(apiVersion, "/", "."), kind, namespace, name), ".")
}

// applicable is an object's text without what is no part of a manifest.
func applicable(object *unstructured.Unstructured) (string, error) {
	object = unwritten(object)
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
