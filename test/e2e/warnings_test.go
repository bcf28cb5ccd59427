package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// warner has the policies that warn of a control plane, one for each settings.
type warner struct {
	client *kubernetes.Clientset

	mu   sync.Mutex
	made map[string]func() error
}

func newWarner(t testing.TB, c *cluster) *warner {
	return &warner{client: c.client(t), made: map[string]func() error{}}
}

// put makes the policy of some settings under a name, which is also the value of policyLabel
// in whose namespaces it warns. What is under test, its expressions and what it matches, is
// as it comes.
func (w *warner) put(t testing.TB, name string, settings admissionpolicy.Settings) error {
	t.Helper()
	w.mu.Lock()
	create, ok := w.made[name]
	if !ok {
		create = sync.OnceValue(func() error { return w.create(t, name, settings) })
		w.made[name] = create
	}
	w.mu.Unlock()
	return create()
}

func (w *warner) create(t testing.TB, name string, settings admissionpolicy.Settings) error {
	t.Helper()
	policy, err := admissionpolicy.Warnings(settings)
	if err != nil {
		return err
	}
	api := w.client.AdmissionregistrationV1()
	policy.Validating.Name = name
	if _, err := api.ValidatingAdmissionPolicies().Create(t.Context(), &policy.Validating, metav1.CreateOptions{}); err != nil {
		return err
	}
	for _, b := range policy.Bindings {
		b.Name = strings.Replace(b.Name, admissionpolicy.WarningsName, name, 1)
		b.Spec.PolicyName = name
		b.Spec.MatchResources = inNamespacesOf(name)
		if _, err := api.ValidatingAdmissionPolicyBindings().Create(t.Context(), &b, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	// The API server takes a moment to see it.
	manifest := []byte(fmt.Sprintf(`{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "probe", "labels": {%q: %q, %q: "x"}}}`, policyLabel, name, rrsa.InjectionKey))
	eventually(t, "the policy "+name, func() error {
		_, warnings, err := w.dryRun(t, "/api/v1/namespaces", manifest)
		if err == nil && len(warnings) == 0 {
			err = errors.New("it doesn't warn")
		}
		return err
	})
	return nil
}

// namespace makes a Namespace in which a policy warns, and its ServiceAccount "default". It
// stays until the control plane ends.
func (w *warner) namespace(t testing.TB, policy, name string, labels map[string]string) {
	t.Helper()
	labels[policyLabel] = policy
	_, err := w.client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the ServiceAccount default of "+name, func() error {
		_, err := w.client.CoreV1().ServiceAccounts(name).Get(t.Context(), "default", metav1.GetOptions{})
		return err
	})
}

// dryRun is an object as the API server would store it, and what it warns of.
func (w *warner) dryRun(t testing.TB, path string, manifest []byte) (object, []string, error) {
	t.Helper()
	result := w.client.CoreV1().RESTClient().Post().AbsPath(path).Param("dryRun", metav1.DryRunAll).Param("fieldValidation", metav1.FieldValidationStrict).
		SetHeader("Content-Type", "application/json").SetHeader("Accept", "application/json").Body(manifest).Do(t.Context())
	var warnings []string
	for _, warning := range result.Warnings() {
		warnings = append(warnings, warning.Text)
	}
	raw, err := result.Raw()
	if err != nil {
		return nil, nil, err
	}
	var out object
	err = json.Unmarshal(raw, &out)
	return out, warnings, err
}

func inNamespacesOf(policy string) *admissionregistrationv1.MatchResources {
	return &admissionregistrationv1.MatchResources{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{policyLabel: policy}}}
}

// warningLine is the line that kubectl prints of a policy's warnings.
func warningLine(policy string, warnings ...string) string {
	if len(warnings) == 0 {
		return ""
	}
	return fmt.Sprintf("Warning: Validation failed for ValidatingAdmissionPolicy '%[1]s' with binding '%[1]s': %[2]s\n", policy, strings.Join(warnings, "; "))
}
