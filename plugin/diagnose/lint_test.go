package diagnose

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func account(annotations ...string) *corev1.ServiceAccount {
	out := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "cart", Namespace: "shop", Annotations: map[string]string{}}}
	for i := 0; i < len(annotations); i += 2 {
		out.Annotations[rrsa.KeyPrefix+annotations[i]] = annotations[i+1]
	}
	return out
}

// TestRoleOf: the ARN, and why there is none.
func TestRoleOf(t *testing.T) {
	known, unknown := rrsa.Default(), rrsa.Default()
	known.AccountID = "1488999589000000"
	for _, tt := range []struct {
		name string
		cfg  rrsa.Config
		sa   *corev1.ServiceAccount
		want string
	}{
		{"a role", known, account("role-name", "cart-oss"), "acs:ram::1488999589000000:role/cart-oss true "},
		{"an account that isn't known", unknown, account("role-name", "cart-oss"), " true AccountIDUnknown"},
		{"none", known, account(), " false RoleNameMissing"},
		{"an ARN", known, account("role-name", "acs:ram::1:role/x"), " false RoleNameInvalid"},
	} {
		arn, valid, why := RoleOf(tt.cfg, tt.sa)
		if got := fmt.Sprint(arn, " ", valid, " ", why.Code); got != tt.want {
			t.Errorf("%s: want %q, got %q", tt.name, tt.want, got)
		}
	}
}

// TestLints: what does nothing on a Namespace and a ServiceAccount, each once.
func TestLints(t *testing.T) {
	codes := func(list []rrsa.Reason) (out []string) {
		for _, r := range list {
			out = append(out, string(r.Code))
		}
		return out
	}
	namespace := func(labels map[string]string) *corev1.Namespace {
		return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: labels}}
	}
	on := namespace(map[string]string{rrsa.InjectionKey: rrsa.On})
	for _, tt := range []struct {
		name string
		got  []rrsa.Reason
		want []string
	}{
		{"a ServiceAccount with a role", LintServiceAccount(rrsa.Default(), account("role-name", "cart-oss"), on), nil},
		{"containers to skip", LintServiceAccount(rrsa.Default(), account("role-name", "cart-oss", "skip-containers", "app"), on), []string{"KeyMisplaced"}},
		{"the same where the Namespace isn't known", LintServiceAccount(rrsa.Default(), account("role-name", "cart-oss", "skip-containers", "app"), nil), []string{"KeyMisplaced"}},
		{"a time that is none", LintServiceAccount(rrsa.Default(), account("role-name", "cart-oss", "service-account-token-expiration", "1h"), nil), []string{"ExpirationInvalid"}},
		{"a Namespace that is on", LintNamespace(rrsa.Default(), on), nil},
		{"a value that doesn't count", LintNamespace(rrsa.Default(), namespace(map[string]string{rrsa.InjectionKey: rrsa.On, rrsa.OverrideEnvKey: "yes"})), []string{"OverrideEnvIgnored"}},
	} {
		if diff := cmp.Diff(tt.want, codes(tt.got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestGives: the settings of each, also where the gate is closed.
func TestGives(t *testing.T) {
	value := func(list []rrsa.Setting, name string) string {
		for _, s := range list {
			if s.Name == name {
				return s.Value + " " + string(s.Level)
			}
		}
		return ""
	}
	sa := account("role-name", "cart-oss", "service-account-token-expiration", "7200")
	if got := value(AccountGives(rrsa.Default(), sa), "service-account-token-expiration"); got != "7200 serviceAccount" {
		t.Errorf("want the ServiceAccount's time, got %q", got)
	}
	if got := AccountGives(rrsa.Default(), account()); got != nil {
		t.Errorf("want nothing without a role, got %v", got)
	}
	off := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{rrsa.OverrideEnvKey: rrsa.True}}}
	if got := value(NamespaceGives(rrsa.Default(), off), "override-env"); got != "true namespace" || len(off.Labels) != 1 {
		t.Errorf("want the Namespace's, and the Namespace as it was, got %q and %v", got, off.Labels)
	}
}
