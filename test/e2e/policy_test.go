package e2e

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// policyLabel stands on the namespaces that a policy acts in, with the policy's own value, so
// that tests don't disturb each other.
const policyLabel = "e2e.rrsa.dev/policy"

// policies are the policies of a control plane, one for each settings. It is one that a test
// has for itself: live verbs would know them.
type policies struct {
	cluster *cluster
	client  *kubernetes.Clientset

	mu   sync.Mutex
	made map[string]func() error
}

func newPolicies(t testing.TB, c *cluster) *policies {
	p := &policies{cluster: c, client: c.client(t), made: map[string]func() error{}}
	t.Cleanup(func() { // a cluster with policies that were changed is another one to other tests
		api := p.client.AdmissionregistrationV1()
		err := api.MutatingAdmissionPolicyBindings().DeleteCollection(lastingContext(t), metav1.DeleteOptions{}, metav1.ListOptions{})
		if err := errors.Join(err, api.MutatingAdmissionPolicies().DeleteCollection(lastingContext(t), metav1.DeleteOptions{}, metav1.ListOptions{})); err != nil {
			t.Errorf("removing the policies: %v", err)
		}
	})
	return p
}

// put makes the policy of some settings and returns the value of policyLabel in whose
// namespaces it acts. What is under test, its expressions and what its bindings select, is
// as it comes.
func (p *policies) put(t testing.TB, settings admissionpolicy.Settings) (string, error) {
	t.Helper()
	policy, err := admissionpolicy.Make(settings)
	if err != nil {
		return "", err
	}
	value := policy.Mutating.Labels[admissionpolicy.DigestLabel]
	p.mu.Lock()
	create, ok := p.made[value]
	if !ok {
		create = sync.OnceValue(func() error { return p.create(t, policy, value) })
		p.made[value] = create
	}
	p.mu.Unlock()
	return value, create()
}

func (p *policies) create(t testing.TB, policy *admissionpolicy.Policy, value string) error {
	t.Helper()
	api := p.client.AdmissionregistrationV1()
	policy.Mutating.Name = "e2e-" + value
	if _, err := api.MutatingAdmissionPolicies().Create(t.Context(), &policy.Mutating, metav1.CreateOptions{}); err != nil {
		return err
	}
	for _, b := range policy.Bindings {
		b.Name = strings.Replace(b.Name, admissionpolicy.Name, policy.Mutating.Name, 1)
		b.Spec.PolicyName = policy.Mutating.Name
		match := b.Spec.MatchResources
		match.NamespaceSelector.MatchExpressions = append(match.NamespaceSelector.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: policyLabel, Operator: metav1.LabelSelectorOpIn, Values: []string{value},
		})
		if _, err := api.MutatingAdmissionPolicyBindings().Create(t.Context(), &b, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	// The API server takes a moment to see it.
	labels := map[string]string{policyLabel: value, rrsa.InjectionKey: rrsa.On}
	ns := p.namespace(t, labels)
	selector := map[string]string{}
	if key, v, ok := strings.Cut(policy.Settings.Selector, "="); ok {
		selector[key] = v
	}
	p.account(t, ns, "probe", selector, map[string]string{rrsa.RoleNameKey: "probe"})
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "probe", Namespace: ns, Labels: map[string]string{rrsa.InjectionKey: rrsa.On}},
		Spec:       corev1.PodSpec{ServiceAccountName: "probe", Containers: []corev1.Container{{Name: "probe", Image: "probe:1"}}},
	}
	waitInjected(t, p, ns, pod)
	return nil
}

// waitInjected waits until a pod is injected.
func waitInjected(t testing.TB, p *policies, namespace string, pod *corev1.Pod) {
	t.Helper()
	eventually(t, "the policy in "+namespace, func() error {
		got, err := p.client.CoreV1().Pods(namespace).Create(t.Context(), pod, dryRunOptions)
		if err == nil && !isInjected(got) {
			err = errors.New("it doesn't act")
		}
		return err
	})
}

// namespace makes a Namespace that stays until the control plane ends.
func (p *policies) namespace(t testing.TB, labels map[string]string) string {
	t.Helper()
	ns, err := p.client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("policy-%d", namespaces.Add(1)), Labels: labels},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return ns.Name
}

// account makes a ServiceAccount.
func (p *policies) account(t testing.TB, namespace, name string, labels, annotations map[string]string) {
	t.Helper()
	_, err := p.client.CoreV1().ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels, Annotations: annotations},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// dryRunOptions have the API server do all but store an object.
var dryRunOptions = metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}

// podOf is a pod with one container, which runs as a ServiceAccount.
func podOf(account string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "pod"}, Spec: corev1.PodSpec{
		ServiceAccountName: account, Containers: []corev1.Container{{Name: "app", Image: "app:1"}},
	}}
}

func isInjected(pod *corev1.Pod) bool {
	for _, v := range pod.Spec.Volumes {
		if v.Name == rrsa.VolumeName {
			return true
		}
	}
	return false
}

// engine is what the engine makes of a pod that the API server is about to store, and
// which verdict it has. A pod that it refuses stays as it is.
func (p *policies) engine(t testing.TB, config rrsa.Config, pod *corev1.Pod, namespace string) (*corev1.Pod, rrsa.Decision) {
	t.Helper()
	ns, err := p.client.CoreV1().Namespaces().Get(t.Context(), namespace, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out := pod.DeepCopy()
	template := &corev1.PodTemplateSpec{ObjectMeta: out.ObjectMeta, Spec: out.Spec}
	sa, err := p.client.CoreV1().ServiceAccounts(namespace).Get(t.Context(), rrsa.ServiceAccountName(template), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	decision := rrsa.Plan(config, rrsa.Input{NamespaceName: namespace, Namespace: ns, ServiceAccount: sa, Template: template})
	decision.Mutation.Apply(template)
	out.Spec = template.Spec
	return out, decision
}

// differs creates a pod as a dry run until it is as wanted, and returns how it differs. The
// API server reads ServiceAccounts from a cache, so that an injection may take a moment to
// come; what isn't to be injected is compared at once.
func differs(t testing.TB, want *corev1.Pod, decision rrsa.Decision, create func() (*corev1.Pod, error)) (string, error) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		got, err := create()
		if err != nil {
			return "", err
		}
		comparable(got)
		diff := cmp.Diff(want, got)
		if diff == "" || decision.Verdict != rrsa.Injected || time.Now().After(deadline) {
			return diff, nil
		}
	}
}

// bothFailurePolicies are settings with each of them.
func bothFailurePolicies(config rrsa.Config) []admissionpolicy.Settings {
	return []admissionpolicy.Settings{
		{Config: config, FailurePolicy: admissionregistrationv1.Fail},
		{Config: config, FailurePolicy: admissionregistrationv1.Ignore},
	}
}
