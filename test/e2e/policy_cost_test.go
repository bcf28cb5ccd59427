package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// costSelector labels the one ServiceAccount of a namespace that has a role.
const costSelector = "e2e.rrsa.dev/role=yes"

// BenchmarkAdmission measures how long it takes to create a pod as a dry run: with nothing
// that acts on it, with policies in namespaces of more and more ServiceAccounts, and with
// the engine behind a webhook on the loopback interface, which has to cost more than a policy
// with a selector, or with ten ServiceAccounts. The ways take turns, so that
// whatever else the machine does is in all of them.
func BenchmarkAdmission(b *testing.B) {
	c := controlPlane(b)
	p := newPolicies(b, c)
	w := c.webhook(b)
	none := p.namespace(b, map[string]string{})
	ways := []*costWay{{name: "none", namespace: none}, {name: "policy, pod doesn't ask", namespace: none}}
	hook := p.namespace(b, map[string]string{webhookLabel: "on", rrsa.InjectionKey: rrsa.On})
	w.configure(hook, componentConfig())
	ways = append(ways, &costWay{name: "webhook", namespace: hook, injects: true})
	const (
		again = admissionregistrationv1.IfNeededReinvocationPolicy
		never = admissionregistrationv1.NeverReinvocationPolicy
	)
	for _, n := range []int{1, 10, 100, 1000} {
		for _, selector := range []string{"", costSelector} {
			for _, reinvocation := range []admissionregistrationv1.ReinvocationPolicyType{again, never} {
				value, err := p.put(b, admissionpolicy.Settings{Config: componentConfig(), Reinvocation: reinvocation, Selector: selector})
				if err != nil {
					b.Fatal(err)
				}
				ns := p.namespace(b, map[string]string{policyLabel: value, rrsa.InjectionKey: rrsa.On})
				for i := range n - 2 { // and default, and web
					p.account(b, ns, fmt.Sprintf("other-%d", i), nil, nil)
				}
				name := fmt.Sprintf("policy, %d ServiceAccounts, %s", n, reinvocation)
				if selector != "" {
					name += ", selector"
				}
				ways = append(ways, &costWay{name: name, namespace: ns, injects: true})
			}
		}
	}
	for i, way := range ways {
		if i != 1 { // which is in the first one's
			p.account(b, way.namespace, "web", map[string]string{"e2e.rrsa.dev/role": "yes"}, map[string]string{rrsa.RoleNameKey: "web"})
		}
		waitCost(b, p, way)
	}
	for b.Loop() {
		for range 150 {
			for _, way := range ways {
				way.create(b, p)
			}
		}
	}
	var table strings.Builder
	base := ways[0].quantile(0.5)
	for _, way := range ways {
		fmt.Fprintf(&table, "%-55s p50 %5.1f ms  p99 %5.1f ms  over none %+5.1f ms\n", way.name, way.quantile(0.5), way.quantile(0.99), way.quantile(0.5)-base)
		if cheap := strings.HasSuffix(way.name, "Never, selector") || strings.Contains(way.name, " 10 "); cheap && way.quantile(0.5) >= ways[2].quantile(0.5) {
			b.Errorf("%s: want it cheaper than the webhook, got %.1f ms and %.1f ms", way.name, way.quantile(0.5), ways[2].quantile(0.5))
		}
		b.ReportMetric(way.quantile(0.5), strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(way.name)+"-p50-ms")
	}
	fmt.Print("\n" + table.String()) // b.Log cuts long texts off
}

// costWay is one way to create a pod, and what it took.
type costWay struct {
	name, namespace string
	injects         bool
	took            []time.Duration
}

func (w *costWay) quantile(q float64) float64 {
	slices.Sort(w.took)
	return float64(w.took[int(q*float64(len(w.took)-1))].Microseconds()) / 1000
}

func (w *costWay) create(b *testing.B, p *policies) {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: corev1.PodSpec{
		ServiceAccountName: "web", Containers: []corev1.Container{{Name: "web", Image: "web:1"}, {Name: "proxy", Image: "proxy:1"}},
	}}
	start := time.Now()
	got, err := p.client.CoreV1().Pods(w.namespace).Create(b.Context(), pod, dryRunOptions)
	w.took = append(w.took, time.Since(start))
	if err != nil || isInjected(got) != w.injects {
		b.Fatalf("%s: %v, injected: %v", w.name, err, err == nil && isInjected(got))
	}
}

// waitCost waits until a way does what it is meant to, and makes its first pod.
func waitCost(b *testing.B, p *policies, way *costWay) {
	b.Helper()
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: corev1.PodSpec{ServiceAccountName: "web", Containers: []corev1.Container{{Name: "web", Image: "web:1"}}}}
	if way.injects {
		waitInjected(b, p, way.namespace, pod)
	}
}
