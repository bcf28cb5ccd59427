package rrsa

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// answer is yes, no, or not known.
type answer int

const (
	no answer = iota
	unknown
	yes
)

// gate answers whether the pod is injected, with every reason for it. A "no"
// anywhere outweighs what isn't known.
func (p *planner) gate() Verdict {
	admitted := p.admitted()
	enabled := p.enabled()
	role := p.role()
	switch min(admitted, enabled, role) {
	case no:
		p.settled()
		return NotInjected
	case unknown:
		return Unknown
	}
	return Injected
}

// settled is for a verdict that stands whatever isn't known: that no longer
// blocks.
func (p *planner) settled() {
	for i, r := range p.reasons {
		if r.Code == CodeNamespaceUnknown || r.Code == CodeServiceAccountUnknown {
			p.reasons[i].Blocking = false
		}
	}
}

// admitted is "no" for pods whose creation the webhook doesn't see or can't
// change: mirror pods, and pods that exist. (§1)
func (p *planner) admitted() answer {
	t := p.in.Template
	if mirror(t) {
		p.add(mirrorReason())
		return no
	}
	if p.in.Phase != "" || (t.UID != "" && t.Spec.NodeName != "") {
		p.add(Reason{
			Code: CodePodExists, Severity: Info, Blocking: true, Level: LevelPod,
			Message: "the pod exists already; a pod is injected when it is created",
			Hint:    recreateHint,
		})
		return no
	}
	return yes
}

// recreateHint is how to have a pod injected again.
const recreateHint = "recreate the pod, for example with kubectl rollout restart on its workload"

// mirror tells whether the kubelet made the pod: the API server has only its
// image. (§1)
func mirror(t *corev1.PodTemplateSpec) bool {
	const source, mirror = "kubernetes.io/config.source", "kubernetes.io/config.mirror"
	_, ok := t.Annotations[mirror]
	return ok || (t.Annotations[source] != "" && t.Annotations[source] != "api")
}

func mirrorReason() Reason {
	return Reason{
		Code: CodeMirrorPod, Severity: Info, Blocking: true, Level: LevelPod, Field: "metadata.annotations",
		Message: "static pods are made by the kubelet and never injected",
	}
}

// enabled reads the injection labels: the pod's first, then the namespace's. A
// pod label with another value is no opt-out. (§1)
func (p *planner) enabled() answer {
	if p.in.Template.Labels[InjectionKey] == On {
		if p.version.has(RulePodLabel) {
			p.add(Reason{
				Code: CodePodLabelOn, Severity: Info, Level: LevelPod, Field: labelField(InjectionKey),
				Message: "the pod has the label " + InjectionKey + "=on",
			})
			p.set("injection", On, LevelPod, "", InjectionKey)
			return yes
		}
		p.newerNeeded(RulePodLabel, LevelPod, labelField(InjectionKey), "the injection label of a pod")
	}
	ns := p.in.Namespace
	switch {
	case ns == nil:
		p.namespaceUnknown("its injection label")
		return unknown
	case ns.Labels[InjectionKey] == On:
		p.add(Reason{
			Code: CodeNamespaceLabelOn, Severity: Info, Level: LevelNamespace, Field: labelField(InjectionKey),
			Message: fmt.Sprintf("namespace %q has the label %s=on", ns.Name, InjectionKey),
		})
		p.set("injection", On, LevelNamespace, ns.Name, InjectionKey)
		return yes
	}
	r := Reason{
		Code: CodeNamespaceNotEnabled, Severity: Info, Blocking: true, Level: LevelNamespace, Field: labelField(InjectionKey),
		Message: fmt.Sprintf("namespace %q has no label %s=on", ns.Name, InjectionKey),
		Hint:    fmt.Sprintf("label it %s: \"on\" in its manifest, or run: kubectl label namespace %s %s=on", InjectionKey, ns.Name, InjectionKey),
	}
	if v, ok := ns.Labels[InjectionKey]; ok {
		r.Severity = Warning
		r.Message = fmt.Sprintf("namespace %q has the label %s=%q; only %q counts", ns.Name, InjectionKey, v, On)
		r.Hint += " --overwrite"
	}
	p.add(r)
	return no
}

// newerNeeded says that a key does nothing in the configured version.
func (p *planner) newerNeeded(rule Rule, level Level, field, what string) {
	p.add(Reason{
		Code: CodeNewerWebhookNeeded, Severity: Warning, Level: level, Field: field,
		Message: fmt.Sprintf("%s needs webhook %s or newer; %s ignores it", what, rule.release().number, p.cfg.WebhookVersion),
		Hint:    "upgrade the webhook, or set webhookVersion to the version that runs",
	})
}

// namespaceUnknown says that something of the Namespace isn't known.
func (p *planner) namespaceUnknown(what string) {
	r := Reason{
		Code: CodeNamespaceUnknown, Severity: Warning, Blocking: true, Level: LevelNamespace,
		Message: fmt.Sprintf("Namespace %q is not in the input, so %s is not known", p.in.NamespaceName, what),
		Hint:    p.giveObject("the Namespace"),
	}
	if p.in.NamespaceName == "" {
		r.Message = fmt.Sprintf("the object names no namespace and none is configured, so %s is not known", what)
	}
	p.add(r)
}

// giveObject says how to make an object known.
func (p *planner) giveObject(what string) string {
	if p.in.NamespaceName == "" {
		return "set metadata.namespace, or the setting namespace"
	}
	return "add " + what + " object to the input, or to the config's context"
}

func labelField(key string) string { return "metadata.labels[" + key + "]" }

func annotationField(key string) string { return "metadata.annotations[" + key + "]" }
