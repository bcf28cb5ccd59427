package cluster

import (
	"fmt"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// absent says if there is no webhook, or if that isn't known; nil if there is one.
func (w *Webhook) absent() *rrsa.Reason {
	switch {
	case w.unreadable != "":
		return &rrsa.Reason{
			Code: CodeWebhookNotReadable, Severity: rrsa.Info, Level: rrsa.LevelComponent,
			Message: "it isn't known whether the webhook is installed and acts on the pod: " + w.unreadable,
			Hint:    "ask for permission to list mutatingwebhookconfigurations",
		}
	case len(w.Hooks) == 0:
		return &rrsa.Reason{
			Code: CodeWebhookNotInstalled, Severity: rrsa.Warning, Blocking: true, Level: rrsa.LevelComponent,
			Message: "the webhook isn't installed: the cluster has no MutatingWebhookConfiguration with \"pod-identity\" in its name",
			Hint:    "install the component " + webhookName + " in the cluster's add-ons, or apply manifests that hold the injection",
		}
	}
	return nil
}

// Faults say what keeps the webhook from acting on any pod: that there is none, or
// that none is ready.
func (w *Webhook) Faults() []Finding {
	if f := w.absent(); f != nil {
		return []Finding{{Reason: *f}}
	}
	var out []Finding
	for i := range w.Hooks {
		for _, f := range w.Hooks[i].readiness() {
			if f.Blocking && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
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
