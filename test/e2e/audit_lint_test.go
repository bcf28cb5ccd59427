package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestAuditLints: labels and annotations that don't do what they seem to are
// findings, of the Namespaces and ServiceAccounts that the audit is about.
func TestAuditLints(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injection, "On", "pod-identity.alibabacloud.com/injecton", "on")
	other := c.namespace(t)
	c.account(t, ns, "arn", roleName, "acs:ram::1488999589000000:role/app\x1b[2J")
	c.account(t, ns, "eks", "eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/x")
	c.account(t, ns, "hours", roleName, "app-role", "pod-identity.alibabacloud.com/service-account-token-expiration", "1h")
	c.account(t, ns, "fine", roleName, "app-role")
	c.account(t, other, "misplaced", injection, "on")
	patch := []byte(`{"metadata":{"annotations":{"` + injection + `":"on"}}}`)
	if _, err := c.client(t).CoreV1().Namespaces().Patch(t.Context(), other, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	c.pods(t, ns, pod("eks", "eks"))

	lints := func(got audited) map[string][]string {
		out := map[string][]string{}
		for _, l := range got.Lints {
			name := strings.TrimPrefix(l.Object.Namespace+"/"+l.Object.Name, "/")
			out[name] = append(out[name], l.Reason.Code)
		}
		return out
	}
	got, out := c.audit(t, 1, "-n", ns)
	if diff := cmp.Diff(map[string][]string{
		ns:            {"NamespaceNotEnabled", "KeyUnknown"},
		ns + "/arn":   {"RoleNameInvalid"},
		ns + "/eks":   {"OtherCloudKey"},
		ns + "/hours": {"ExpirationInvalid"},
	}, lints(got)); diff != "" {
		t.Errorf("lints (-want +got):\n%s", diff)
	}
	if want := "error: the audit has findings: 1 pod mistake, 5 lints\n"; out.stderr != want {
		t.Errorf("stderr: want %q, got %q", want, out.stderr)
	}
	c.audit(t, 0, "-n", ns, "--fail-on", "missing,stale,orphaned,unknown")

	got, _ = c.audit(t, 1, "-n", ns, "-l", "app=eks")
	if diff := cmp.Diff(map[string][]string{ns: {"NamespaceNotEnabled", "KeyUnknown"}, ns + "/eks": {"OtherCloudKey"}}, lints(got)); diff != "" {
		t.Errorf("lints with -l (-want +got):\n%s", diff)
	}
	got, _ = c.audit(t, 1, "-A")
	if diff := cmp.Diff([][]string{{"KeyMisplaced"}, {"KeyMisplaced"}}, [][]string{lints(got)[other], lints(got)[other+"/misplaced"]}); diff != "" {
		t.Errorf("lints with -A (-want +got):\n%s", diff)
	}
	text := c.rrsa(t, "", "audit", "-n", ns, "--account-id", accountID).stdout
	if strings.Contains(text, "\x1b") || !strings.Contains(text, "warning: serviceaccount/arn -n "+ns+": RoleNameInvalid: ") || !strings.Contains(text, "\n  hint: ") {
		t.Errorf("want the lint without escapes, got:\n%q", text)
	}
}
