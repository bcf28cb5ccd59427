package diagnose

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// at is a minute of one day.
func at(minute int) metav1.Time { return metav1.Date(2026, 3, 1, 8, minute, 0, 0, time.UTC) }

// wrote is what the API server notes of one who has written a label or annotation.
func wrote(minute int, manager, of, key string) metav1.ManagedFieldsEntry {
	time := at(minute)
	return metav1.ManagedFieldsEntry{
		Manager: manager, Time: &time,
		FieldsV1: metav1.NewFieldsV1(`{"f:metadata":{"` + of + `":{".":{},"f:` + key + `":{}}},"f:secrets":{}}`),
	}
}

func TestLater(t *testing.T) {
	role := func(minute int, manager string) metav1.ManagedFieldsEntry {
		return wrote(minute, manager, "f:annotations", rrsa.RoleNameKey)
	}
	label := func(minute int) metav1.ManagedFieldsEntry {
		return wrote(minute, "kubectl-label", "f:labels", rrsa.InjectionKey)
	}
	account := func(minute int, fields ...metav1.ManagedFieldsEntry) *metav1.ObjectMeta {
		return &metav1.ObjectMeta{Name: "cart", CreationTimestamp: at(minute), ManagedFields: fields}
	}
	namespace := func(fields ...metav1.ManagedFieldsEntry) *metav1.ObjectMeta {
		return &metav1.ObjectMeta{Name: "shop", CreationTimestamp: at(1), ManagedFields: fields}
	}
	broken := role(20, "broken")
	broken.FieldsV1 = metav1.NewFieldsV1("[")
	noTime := role(20, "timeless")
	noTime.Time = nil
	for _, tt := range []struct {
		name               string
		namespace, account *metav1.ObjectMeta
		hook               *Hook
		want               []string
	}{
		{"nothing known", nil, nil, nil, nil},
		{"all of it older", namespace(label(2)), account(3, role(4, "helm")), &Hook{Created: at(5)}, nil},
		{"in the same second", namespace(label(10)), account(10, role(10, "helm")), &Hook{Created: at(10)}, nil},
		{"a newer ServiceAccount", nil, account(12, role(12, "helm")), nil, []string{
			`ServiceAccountNewer serviceaccount/cart: ServiceAccount "cart" was created at 2026-03-01T08:12:00Z; the pod was created at 2026-03-01T08:10:00Z`,
		}},
		{"a newer role name", nil, account(3, role(12, "kubectl-annotate")), nil, []string{
			`RoleNameMaybeNewer serviceaccount/cart: ServiceAccount "cart" may have got its role-name as late as 2026-03-01T08:12:00Z, from "kubectl-annotate"; the pod was created at 2026-03-01T08:10:00Z`,
		}},
		{"the first of two who agree counts", nil, account(3, role(14, "helm"), role(5, "kubectl-annotate")), nil, nil},
		{"another annotation", nil, account(3, wrote(12, "helm", "f:annotations", "note")), nil, nil},
		{"the key as a label", nil, account(3, wrote(12, "helm", "f:labels", rrsa.RoleNameKey)), nil, nil},
		{"what can't be read", nil, account(3, broken, noTime), nil, nil},
		{"a newer label", namespace(label(12)), nil, nil, []string{
			`InjectionLabelMaybeNewer namespace/shop: Namespace "shop" may have got its injection label as late as 2026-03-01T08:12:00Z, from "kubectl-label"; the pod was created at 2026-03-01T08:10:00Z`,
		}},
		{"a newer webhook", nil, nil, &Hook{Configuration: "ack-pod-identity-webhook", Created: at(12)}, []string{
			`WebhookNewer mutatingwebhookconfiguration/ack-pod-identity-webhook: the webhook was registered at 2026-03-01T08:12:00Z; the pod was created at 2026-03-01T08:10:00Z`,
		}},
		// From a file, or from a config's context: it doesn't say when.
		{"no times", &metav1.ObjectMeta{Name: "shop"}, &metav1.ObjectMeta{Name: "cart"}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range Later(metav1.ObjectMeta{CreationTimestamp: at(10)}, tt.namespace, tt.account, tt.hook) {
				got = append(got, string(f.Code)+" "+f.Object+": "+f.Message)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
