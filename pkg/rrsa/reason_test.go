package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestReasonString(t *testing.T) {
	for _, tt := range []struct {
		name   string
		reason rrsa.Reason
		want   string
	}{
		{"with a hint", rrsa.Reason{Code: rrsa.CodeRoleNameMissing, Severity: rrsa.Info, Message: "no role", Hint: "name one"}, "RoleNameMissing: no role (name one)"},
		{"without one", rrsa.Reason{Code: rrsa.CodeMirrorPod, Message: "static pods are never injected"}, "MirrorPod: static pods are never injected"},
		{"none", rrsa.Reason{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.reason.String()); diff != "" {
				t.Errorf("string (-want +got):\n%s", diff)
			}
		})
	}
}
