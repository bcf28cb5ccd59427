package rrsa_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestRoleName(t *testing.T) {
	const valid, invalid, missing = "", "RoleNameInvalid", "RoleNameMissing"
	for _, tt := range []struct {
		name, role string
		want       rrsa.Code
	}{
		{"§1: letters of both cases, digits, dot and hyphen", "Demo-role.V2", valid},
		{"§1: one character", "r", valid},
		{"§1: 64 characters", strings.Repeat("r", 64), valid},
		{"§1: 65 characters", strings.Repeat("r", 65), invalid},
		{"§1: empty", "", missing},
		{"§1: an underscore", "demo_role", invalid},
		{"§1: a slash", "team/demo", invalid},
		{"§1: a colon", "demo:role", invalid},
		{"§1: an at sign", "demo@team", invalid},
		{"§1: an ARN", roleARN, invalid},
		{"§1: white space before", " demo-role", invalid},
		{"§1: a line end after", "demo-role\n", invalid},
		{"§1: a letter that isn't ASCII", "démo", invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(saNote(rrsa.RoleNameKey, tt.role))
			var got rrsa.Code
			for _, r := range d.Reasons {
				if r.Blocking {
					got = r.Code
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("blocking code (-want +got):\n%s", diff)
			}
			if tt.want != valid {
				return
			}
			want := "acs:ram::" + account + ":role/" + tt.role
			if diff := cmp.Diff(want, d.Mutation.Containers[0].Env[0].Value); diff != "" {
				t.Errorf("§2: the ARN keeps the name's case (-want +got):\n%s", diff)
			}
		})
	}
	check(t, []row{{
		"§1: a label is not an annotation", []edit{saNoNote, saLabel(rrsa.RoleNameKey, "demo-role")},
		rrsa.NotInjected, []string{"!info RoleNameMissing", "warning KeyMisplaced"},
	}})
}

func TestServiceAccountName(t *testing.T) {
	for _, tt := range []struct{ name, field, deprecated, want string }{
		{"§1: none is default", "", "", "default"},
		{"§1: the field", "app-sa", "", "app-sa"},
		{"§1: the deprecated field alone", "", "old-sa", "old-sa"},
		{"§1: the field before the deprecated one", "app-sa", "old-sa", "app-sa"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pod := &corev1.PodTemplateSpec{Spec: corev1.PodSpec{ServiceAccountName: tt.field, DeprecatedServiceAccount: tt.deprecated}}
			if diff := cmp.Diff(tt.want, rrsa.ServiceAccountName(pod)); diff != "" {
				t.Errorf("name (-want +got):\n%s", diff)
			}
		})
	}
}

// §5: a hint says what to do, ready to be run where a command does it.
func TestRoleHints(t *testing.T) {
	const note = "annotate it with the role's name in its manifest, or run: kubectl annotate serviceaccount app-sa pod-identity.alibabacloud.com/role-name=ROLE_NAME"
	checkHints(t, []hint{
		{"§1: annotate the ServiceAccount", []edit{saNoNote}, rrsa.CodeRoleNameMissing, note + " -n demo"},
		{"§1: annotate it in a namespace that isn't named", []edit{saNoNote, noNamespaceName}, rrsa.CodeRoleNameMissing, note},
		{"§1: replace an empty role-name", []edit{saNote(rrsa.RoleNameKey, "")}, rrsa.CodeRoleNameMissing, note + " -n demo --overwrite"},
		{"§5: an ARN as role-name", []edit{saNote(rrsa.RoleNameKey, roleARN)}, rrsa.CodeRoleNameInvalid, `write the role's name alone, not its ARN: "demo-role"`},
		{"§1: role-name with white space", []edit{saNote(rrsa.RoleNameKey, "demo-role ")}, rrsa.CodeRoleNameInvalid, `remove the white space around the name: "demo-role"`},
		{"§1: another bad role-name", []edit{saNote(rrsa.RoleNameKey, "a_b")}, rrsa.CodeRoleNameInvalid, "a RAM role's name has 1 to 64 ASCII letters, digits, dots and hyphens"},
		{"§1: give the ServiceAccount", []edit{noServiceAccount}, rrsa.CodeServiceAccountUnknown, "add the ServiceAccount object to the input, or to the config's context"},
	})
}
