package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Codes of the webhook in the cluster.
const (
	// CodeWebhookNotInstalled is about a cluster without the webhook.
	CodeWebhookNotInstalled rrsa.Code = "WebhookNotInstalled"
	// CodeWebhookRulesMissPods is about rules that don't name the creation of pods.
	CodeWebhookRulesMissPods rrsa.Code = "WebhookRulesMissPods"
	// CodeWebhookSkipsNamespace is about a namespaceSelector that doesn't match.
	CodeWebhookSkipsNamespace rrsa.Code = "WebhookSkipsNamespace"
	// CodeWebhookSkipsPod is about an objectSelector that doesn't match.
	CodeWebhookSkipsPod rrsa.Code = "WebhookSkipsPod"
	// CodeWebhookNamespaceUnknown is about a namespaceSelector for a Namespace whose
	// labels aren't known.
	CodeWebhookNamespaceUnknown rrsa.Code = "WebhookNamespaceUnknown"
	// CodeWebhookConditionsNotJudged is about matchConditions: programs that only
	// the API server runs.
	CodeWebhookConditionsNotJudged rrsa.Code = "WebhookConditionsNotJudged"
	// CodeWebhookNotReady is about a Deployment without a ready pod.
	CodeWebhookNotReady rrsa.Code = "WebhookNotReady"
	// CodeWebhookVersionDiffers is about a webhook with other rules than those that
	// the verdict is made by.
	CodeWebhookVersionDiffers rrsa.Code = "WebhookVersionDiffers"
	// CodeWebhookDeploymentUnknown is about a webhook of which it isn't known what
	// runs it.
	CodeWebhookDeploymentUnknown rrsa.Code = "WebhookDeploymentUnknown"
	// CodeWebhookNotReadable is about what the user may not read of it.
	CodeWebhookNotReadable rrsa.Code = "WebhookNotReadable"
)

// Target is a pod that is to be created.
type Target struct {
	// Namespace is its namespace's name; empty if that isn't known.
	Namespace string
	// NamespaceLabels are the Namespace's own, as far as NamespaceKnown says that
	// they are known.
	NamespaceLabels map[string]string
	NamespaceKnown  bool
	// Labels are the pod's.
	Labels map[string]string
}

// Call says whether the API server calls the webhook for a pod.
type Call string

// The answers of [Webhook.Judge].
const (
	Called      Call = "called"
	Skipped     Call = "skipped"
	CallUnknown Call = "unknown"
)

// Judgement is what the webhook is to a pod.
type Judgement struct {
	Call Call
	// Hook is the webhook that is called, or the first of those that aren't; nil if
	// none is known.
	Hook *Hook
	// Findings say why it isn't called, or can't answer, or why that isn't known.
	// Those that keep it from acting are blocking.
	Findings []Finding
}

// Judge applies the webhooks' rules and selectors to a pod as the API server does
// when the pod is created. One that is called is enough. version is the one whose
// rules are taken for the webhook's. (§1, §4)
func (w *Webhook) Judge(t Target, version string) Judgement {
	switch {
	case w.unreadable != "":
		return Judgement{Call: CallUnknown, Findings: []Finding{{Reason: rrsa.Reason{
			Code: CodeWebhookNotReadable, Severity: rrsa.Info, Level: rrsa.LevelComponent,
			Message: "it isn't known whether the webhook is installed and acts on the pod: " + w.unreadable,
			Hint:    "ask for permission to list mutatingwebhookconfigurations",
		}}}}
	case len(w.Hooks) == 0:
		return Judgement{Call: Skipped, Findings: []Finding{{Reason: rrsa.Reason{
			Code: CodeWebhookNotInstalled, Severity: rrsa.Warning, Blocking: true, Level: rrsa.LevelComponent,
			Message: "the webhook isn't installed: the cluster has no MutatingWebhookConfiguration with \"pod-identity\" in its name",
			Hint:    "install the component " + webhookName + " in the cluster's add-ons, or apply manifests that hold the injection: kubectl rrsa preview",
		}}}}
	}
	rank := []Call{Skipped, CallUnknown, Called}
	out := Judgement{}
	for i := range w.Hooks {
		call, findings := w.Hooks[i].judge(t)
		switch cmp.Compare(slices.Index(rank, call), slices.Index(rank, out.Call)) {
		case 1:
			out = Judgement{call, &w.Hooks[i], findings}
		case 0:
			out.Findings = append(out.Findings, findings...)
		}
	}
	if out.Call != Skipped {
		out.Findings = append(out.Findings, out.Hook.readiness()...)
		out.Findings = append(out.Findings, out.Hook.differs(version)...)
	}
	return out
}

