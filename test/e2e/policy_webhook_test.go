package e2e

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// policyReinvoked: a webhook that adds a container comes after the policy, which injects it
// in a second pass, or doesn't with Never. The first pass's containers stay as they are.
func policyReinvoked(t *testing.T, p *policies) {
	p.sidecars(t)
	for _, tt := range []struct {
		reinvocation admissionregistrationv1.ReinvocationPolicyType
		want         []string
	}{
		{admissionregistrationv1.IfNeededReinvocationPolicy, []string{"app", "sidecar"}},
		{admissionregistrationv1.NeverReinvocationPolicy, []string{"app"}},
	} {
		value, err := p.put(t, admissionpolicy.Settings{Config: componentConfig(), Reinvocation: tt.reinvocation})
		if err != nil {
			t.Fatal(err)
		}
		ns := p.namespace(t, map[string]string{policyLabel: value, rrsa.InjectionKey: rrsa.On, "e2e.rrsa.dev/sidecar": "on"})
		p.account(t, ns, "web", nil, map[string]string{rrsa.RoleNameKey: "web"})
		eventually(t, "the sidecar with "+string(tt.reinvocation), func() error {
			got, err := p.client.CoreV1().Pods(ns).Create(t.Context(), podOf("web"), dryRunOptions)
			if err != nil || len(got.Spec.Containers) != 2 {
				return cmp.Or(err, errors.New("it isn't there"))
			}
			var injected []string
			for _, c := range got.Spec.Containers {
				if len(c.Env) == 6 && slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == rrsa.VolumeName }) {
					injected = append(injected, c.Name)
				}
			}
			if !slices.Equal(injected, tt.want) {
				return fmt.Errorf("want %q injected, got %q", tt.want, injected)
			}
			return nil
		})
	}
}

// sidecars registers a webhook that adds a container to pods.
func (p *policies) sidecars(t *testing.T) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		var pod corev1.Pod
		if err := errors.Join(json.NewDecoder(r.Body).Decode(&review), json.Unmarshal(review.Request.Object.Raw, &pod)); err != nil {
			http.Error(out, err.Error(), http.StatusBadRequest)
			return
		}
		answer := &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: true}
		if len(pod.Spec.Containers) == 1 {
			answer.PatchType = new(admissionv1.PatchTypeJSONPatch)
			answer.Patch = []byte(`[{"op":"add","path":"/spec/containers/-","value":{"name":"sidecar","image":"sidecar:1"}}]`)
		}
		out.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(out).Encode(admissionv1.AdmissionReview{TypeMeta: review.TypeMeta, Response: answer})
	}))
	t.Cleanup(server.Close)
	url := server.URL
	_, err := p.client.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(t.Context(), &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "sidecar"},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name: "sidecar.e2e.rrsa.dev", AdmissionReviewVersions: []string{"v1"}, SideEffects: new(admissionregistrationv1.SideEffectClassNone),
			ClientConfig:      admissionregistrationv1.WebhookClientConfig{URL: &url, CABundle: certificate(server)},
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"e2e.rrsa.dev/sidecar": "on"}},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// policyAndWebhook: with both and the same settings the webhook finds nothing to add; with
// other settings a pod has what the policy gives, and then what the webhook adds to it.
func policyAndWebhook(t *testing.T, p *policies) {
	w := p.cluster.webhook(t)
	old := componentConfig()
	old.WebhookVersion = "0.1.0"
	for _, tt := range []struct {
		name            string
		policy, webhook rrsa.Config
		want            int
	}{
		{"both alike", componentConfig(), componentConfig(), 6},
		{"an older policy", old, componentConfig(), 6},
		{"an older webhook", componentConfig(), old, 6},
		{"both old", old, old, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			value, err := p.put(t, admissionpolicy.Settings{Config: tt.policy})
			if err != nil {
				t.Fatal(err)
			}
			var pods []*corev1.Pod
			for _, labels := range []map[string]string{
				{policyLabel: value, webhookLabel: "on", rrsa.InjectionKey: rrsa.On},
				{policyLabel: "none", webhookLabel: "on", rrsa.InjectionKey: rrsa.On},
			} {
				ns := p.namespace(t, labels)
				w.configure(ns, tt.webhook)
				p.account(t, ns, "web", nil, map[string]string{rrsa.RoleNameKey: "web"})
				var got *corev1.Pod
				eventually(t, "the pod", func() (err error) { // the policy may see its ServiceAccount late
					got, err = p.client.CoreV1().Pods(ns).Create(t.Context(), podOf("web"), dryRunOptions)
					if err == nil && labels[policyLabel] == value && len(got.Spec.Containers[0].Env) != tt.want {
						err = fmt.Errorf("want %d variables, got %d", tt.want, len(got.Spec.Containers[0].Env))
					}
					return err
				})
				comparable(got)
				pods = append(pods, got)
			}
			if same := reflect.DeepEqual(pods[1], pods[0]); same != (tt.policy == tt.webhook || tt.webhook == componentConfig()) {
				t.Errorf("compared with the webhook alone, the same: %v\n%+v\n%+v", same, pods[1].Spec, pods[0].Spec)
			}
		})
	}
}
