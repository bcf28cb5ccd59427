package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// What the webhook is installed as. (§6)
const (
	WebhookName      = "ack-pod-identity-webhook"
	WebhookNamespace = "kube-system"
)

// Codes of the issuer of the cluster's tokens.
const (
	CodeRRSANotEnabled rrsa.Code = "RRSANotEnabled" // a cluster whose tokens RAM can't verify
	CodeRRSANotJudged  rrsa.Code = "RRSANotJudged"  // a cluster of which it isn't known whether RRSA is enabled
	CodeIssuerDiffers  rrsa.Code = "IssuerDiffers"  // a cluster whose tokens have another issuer than the settings say
)

// Finding is a Reason about an object that stands in no manifest.
type Finding struct {
	rrsa.Reason
	// Object names it as kubectl does, such as "deployment/ack-pod-identity-webhook";
	// empty if it is about none.
	Object string
	// Shared is the Message without what is about one pod only, such as when it was made;
	// empty if there is nothing of the kind in it.
	Shared string
}

// Webhook is what a cluster has of ack-pod-identity-webhook, and of a policy that stands in
// for it.
type Webhook struct {
	// Hooks are the webhooks of all configurations whose names contain
	// "pod-identity". (§6.7)
	Hooks []Hook
	// Unreadable says why the configurations can't be read; empty if they could.
	Unreadable string
	// Policies inject in the API server, before the webhook.
	Policies Policies
}

// Hook is one webhook of a MutatingWebhookConfiguration.
type Hook struct {
	admissionregistrationv1.MutatingWebhook
	// Configuration is the MutatingWebhookConfiguration's name, and Index the place
	// in it.
	Configuration string
	Index         int
	// Created is when the configuration was.
	Created metav1.Time
	// Deployment is what runs behind it.
	Deployment Deployment
}

// Deployment is the one that runs a webhook.
type Deployment struct {
	types.NamespacedName
	// Found tells whether the rest is known.
	Found bool
	// Ready and Replicas count pods: those that are ready, and those that there
	// should be.
	Ready, Replicas int32
	// Version is the webhook's, by the tag of its image; empty if that names none.
	Version string
	// Unreadable says why it can't be read; empty if it could, or isn't there.
	Unreadable string
}

// Failure is what the API server does while the webhook doesn't answer.
func (h *Hook) Failure() admissionregistrationv1.FailurePolicyType {
	return *cmp.Or(h.FailurePolicy, new(admissionregistrationv1.Fail))
}

// Object names the configuration.
func (h *Hook) Object() string { return "mutatingwebhookconfiguration/" + h.Configuration }

// finding is about a field of the webhook, or without one about its Deployment.
func (h *Hook) finding(code rrsa.Code, field, message, hint string) Finding {
	object := "deployment/" + h.Deployment.Name
	if field != "" {
		object, field = h.Object(), fmt.Sprintf("webhooks[%d].%s", h.Index, field)
	}
	return Finding{Object: object, Reason: rrsa.Reason{
		Code: code, Severity: rrsa.Info, Level: rrsa.LevelComponent, Field: field, Message: message, Hint: hint,
	}}
}

// absent says if nothing injects, or if that isn't known; nil if there is a webhook, or a
// policy in its place.
func (w *Webhook) absent() []Finding {
	switch {
	case w.Unreadable != "":
		return []Finding{{Reason: rrsa.Reason{
			Code: CodeWebhookNotReadable, Severity: rrsa.Info, Level: rrsa.LevelComponent,
			Message: "it isn't known whether the webhook is installed and acts on the pod: " + w.Unreadable,
			Hint:    "ask for permission to list mutatingwebhookconfigurations",
		}}}
	case len(w.Hooks) > 0:
		return nil
	}
	if f, ok := w.Policies.unclear(); ok {
		if f.Code == CodePolicyNotReadable {
			f.Message = "there is no webhook, and " + f.Message
		}
		return []Finding{f}
	}
	if w.Policies.Acting() == nil {
		return []Finding{{Reason: rrsa.Reason{
			Code: CodeWebhookNotInstalled, Severity: rrsa.Warning, Blocking: true, Level: rrsa.LevelComponent,
			Message: "the webhook isn't installed: the cluster has no MutatingWebhookConfiguration with \"pod-identity\" in its name",
			Hint:    "install the component " + WebhookName + " in the cluster's add-ons, or apply manifests that hold the injection",
		}}}
	}
	return nil
}

// Registered are the webhooks for the creation of pods. Without any the finding says why, or
// that it isn't known. (§1)
func (w *Webhook) Registered() ([]*Hook, Finding) {
	var out []*Hook
	findings := w.absent()
	for i := range w.Hooks {
		if slices.ContainsFunc(w.Hooks[i].Rules, createsPods) {
			out = append(out, &w.Hooks[i])
			continue
		}
		_, skips := w.Hooks[i].judge(Target{})
		findings = append(findings, skips...)
	}
	if len(out) > 0 {
		return out, Finding{}
	}
	return nil, first(findings)
}

// Readiness says what is wrong with the Deployment, and what comes of it, or that it isn't
// known. What keeps the webhook from answering is blocking.
func (h *Hook) Readiness() []Finding {
	d := h.Deployment
	switch {
	case d.Unreadable != "":
		return []Finding{h.finding(CodeWebhookNotReadable, "", "it isn't known whether the webhook is running: "+d.Unreadable,
			"ask for permission to get deployments in "+d.Namespace)}
	case !d.Found:
		return []Finding{h.finding(CodeWebhookDeploymentUnknown, "clientConfig",
			fmt.Sprintf("it isn't clear whether the webhook is running: there is no Deployment %q", d.NamespacedName),
			"see whether it answers, which stores nothing: kubectl rrsa preview TYPE/NAME --dry-run=server")}
	case d.Ready > 0:
		return nil
	}
	comes := "pods that it selects can't be created meanwhile, as its failurePolicy is Fail"
	if h.Failure() == admissionregistrationv1.Ignore {
		comes = "pods start without credentials meanwhile, as its failurePolicy is Ignore"
	}
	f := h.finding(CodeWebhookNotReady, "", fmt.Sprintf("none of %d pods of the Deployment %q is ready: %s", d.Replicas, d.NamespacedName, comes),
		fmt.Sprintf("see why with kubectl describe deployment %s -n %s, and recreate pods that were created meanwhile", d.Name, d.Namespace))
	f.Severity, f.Blocking = rrsa.Warning, true
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
	f.Severity = rrsa.Warning
	return []Finding{f}
}

// InVain says what is left where the API server calls the webhook for a pod, which then
// shows nothing of it.
func (h *Hook) InVain() string {
	why := "the API server calls it for the pod, and it answers without an injection: its settings or version may be others"
	if h.Failure() == admissionregistrationv1.Ignore {
		why = "the API server calls it for the pod; its failurePolicy is Ignore, so it may fail or not answer at all"
	}
	if h.Deployment.Found {
		why += ": see kubectl logs deployment/" + h.Deployment.Name + " -n " + h.Deployment.Namespace
	}
	return why
}
