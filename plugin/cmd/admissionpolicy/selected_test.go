package admissionpolicy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestPassedOver(t *testing.T) {
	account := func(name string, labels map[string]string) *corev1.ServiceAccount {
		return &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Labels: labels}}
	}
	got := passedOver([]*corev1.ServiceAccount{
		account("right", map[string]string{"rrsa": "yes"}), account("none", nil), account("other", map[string]string{"rrsa": "no"}),
	}, "rrsa", "yes")
	want := `warning: the ServiceAccount "shop/none" has a role and lacks the label rrsa=yes: the policy passes it over
  hint: kubectl label serviceaccount none -n shop rrsa=yes --overwrite
warning: the ServiceAccount "shop/other" has a role and lacks the label rrsa=yes: the policy passes it over
  hint: kubectl label serviceaccount other -n shop rrsa=yes --overwrite
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var many []*corev1.ServiceAccount
	for i := range 25 {
		many = append(many, account(fmt.Sprint("a", i), nil))
	}
	got = passedOver(many, "rrsa", "yes")
	if strings.Count(got, "hint:") != 20 || !strings.HasSuffix(got, "warning: 5 more ServiceAccounts have a role and lack it\n") {
		t.Errorf("want 20 of them and how many there are more, got\n%s", got)
	}
}
