package e2e

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// change changes the webhook's registration.
func (l *live) change(t *testing.T, change func(*admissionregistrationv1.MutatingWebhook)) {
	t.Helper()
	api := l.client(t).AdmissionregistrationV1().MutatingWebhookConfigurations()
	object, err := api.Get(t.Context(), webhookName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	change(&object.Webhooks[0])
	if _, err := api.Update(t.Context(), object, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// makes waits until the API server makes pods of a namespace "injected", "bare", or not at
// all, "refused": it takes a moment to see another registration.
func (l *live) makes(t *testing.T, ns, want string) {
	t.Helper()
	eventually(t, "pods "+want, func() error {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "any"}, Spec: corev1.PodSpec{ServiceAccountName: "good", Containers: []corev1.Container{{Name: "c", Image: "c:1"}}}}
		made, err := l.client(t).CoreV1().Pods(ns).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		got := "bare"
		switch {
		case err != nil:
			got = "refused"
		case rrsa.Touched(&corev1.PodTemplateSpec{Spec: made.Spec}):
			got = "injected"
		}
		if got != want {
			return errors.New("they are " + got)
		}
		return nil
	})
}

// deploy makes a Deployment of the ServiceAccount good, and waits until the namespace has
// as many pods.
func (l *live) deploy(t *testing.T, ns, name string, pods int) {
	t.Helper()
	l.apply(t, ns, pods, strings.NewReplacer("NAMESPACE", ns, "NAME", name).Replace(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: NAMESPACE}
spec: {selector: {matchLabels: {app: NAME}}, template: {metadata: {labels: {app: NAME}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}`))
}

// enabled is a namespace in which the webhook injects pods of the ServiceAccount good.
const enabled = `
apiVersion: v1
kind: Namespace
metadata: {name: NAMESPACE, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: good, namespace: NAMESPACE, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
`

// testWebhookCauses asks while the webhook isn't well, in each way in which it may not be.
func testWebhookCauses(t *testing.T, l *live) {
	l.apply(t, "hook", 0, strings.ReplaceAll(enabled, "NAMESPACE", "hook"))
	late := symptom{"", "causes", "deployment/late", "late", "missing", "", "", "does-not-fix", false}

	t.Run("not ready", func(t *testing.T) {
		l.hold(t, true)
		defer l.hold(t, false)
		late.code, late.next = "WebhookNotReady", "kubectl describe deployment "+webhookApp+" -n kube-system"
		l.asks(t, late)
	})
	t.Run("pod left out", func(t *testing.T) {
		l.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
			h.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"inject": "yes"}}
		})
		defer l.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.ObjectSelector = nil })
		l.asks(t, symptom{"", "causes", "pod/newer", "newer", "missing", "WebhookSkipsPod", "change the pod's labels", "does-not-fix", false})
	})
	l.makes(t, "hook", "injected")

	missed := symptom{"", "hook", "deployment/missed", "missed", "missing", "WebhookFails", "kubectl rrsa preview deployment/missed -n hook --dry-run=server", "unproven", false}
	// One that works with its old role: made again while the webhook fails, it would have none.
	stale := symptom{"", "hook", "deployment/stale", "stale", "stale", "RoleNameMaybeNewer", "kubectl rrsa preview pod/missed-", "unproven", false}
	l.apply(t, "hook", 1, `
{apiVersion: v1, kind: ServiceAccount, metadata: {name: moved, namespace: hook, annotations: {pod-identity.alibabacloud.com/role-name: old-role}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stale, namespace: hook}
spec: {selector: {matchLabels: {app: stale}}, template: {metadata: {labels: {app: stale}}, spec: {serviceAccountName: moved, containers: [{name: c, image: "c:1"}]}}}`)
	nextSecond()
	l.annotate(t, "hook", "moved", "new-role")

	t.Run("answers errors", func(t *testing.T) {
		nextSecond()
		l.webhook.fail(true)
		defer l.webhook.fail(false)
		l.deploy(t, "hook", "missed", 2)
		l.asks(t, missed)
		l.asks(t, stale)
		for _, scope := range [][]string{{"-A"}, {"-n", "hook"}, {"-n", "hook", "-l", "app=stale"}} {
			if got := l.rrsa(t, "", append([]string{"audit", "--fail-on", "none"}, scope...)...); got.code != 0 || restart.MatchString(got.stdout) {
				t.Errorf("%s: want no restart while the webhook fails, got %+v", scope, got)
			}
		}
	})
	t.Run("answers again", func(t *testing.T) {
		nextSecond()
		l.deploy(t, "hook", "answered", 3)
		stale.next, stale.outcome, stale.command = "kubectl rollout restart deployment/stale -n hook", "fixes", true
		l.asks(t, stale)
		missed.code, missed.next, missed.outcome, missed.command = "WebhookMissedPod", "kubectl rollout restart deployment/missed -n hook", "fixes", true
		l.asks(t, missed)
	})
	t.Run("refuses pods", func(t *testing.T) {
		l.webhook.fail(true)
		l.change(t, func(h *admissionregistrationv1.MutatingWebhook) { h.FailurePolicy = new(admissionregistrationv1.Fail) })
		defer func() {
			l.must(t, "", "scale", "deployment", "refused", "-n", "hook", "--replicas=0")
			l.webhook.fail(false)
			l.change(t, func(h *admissionregistrationv1.MutatingWebhook) {
				h.FailurePolicy = new(admissionregistrationv1.Ignore)
			})
			l.makes(t, "hook", "injected")
		}()
		l.makes(t, "hook", "refused")
		l.deploy(t, "hook", "refused", 3)
		set := ""
		eventually(t, "a word of the refused pods", func() error {
			sets, err := l.client(t).AppsV1().ReplicaSets("hook").List(t.Context(), metav1.ListOptions{LabelSelector: "app=refused"})
			if err != nil || len(sets.Items) == 0 || len(sets.Items[0].Status.Conditions) == 0 {
				return fmt.Errorf("got %+v: %w", sets, err)
			}
			set = sets.Items[0].Name
			d, err := l.client(t).AppsV1().Deployments("hook").Get(t.Context(), "refused", metav1.GetOptions{})
			if err == nil && !slices.ContainsFunc(d.Status.Conditions, func(c appsv1.DeploymentCondition) bool { return c.Type == appsv1.DeploymentReplicaFailure }) {
				err = errors.New("the Deployment doesn't say it")
			}
			return err
		})
		for _, target := range []string{"deployment/refused", "replicaset/" + set} {
			l.asks(t, symptom{"", "hook", target, "", "", "PodsRefused", "see why the webhook doesn't answer: kubectl describe deployment " + webhookApp, "", false})
		}
	})
	t.Run("absent", func(t *testing.T) {
		api := l.client(t).AdmissionregistrationV1().MutatingWebhookConfigurations()
		object, err := api.Get(t.Context(), webhookName, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		l.must(t, "", "delete", "mutatingwebhookconfiguration", webhookName)
		l.makes(t, "hook", "bare")
		l.must(t, bare("early"), "apply", "-n", "hook", "-f", "-")
		l.deploy(t, "hook", "before", 5)
		l.asks(t, symptom{"", "causes", "rollouts.argoproj.io/argo", "argo", "missing", "WebhookNotInstalled", "install the component", "does-not-fix", false})
		nextSecond()
		object.ResourceVersion, object.UID = "", ""
		if _, err := api.Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		l.makes(t, "hook", "injected")
		l.asks(t, symptom{"", "hook", "deployment/before", "before", "missing", "WebhookNewer", "kubectl rollout restart deployment/before -n hook", "fixes", true})
		l.asks(t, symptom{"", "hook", "pod/early", "early", "missing", "WebhookNewer", "delete it and create it again", "fixes-otherwise", false})
	})
}

// bare is a pod without a controller.
func bare(name string) string {
	return strings.ReplaceAll(`{apiVersion: v1, kind: Pod, metadata: {name: NAME, labels: {app: NAME}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}`, "NAME", name)
}