// judge asks in the order in which the API server does; the first "no" decides.
func (h *Hook) judge(t Target) (Call, []Finding) {
	if !slices.ContainsFunc(h.Rules, createsPods) {
		return h.skips(CodeWebhookRulesMissPods, "rules", "its rules don't name the creation of pods (CREATE, v1, pods)",
			"reinstall the component, which brings its rules along")
	}
	var doubts []Finding
	switch match, err := matches(h.NamespaceSelector, namespaceLabels(t)); {
	case err != nil:
		doubts = append(doubts, h.finding(CodeWebhookNotReadable, "namespaceSelector", err.Error(), ""))
	case h.NamespaceSelector == nil || isEmpty(h.NamespaceSelector):
	case !t.NamespaceKnown:
		doubts = append(doubts, h.finding(CodeWebhookNamespaceUnknown, "namespaceSelector",
			fmt.Sprintf("it acts in namespaces with %q, and the Namespace's labels aren't known", metav1.FormatLabelSelector(h.NamespaceSelector)),
			"give the Namespace in the input or in the config's context, or ask for permission to get namespaces"))
	case !match:
		return h.skips(CodeWebhookSkipsNamespace, "namespaceSelector",
			fmt.Sprintf("it acts in namespaces with %q, and namespace %q has the labels %s",
				metav1.FormatLabelSelector(h.NamespaceSelector), t.Namespace, formatLabels(namespaceLabels(t))),
			"use another namespace, or change the namespace's labels so that the selector matches")
	}
	switch match, err := matches(h.ObjectSelector, t.Labels); {
	case err != nil:
		doubts = append(doubts, h.finding(CodeWebhookNotReadable, "objectSelector", err.Error(), ""))
	case !match:
		return h.skips(CodeWebhookSkipsPod, "objectSelector",
			fmt.Sprintf("it acts on pods with %q, and the pod has the labels %s", metav1.FormatLabelSelector(h.ObjectSelector), formatLabels(t.Labels)),
			"change the pod's labels so that the selector matches")
	}
	if n := len(h.MatchConditions); n > 0 {
		var names []string
		for _, c := range h.MatchConditions {
			names = append(names, fmt.Sprintf("%q", c.Name))
		}
		doubts = append(doubts, h.finding(CodeWebhookConditionsNotJudged, "matchConditions",
			"it has conditions that only the API server can judge: "+strings.Join(names, ", "),
			"read their expressions: kubectl get mutatingwebhookconfiguration "+h.Configuration+" -o yaml"))
	}
	if len(doubts) > 0 {
		return CallUnknown, doubts
	}
	return Called, nil
}

// readiness says what is wrong with the Deployment, and what comes of it.
func (h *Hook) readiness() []Finding {
	d, object := h.Deployment, "deployment/"+h.Deployment.Name
	switch {
	case d.unreadable != "":
		f := h.finding(CodeWebhookNotReadable, "", "it isn't known whether the webhook is running: "+d.unreadable, "ask for permission to get deployments in "+d.Namespace)
		f.Object = object
		return []Finding{f}
	case !d.Found:
		return []Finding{h.finding(CodeWebhookDeploymentUnknown, "clientConfig",
			fmt.Sprintf("it isn't known whether the webhook is running: there is no Deployment %q", d.NamespacedName), "")}
	case d.Ready > 0:
		return nil
	}
	comes := "pods that it selects can't be created meanwhile, as its failurePolicy is Fail"
	if h.Failure() == admissionregistrationv1.Ignore {
		comes = "pods start without credentials meanwhile, as its failurePolicy is Ignore"
	}
	f := h.finding(CodeWebhookNotReady, "", fmt.Sprintf("none of %d pods of the Deployment %q is ready: %s", d.Replicas, d.NamespacedName, comes),
		fmt.Sprintf("see why with kubectl describe deployment %s -n %s, and recreate pods that were created meanwhile", d.Name, d.Namespace))
	f.Object, f.Severity, f.Blocking = object, rrsa.Warning, true
	return []Finding{f}
}

// differs says if the Deployment's version has other rules than a version.
func (h *Hook) differs(version string) []Finding {
	changes, err := rrsa.Changes(version, h.Deployment.Version)
	if h.Deployment.Version == "" || err != nil || len(changes) == 0 {
		return nil
	}
	f := h.finding(CodeWebhookVersionDiffers, "", fmt.Sprintf("the Deployment %q runs version %s, and the rules of %s are applied here",
		h.Deployment.NamespacedName, h.Deployment.Version, version), "give --webhook-version "+h.Deployment.Version)
	f.Object, f.Severity = "deployment/"+h.Deployment.Name, rrsa.Warning
	return []Finding{f}
}

// Failure is what the API server does while the webhook doesn't answer.
func (h *Hook) Failure() admissionregistrationv1.FailurePolicyType {
	if h.FailurePolicy == nil {
		return admissionregistrationv1.Fail
	}
	return *h.FailurePolicy
}

// Object names the configuration.
func (h *Hook) Object() string { return "mutatingwebhookconfiguration/" + h.Configuration }

func (h *Hook) finding(code rrsa.Code, field, message, hint string) Finding {
	if field != "" {
		field = fmt.Sprintf("webhooks[%d].%s", h.Index, field)
	}
	return Finding{Object: h.Object(), Reason: rrsa.Reason{
		Code: code, Severity: rrsa.Info, Level: rrsa.LevelComponent, Field: field, Message: message, Hint: hint,
	}}
}

func (h *Hook) skips(code rrsa.Code, field, message, hint string) (Call, []Finding) {
	f := h.finding(code, field, message, hint)
	f.Severity, f.Blocking = rrsa.Warning, true
	return Skipped, []Finding{f}
}
