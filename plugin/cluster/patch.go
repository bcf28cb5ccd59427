package cluster

import (
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
)

// threeWay makes the patch that kubectl apply sends: what differs between a live
// object and the one to apply, and what goes because it was applied last time and
// is no longer there. It is "{}" if nothing is to change.
func threeWay(live, object *unstructured.Unstructured) (types.PatchType, []byte, error) {
	original := []byte(live.GetAnnotations()[corev1.LastAppliedConfigAnnotation])
	// What kubectl notes as applied last always has annotations, if only {}: without
	// them here, all of the live ones would go.
	annotations := map[string]string{}
	maps.Copy(annotations, object.GetAnnotations())
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	object = object.DeepCopy()
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
