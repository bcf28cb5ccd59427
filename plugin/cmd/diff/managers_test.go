package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func entry(manager string, operation metav1.ManagedFieldsOperationType, fields string) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{Manager: manager, Operation: operation, APIVersion: "apps/v1", FieldsV1: metav1.NewFieldsV1(fields)}
}

const (
	valueOfA = `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{"f:env":{"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{}}}}}}}}}`
	nameOfA  = `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{"f:env":{"k:{\"name\":\"A\"}":{".":{},"f:name":{}}}}}}}}}`
	replicas = `{"f:spec":{"f:replicas":{}}}`
	noted    = `{"f:metadata":{"f:annotations":{".":{},"f:kubectl.kubernetes.io/last-applied-configuration":{}}}}`
)

func TestTakenOver(t *testing.T) {
	const apply, update = metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate
	status := entry("kubelet", update, valueOfA)
	status.Subresource = "status"
	for _, tt := range []struct {
		name          string
		before, after []metav1.ManagedFieldsEntry
		want          []string
	}{
		{"a value", []metav1.ManagedFieldsEntry{entry("kubectl", apply, valueOfA)},
			[]metav1.ManagedFieldsEntry{entry("flux", apply, valueOfA), entry("kubectl", apply, nameOfA)},
			[]string{`from "kubectl" .spec.template.spec.containers[name="app"].env[name="A"].value`}},
		{"all that a manager has", []metav1.ManagedFieldsEntry{entry("scaler", update, replicas), entry("kubectl", apply, valueOfA)},
			[]metav1.ManagedFieldsEntry{entry("flux", apply, replicas), entry("kubectl", apply, valueOfA)}, []string{`from "scaler" .spec.replicas`}},
		{"two names of operations", []metav1.ManagedFieldsEntry{entry("flux", update, replicas)},
			[]metav1.ManagedFieldsEntry{entry("flux", apply, replicas)}, []string{`from "flux" .spec.replicas`}},
		{"the same value", []metav1.ManagedFieldsEntry{entry("kubectl", apply, valueOfA)},
			[]metav1.ManagedFieldsEntry{entry("flux", apply, valueOfA), entry("kubectl", apply, valueOfA)}, nil},
		{"its own", []metav1.ManagedFieldsEntry{entry("flux", apply, valueOfA)}, []metav1.ManagedFieldsEntry{entry("flux", apply, replicas)}, nil},
		{"a status", []metav1.ManagedFieldsEntry{status}, []metav1.ManagedFieldsEntry{entry("flux", apply, valueOfA)}, nil},
		{"what is gone altogether", []metav1.ManagedFieldsEntry{entry("kubectl", update, replicas)}, []metav1.ManagedFieldsEntry{entry("flux", apply, valueOfA)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := takenOver("flux", tt.before, tt.after)
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("(-want +got): %v\n%s", err, diff)
			}
		})
	}
	if _, err := takenOver("flux", []metav1.ManagedFieldsEntry{entry("x", update, "{")}, nil); err == nil {
		t.Error("want an error for fields that can't be read")
	}
}

func TestOnlyKubectl(t *testing.T) {
	const apply, update = metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate
	flux := entry("kustomize-controller", apply, valueOfA)
	for name, tt := range map[string]struct {
		entry metav1.ManagedFieldsEntry
		want  bool
	}{
		"an edit":            {entry("kubectl-edit", update, replicas), true},
		"an apply":           {entry("kubectl", apply, replicas), true},
		"what Flux has, too": {entry("kubectl", apply, valueOfA), false},
		"kubectl's note":     {entry("kubectl-client-side-apply", update, noted), false},
		"the way out":        {entry("flux-client-side-apply", update, replicas), false},
	} {
		if got, err := onlyKubectl([]metav1.ManagedFieldsEntry{flux, tt.entry}); got != tt.want || err != nil {
			t.Errorf("%s: want %t, got %t, %v", name, tt.want, got, err)
		}
	}
}

func TestForcedBy(t *testing.T) {
	for manager, want := range map[string]string{
		"kustomize-controller": "Flux", "helm-controller": "Flux", "argocd-controller": "Argo CD", "kubectl": "", "helm": "", "kustomize-controller-x": "",
	} {
		if got := forcedBy(manager); got != want {
			t.Errorf("%s: want %q, got %q", manager, want, got)
		}
	}
}
