package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// registered is a webhook's configuration without a webhook behind it, which tests
// change.
type registered struct {
	cluster *cluster
	object  *admissionregistrationv1.MutatingWebhookConfiguration
}

// registers makes a configuration for the time of a test: it selects the test's
// namespace alone, and calls a Service "identity" in it.
func (c *cluster) registers(t *testing.T, ns string) *registered {
	t.Helper()
	none, ignore, seconds := admissionregistrationv1.SideEffectClassNone, admissionregistrationv1.Ignore, int32(1)
	api := c.client(t).AdmissionregistrationV1().MutatingWebhookConfigurations()
	object, err := api.Create(t.Context(), &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "the-pod-identity-of-" + ns},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name:                    "pods.e2e.rrsa.dev",
			ClientConfig:            admissionregistrationv1.WebhookClientConfig{Service: &admissionregistrationv1.ServiceReference{Namespace: ns, Name: "identity"}},
			SideEffects:             &none,
			FailurePolicy:           &ignore,
			TimeoutSeconds:          &seconds,
			AdmissionReviewVersions: []string{"v1"},
			NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: ns}},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("registering a webhook: %v", err)
	}
	t.Cleanup(func() {
		if err := api.Delete(context.WithoutCancel(t.Context()), object.Name, metav1.DeleteOptions{}); err != nil {
			t.Errorf("removing the webhook: %v", err)
		}
	})
	return &registered{c, object}
}

func (r *registered) change(t *testing.T, change func(*admissionregistrationv1.MutatingWebhook)) {
	t.Helper()
	change(&r.object.Webhooks[0])
	api := r.cluster.client(t).AdmissionregistrationV1().MutatingWebhookConfigurations()
	object, err := api.Update(t.Context(), r.object, metav1.UpdateOptions{})
	if err != nil {
		t.Fatalf("changing the webhook: %v", err)
	}
	r.object = object
}

// runs makes the Deployment behind a webhook, whose pods don't become ready by
// themselves, as there is no node.
func (c *cluster) runs(t *testing.T, ns string) {
	t.Helper()
	replicas, labels := int32(1), map[string]string{"app": "identity"}
	_, err := c.client(t).AppsV1().Deployments(ns).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "identity"},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "webhook", Image: "identity:v0.3.1-g1f0c3a7-aliyun"}}},
			},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// becomesReady has the pods of the Deployment behind a webhook report as ready.
func (c *cluster) becomesReady(t *testing.T, ns string) {
	t.Helper()
	client := c.client(t)
	eventually(t, "a ready Deployment", func() error {
		pods, err := client.CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{LabelSelector: "app=identity"})
		if err != nil {
			return err
		}
		for _, p := range pods.Items {
			p.Status.Phase = corev1.PodRunning
			p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
			if _, err := client.CoreV1().Pods(ns).UpdateStatus(t.Context(), &p, metav1.UpdateOptions{}); err != nil {
				return err
			}
		}
		d, err := client.AppsV1().Deployments(ns).Get(t.Context(), "identity", metav1.GetOptions{})
		if err == nil && d.Status.ReadyReplicas != 1 {
			err = fmt.Errorf("%d pods are ready", d.Status.ReadyReplicas)
		}
		return err
	})
}

