package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"gomodules.xyz/jsonpatch/v2"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

const (
	webhookName = "ack-pod-identity-webhook"
	// webhookLabel with the value "on" stands on the namespaces that the webhook acts
	// in, so that tests don't disturb each other.
	webhookLabel = "e2e.rrsa.dev/webhook"
)

// webhook stands in for ack-pod-identity-webhook, which is closed: it runs the
// engine when the API server asks what is to change in a pod.
type webhook struct {
	client kubernetes.Interface

	mu      sync.Mutex
	configs map[string]rrsa.Config
	// reversed are the namespaces in which it turns the order of variables around.
	reversed map[string]bool
	// failing has it answer every call with an error.
	failing bool
	calls   int
	// faults are what went wrong in a call, which the API server ignores.
	faults []error
}

// webhook registers the webhook for the time of a test. Two can't be there at once.
func (c *cluster) webhook(t testing.TB) *webhook {
	t.Helper()
	w := &webhook{client: c.client(t), configs: map[string]rrsa.Config{}, reversed: map[string]bool{}}
	server := httptest.NewTLSServer(w)
	t.Cleanup(server.Close)
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if err := errors.Join(w.faults...); err != nil {
			t.Errorf("the webhook: %v", err)
		}
	})
	w.register(t, server)
	// The API server takes a moment to see it.
	ns := c.namespace(t, webhookLabel, "on")
	eventually(t, "the webhook", func() error {
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: "any"},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "any", Image: "any"}}},
		}
		_, err := w.client.CoreV1().Pods(ns).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		w.mu.Lock()
		defer w.mu.Unlock()
		if err == nil && w.calls == 0 {
			err = errors.New("it isn't called")
		}
		return err
	})
	return w
}

func (w *webhook) register(t testing.TB, server *httptest.Server) {
	t.Helper()
	url, none, ignore, seconds := server.URL+"/mutate", admissionregistrationv1.SideEffectClassNone, admissionregistrationv1.Ignore, int32(10)
	api := w.client.AdmissionregistrationV1().MutatingWebhookConfigurations()
	_, err := api.Create(t.Context(), &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: webhookName},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name:                    webhookName + ".e2e.rrsa.dev",
			ClientConfig:            admissionregistrationv1.WebhookClientConfig{URL: &url, CABundle: certificate(server)},
			SideEffects:             &none,
			FailurePolicy:           &ignore,
			TimeoutSeconds:          &seconds,
			AdmissionReviewVersions: []string{"v1"},
			NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{webhookLabel: "on"}},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("registering the webhook: %v", err)
	}
	t.Cleanup(func() {
		if err := api.Delete(lastingContext(t), webhookName, metav1.DeleteOptions{}); err != nil {
			t.Errorf("removing the webhook: %v", err)
		}
	})
}

// configure sets the component's settings for the pods of a namespace. Without, a
// namespace has those of componentConfig.
func (w *webhook) configure(namespace string, config rrsa.Config) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.configs[namespace] = config
}

// reorder makes the webhook turn the order of variables around in a namespace: the
// real one's order isn't documented.
func (w *webhook) reorder(namespace string, reversed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reversed[namespace] = reversed
}

// fail has the webhook answer every call with an error, or no longer.
func (w *webhook) fail(failing bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failing = failing
}

// componentConfig holds the settings of the cluster's own webhook.
func componentConfig() rrsa.Config {
	config := rrsa.Default()
	config.AccountID, config.ClusterID, config.Region = "1488999589000000", clusterID, "cn-hangzhou"
	return config
}

func (w *webhook) config(namespace string) rrsa.Config {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	if config, ok := w.configs[namespace]; ok {
		return config
	}
	return componentConfig()
}

// ServeHTTP answers an AdmissionReview.
func (w *webhook) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	failing := w.failing
	w.mu.Unlock()
	if failing {
		http.Error(out, "the test has it fail", http.StatusInternalServerError)
		return
	}
	answer, err := w.review(r)
	if err == nil {
		out.Header().Set("Content-Type", "application/json")
		err = json.NewEncoder(out).Encode(answer)
	}
	if err != nil {
		w.mu.Lock()
		w.faults = append(w.faults, err)
		w.mu.Unlock()
		http.Error(out, err.Error(), http.StatusInternalServerError)
	}
}

func (w *webhook) review(r *http.Request) (*admissionv1.AdmissionReview, error) {
	review := &admissionv1.AdmissionReview{}
	if err := json.NewDecoder(r.Body).Decode(review); err != nil {
		return nil, fmt.Errorf("reading the review: %w", err)
	}
	request := review.Request
	pod := &corev1.Pod{}
	if err := json.Unmarshal(request.Object.Raw, pod); err != nil {
		return nil, fmt.Errorf("reading the pod: %w", err)
	}
	template := &corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec}
	namespace, err := w.client.CoreV1().Namespaces().Get(r.Context(), request.Namespace, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	account, err := w.client.CoreV1().ServiceAccounts(request.Namespace).Get(r.Context(), rrsa.ServiceAccountName(template), metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	before, err := json.Marshal(pod)
	if err != nil {
		return nil, fmt.Errorf("writing the pod: %w", err)
	}
	rrsa.Plan(w.config(request.Namespace), rrsa.Input{
		NamespaceName: request.Namespace, Namespace: namespace, ServiceAccount: account, Template: template, Phase: pod.Status.Phase,
	}).Mutation.Apply(template)
	pod.Spec = template.Spec
	w.mu.Lock()
	reversed := w.reversed[request.Namespace]
	w.mu.Unlock()
	for _, c := range pod.Spec.Containers {
		if reversed {
			slices.Reverse(c.Env)
		}
	}
	after, err := json.Marshal(pod)
	if err != nil {
		return nil, fmt.Errorf("writing the pod: %w", err)
	}
	// Both are written from the type, so that only what the engine did is in the patch.
	operations, err := jsonpatch.CreatePatch(before, after)
	if err != nil {
		return nil, fmt.Errorf("making the patch: %w", err)
	}
	response := &admissionv1.AdmissionResponse{UID: request.UID, Allowed: true}
	if len(operations) > 0 {
		kind := admissionv1.PatchTypeJSONPatch
		response.PatchType = &kind
		if response.Patch, err = json.Marshal(operations); err != nil {
			return nil, fmt.Errorf("writing the patch: %w", err)
		}
	}
	return &admissionv1.AdmissionReview{TypeMeta: review.TypeMeta, Response: response}, nil
}
