package cluster

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes/scheme"
)

// clientSideManager is the field manager of kubectl apply without --server-side.
const clientSideManager = "kubectl-client-side-apply"

// DryRun asks the API server what would become of objects. Admission is asked too;
// nothing is stored.
type DryRun struct {
	client dynamic.Interface
	mapper meta.RESTMapper
}

// NewDryRun returns what dry runs are made with.
func NewDryRun(c *Cluster) (*DryRun, error) {
	mapper, err := c.flags.ToRESTMapper()
	if err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}
	return &DryRun{client: c.dynamic, mapper: mapper}, nil
}

// CreatePod returns a pod as it would be stored. As for kubectl apply, a field that
// the API server doesn't know is an error. Errors are those of the API server.
func (d *DryRun) CreatePod(ctx context.Context, pod *unstructured.Unstructured) (*corev1.Pod, error) {
	stored, err := d.client.Resource(corev1.SchemeGroupVersion.WithResource("pods")).Namespace(pod.GetNamespace()).Create(ctx, pod, createOptions())
	if err != nil {
		return nil, err
	}
	out := &corev1.Pod{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(stored.Object, out); err != nil {
		return nil, fmt.Errorf("reading the API server's answer: %w", err)
	}
	return out, nil
}

// Apply is how objects are applied.
type Apply struct {
	// ServerSide leaves the merge to the API server. Without it the merge is that of
	// kubectl apply: of the object, the live one and the one applied last.
	ServerSide bool
	// FieldManager is the name for ServerSide.
	FieldManager string
	// ForceConflicts takes over fields that others manage, for ServerSide.
	ForceConflicts bool
}

// Apply returns an object of the cluster, nil if there is none, and what applying
// the given one would make of it. A namespace where none belongs is left out.
func (d *DryRun) Apply(ctx context.Context, how Apply, object *unstructured.Unstructured) (live, merged *unstructured.Unstructured, err error) {
	kind := object.GroupVersionKind()
	mapping, err := d.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	switch {
	case meta.IsNoMatchError(err):
		return nil, nil, fmt.Errorf("the cluster has no kind %s in %s: install its CustomResourceDefinition first", kind.Kind, kind.GroupVersion())
	case err != nil:
		return nil, nil, fmt.Errorf("finding the kind %s: %w", kind.Kind, err)
	}
	if mapping.Scope.Name() != meta.RESTScopeNameNamespace {
		object = object.DeepCopy()
		object.SetNamespace("")
	}
	resource := d.client.Resource(mapping.Resource).Namespace(object.GetNamespace())
	live, err = resource.Get(ctx, object.GetName(), metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		live = nil
	case err != nil:
		return nil, nil, err
	}
	kindOfPatch, data := types.ApplyPatchType, []byte(nil)
	options := metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}, FieldManager: clientSideManager, FieldValidation: metav1.FieldValidationStrict}
	switch {
	case how.ServerSide:
		options.FieldManager, options.Force = how.FieldManager, &how.ForceConflicts
		data, err = object.MarshalJSON()
	case live == nil:
		merged, err = resource.Create(ctx, object, createOptions())
		return nil, merged, err
	default:
		kindOfPatch, data, err = threeWay(live, object)
	}
	switch {
	case err != nil:
		return nil, nil, err
	case string(data) == "{}":
		return live, live, nil
	}
	merged, err = resource.Patch(ctx, object.GetName(), kindOfPatch, data, options)
	return live, merged, err
}

func createOptions() metav1.CreateOptions {
	return metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldManager: clientSideManager, FieldValidation: metav1.FieldValidationStrict}
}

// threeWay makes the patch that kubectl apply sends: what differs between a live
// object and the one to apply, and what goes because it was applied last time and
// is no longer there. It is "{}" if nothing is to change.
func threeWay(live, object *unstructured.Unstructured) (types.PatchType, []byte, error) {
	original := []byte(live.GetAnnotations()[corev1.LastAppliedConfigAnnotation])
	object = object.DeepCopy()
	annotations := object.GetAnnotations()
	if annotations == nil {
		// What kubectl notes as applied last always has annotations, if only {}:
		// without them here, all of the live ones would go.
		annotations = map[string]string{}
	}
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	object.SetAnnotations(annotations)
	current, err := live.MarshalJSON()
	if err != nil {
		return "", nil, fmt.Errorf("encoding the live object: %w", err)
	}
	modified, err := object.MarshalJSON()
	if err != nil {
		return "", nil, fmt.Errorf("encoding the object: %w", err)
	}
	kind := types.StrategicMergePatchType
	var patch []byte
	typed, err := scheme.Scheme.New(object.GroupVersionKind())
	switch {
	case runtime.IsNotRegisteredError(err):
		kind = types.MergePatchType
		patch, err = jsonmergepatch.CreateThreeWayJSONMergePatch(original, modified, current)
	case err == nil:
		var fields strategicpatch.PatchMetaFromStruct
		if fields, err = strategicpatch.NewPatchMetaFromStruct(typed); err == nil {
			patch, err = strategicpatch.CreateThreeWayMergePatch(original, modified, current, fields, true)
		}
	}
	if err != nil {
		return "", nil, fmt.Errorf("comparing it with the live object and the one applied last (--server-side leaves that to the API server): %w", err)
	}
	return kind, patch, nil
}

// MissingNamespace is the namespace whose absence an error of a dry run is about;
// empty if it is about anything else.
func MissingNamespace(err error) string {
	var status apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &status) {
		return ""
	}
	if d := status.Status().Details; d != nil && d.Kind == "namespaces" {
		return d.Name
	}
	return ""
}