// TestExplainWebhook: what the cluster's webhook has to do with a pod.
func TestExplainWebhook(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, labelInjection, "on")
	c.annotate(t, ns, "default", "cart-oss")
	c.must(t, plainPod("cart", "default"), "apply", "-f", "-", "-n", ns)
	file := t.TempDir() + "/pod.yaml"
	write(t, plainPod("cart", "default"), file)
	check := func(call, reasons string) explanation {
		t.Helper()
		e := c.explain(t, ns, "pod/cart", accountFlag)
		if e.Verdict != "Injected" || e.Webhook.Call != call || codes(e.Webhook.Reasons) != reasons {
			t.Errorf("want %s, %q, got %+v", call, reasons, e.Webhook)
		}
		// A file says the same of the webhook as the pod that was made from it.
		list := c.explain(t, ns, file, accountFlag)
		if len(list.Items) != 1 {
			t.Fatalf("want a list of one, got %+v", list)
		}
		if diff := cmp.Diff(e.Webhook, list.Items[0].Webhook); diff != "" {
			t.Errorf("webhook (-pod +file):\n%s", diff)
		}
		return e
	}
	check("skipped", ">WebhookNotInstalled")

	nextSecond()
	w := c.registers(t, ns)
	e := check("called", "WebhookDeploymentUnknown")
	if codes(e.Pod.Reasons) != "InjectionMissing WebhookNewer" {
		t.Errorf("want a webhook younger than the pod, got %+v", e.Pod)
	}
	c.runs(t, ns)
	e = check("called", ">WebhookNotReady WebhookVersionDiffers")
	if d := e.Webhook.Deployment; d.Name != "identity" || d.Version != "0.3.1" || d.ReadyReplicas != 0 || d.Replicas != 1 || e.Webhook.FailurePolicy != "Ignore" {
		t.Errorf("want the Deployment, got %+v", e.Webhook)
	}
	text := c.rrsa(t, "", "explain", "pod/cart", "-n", ns, accountFlag)
	want := "\n  webhook: called; mutatingwebhookconfiguration/the-pod-identity-of-" + ns + ", failurePolicy Ignore, timeout 1 s; deployment " + ns + "/identity, 0 of 1 ready, version 0.3.1\n" +
		"  > WebhookNotReady (warning, blocking): none of 1 pods of the Deployment \"" + ns + "/identity\" is ready: pods start without credentials meanwhile, as its failurePolicy is Ignore\n"
	if !strings.Contains(text.stdout, want) {
		t.Errorf("want %q, got:\n%s%s", want, text.stdout, text.stderr)
	}
	c.becomesReady(t, ns)
	check("called", "WebhookVersionDiffers")
	if text := c.rrsa(t, "", "explain", "pod/cart", "-n", ns, accountFlag); !strings.HasPrefix(text.stdout, "pod/cart: missing because WebhookNewer: ") {
		t.Errorf("want a pod that would be injected, got %+v", text)
	}

	w.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
		h.MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "ours", Expression: "request.namespace != 'kube-system'"}}
	})
	check("unknown", "WebhookConditionsNotJudged WebhookVersionDiffers")
	w.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
		h.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "bill"}}
	})
	check("skipped", ">WebhookSkipsPod")
	w.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
		h.NamespaceSelector.MatchLabels["team"] = "bill"
	})
	check("skipped", ">WebhookSkipsNamespace")
	w.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.Rules[0].Resources = []string{"services"} })
	check("skipped", ">WebhookRulesMissPods")

	// One who may see the configuration and not the Deployment.
	w.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
		h.Rules[0].Resources = []string{"pods"}
		h.MatchConditions, h.ObjectSelector, h.NamespaceSelector = nil, nil, nil
		h.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: ns}}
	})
	user := "webhook-reader-of-" + ns
	c.allow(t, user, "", rbacv1.PolicyRule{APIGroups: []string{"admissionregistration.k8s.io"}, Resources: []string{"mutatingwebhookconfigurations"}, Verbs: []string{"list"}},
		rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"namespaces", "serviceaccounts"}, Verbs: []string{"get"}})
	reader := c.with(c.user(t, user))
	eventually(t, "the right to list", func() error {
		if got := reader.kubectl(t, "get", "mutatingwebhookconfigurations"); got.code != 0 {
			return fmt.Errorf("got %s", got.stderr)
		}
		return nil
	})
	list := reader.explain(t, ns, file, accountFlag, "--cluster-id="+clusterID, "--region=cn-hangzhou")
	if e := list.Items[0]; e.Verdict != "Injected" || e.Webhook.Call != "called" || codes(e.Webhook.Reasons) != "WebhookNotReadable" {
		t.Errorf("want a Deployment that can't be read, got %+v", e)
	}
}
