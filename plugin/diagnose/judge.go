package diagnose

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Codes of the webhook in the cluster, and what each is about.
const (
	CodeWebhookNotInstalled        rrsa.Code = "WebhookNotInstalled"        // a cluster without the webhook
	CodeWebhookRulesMissPods       rrsa.Code = "WebhookRulesMissPods"       // rules that don't name the creation of pods
	CodeWebhookSkipsNamespace      rrsa.Code = "WebhookSkipsNamespace"      // a namespaceSelector that doesn't match
	CodeWebhookSkipsPod            rrsa.Code = "WebhookSkipsPod"            // an objectSelector that doesn't match
	CodeWebhookNamespaceUnknown    rrsa.Code = "WebhookNamespaceUnknown"    // a namespaceSelector for a Namespace whose labels aren't known
	CodeWebhookConditionsNotJudged rrsa.Code = "WebhookConditionsNotJudged" // matchConditions: programs that only the API server runs
	CodeWebhookNotReady            rrsa.Code = "WebhookNotReady"            // a Deployment without a ready pod
	CodeWebhookVersionDiffers      rrsa.Code = "WebhookVersionDiffers"      // a webhook with other rules than those that the verdict is made by
	CodeWebhookDeploymentUnknown   rrsa.Code = "WebhookDeploymentUnknown"   // a webhook of which it isn't known what runs it
	CodeWebhookNotReadable         rrsa.Code = "WebhookNotReadable"         // what the user may not read of it
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
	// Account is its ServiceAccount, and Pod all of it; nil for what isn't known.
	Account *corev1.ServiceAccount
	Pod     *corev1.PodTemplateSpec
}

// Judge applies the webhooks' rules and selectors to a pod as the API server does
// when the pod is created. One that is called is enough. version is the one whose
// rules are taken for the webhook's. (§1, §4)
func (w *Webhook) Judge(t Target, version string) Judgement {
	out := Judgement{Policy: w.Policies.judge(t)}
	switch {
	case w.Unreadable != "":
		out.Call, out.Findings = CallUnknown, w.absent()
		return out
	case len(w.Hooks) == 0:
		out.Call, out.Findings = Skipped, w.absent()
		return out
	}
	rank := []Call{Skipped, CallUnknown, Called}
	for i := range w.Hooks {
		call, findings := w.Hooks[i].judge(t)
		switch cmp.Compare(slices.Index(rank, call), slices.Index(rank, out.Call)) {
		case 1:
			out.Call, out.Hook, out.Findings = call, &w.Hooks[i], findings
		case 0:
			out.Findings = append(out.Findings, findings...)
		}
	}
	if out.Call != Skipped {
		out.Findings = append(out.Findings, out.Hook.Readiness()...)
		out.Findings = append(out.Findings, out.Hook.differs(version)...)
	}
	return out
}

// AnyPod is the webhook for pods with whatever labels it wants: what is left to judge is
// the namespace.
func (w *Webhook) AnyPod() *Webhook {
	if w == nil {
		return nil
	}
	out := &Webhook{Hooks: slices.Clone(w.Hooks), Unreadable: w.Unreadable, Policies: w.Policies}
	for i := range out.Hooks {
		out.Hooks[i].ObjectSelector = nil
	}
	return out
}

// judge asks in the order in which the API server does; the first "no" decides.
func (h *Hook) judge(t Target) (Call, []Finding) {
	if !slices.ContainsFunc(h.Rules, createsPods) {
		return h.skips(CodeWebhookRulesMissPods, "rules", "the webhook's rules don't name the creation of pods (CREATE, v1, pods)",
			"reinstall the component, which brings its rules along")
	}
	var doubts []Finding
	for _, s := range []struct {
		field              string
		selector           *metav1.LabelSelector
		have               labels.Set
		unknown            bool
		skips              rrsa.Code
		acts, whose, other string
	}{
		{
			"namespaceSelector", h.NamespaceSelector, t.namespaceLabels(), !t.NamespaceKnown, CodeWebhookSkipsNamespace,
			"in namespaces", fmt.Sprintf("namespace %q", t.Namespace), "use another namespace, or change the namespace's labels so that the selector matches",
		},
		{"objectSelector", h.ObjectSelector, t.Labels, false, CodeWebhookSkipsPod, "on pods", "the pod", "change the pod's labels so that the selector matches"},
	} {
		text := metav1.FormatLabelSelector(s.selector)
		// One that isn't there is as one that is empty.
		switch selector, err := metav1.LabelSelectorAsSelector(cmp.Or(s.selector, &metav1.LabelSelector{})); {
		case err != nil:
			doubts = append(doubts, h.finding(CodeWebhookNotReadable, s.field, fmt.Sprintf("reading the selector: %v", err), ""))
		case selector.Empty():
		case s.unknown:
			doubts = append(doubts, h.finding(CodeWebhookNamespaceUnknown, s.field,
				fmt.Sprintf("the webhook acts only %s with %q, and the Namespace's labels aren't known", s.acts, text),
				"give the Namespace in the input or in the config's context, or ask for permission to get namespaces"))
		case !selector.Matches(s.have):
			return h.skips(s.skips, s.field, fmt.Sprintf("the webhook acts only %s with %q, and %s has the labels %s", s.acts, text, s.whose, formatLabels(s.have)), s.other)
		}
	}
	if n := len(h.MatchConditions); n > 0 {
		var names []string
		for _, c := range h.MatchConditions {
			names = append(names, fmt.Sprintf("%q", c.Name))
		}
		doubts = append(doubts, h.finding(CodeWebhookConditionsNotJudged, "matchConditions",
			"the webhook has conditions that only the API server can judge: "+strings.Join(names, ", "),
			"read their expressions: kubectl get mutatingwebhookconfiguration "+h.Configuration+" -o yaml"))
	}
	if len(doubts) > 0 {
		return CallUnknown, doubts
	}
	return Called, nil
}

func (h *Hook) skips(code rrsa.Code, field, message, hint string) (Call, []Finding) {
	f := h.finding(code, field, message, hint)
	f.Severity, f.Blocking = rrsa.Warning, true
	return Skipped, []Finding{f}
}

// createsPods tells whether a rule is about the creation of pods. A resource with
// a subresource of "*" has the pods themselves among them.
func createsPods(r admissionregistrationv1.RuleWithOperations) bool {
	return (r.Scope == nil || *r.Scope != admissionregistrationv1.ClusterScope) &&
		anyOf(r.Operations, admissionregistrationv1.Create, admissionregistrationv1.OperationAll) &&
		anyOf(r.APIGroups, "", "*") && anyOf(r.APIVersions, "v1", "*") && anyOf(r.Resources, "pods", "pods/*", "*", "*/*")
}

func anyOf[T comparable](list []T, want ...T) bool {
	return slices.ContainsFunc(list, func(one T) bool { return slices.Contains(want, one) })
}

// namespaceLabels are the Namespace's, with the one that the API server gives each.
func (t Target) namespaceLabels() labels.Set {
	out := labels.Set{}
	maps.Copy(out, t.NamespaceLabels)
	if t.Namespace != "" {
		out[corev1.LabelMetadataName] = t.Namespace
	}
	return out
}

func formatLabels(have labels.Set) string {
	if len(have) == 0 {
		return "{}"
	}
	return fmt.Sprintf("%q", have.String())
}
