package rrsa

import (
	"fmt"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// rolePattern is the form of a RAM role's name. (§1)
var rolePattern = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`)

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
		// What isn't known elsewhere no longer decides.
		for i, r := range p.reasons {
			if r.Code == CodeNamespaceUnknown || r.Code == CodeServiceAccountUnknown {
				p.reasons[i].Blocking = false
			}
		}
		return NotInjected
	case unknown:
		return Unknown
	}
	return Injected
}

// admitted is "no" for pods whose creation the webhook doesn't see or can't
// change: mirror pods, and pods that exist. (§1)
func (p *planner) admitted() answer {
	t := p.in.Template
	const source, mirror = "kubernetes.io/config.source", "kubernetes.io/config.mirror"
	if _, ok := t.Annotations[mirror]; ok || (t.Annotations[source] != "" && t.Annotations[source] != "api") {
		p.add(Reason{
			Code: CodeMirrorPod, Severity: Info, Blocking: true, Level: LevelPod, Field: "metadata.annotations",
			Message: "static pods are made by the kubelet and never injected",
		})
		return no
	}
	if p.in.Phase != "" || (t.UID != "" && t.Spec.NodeName != "") {
		p.add(Reason{
			Code: CodePodExists, Severity: Info, Blocking: true, Level: LevelPod,
			Message: "the pod exists already; a pod is injected when it is created",
			Hint:    "recreate the pod, for example with kubectl rollout restart on its workload",
		})
		return no
	}
	return yes
}

// enabled reads the injection labels: the pod's first, then the namespace's. A
// pod label with another value is no opt-out. (§1)
func (p *planner) enabled() answer {
	if p.in.Template.Labels[InjectionKey] == On {
		if p.rules[RulePodLabel] {
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
		p.add(Reason{
			Code: CodeNamespaceUnknown, Severity: Warning, Blocking: true, Level: LevelNamespace,
			Message: "the Namespace of the pod is not known, so neither is its injection label",
			Hint:    "give the Namespace object as input, or in the config's context",
		})
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
		Hint:    fmt.Sprintf("kubectl label namespace %s %s=on", ns.Name, InjectionKey),
	}
	if v, ok := ns.Labels[InjectionKey]; ok {
		r.Severity = Warning
		r.Message = fmt.Sprintf("namespace %q has the label %s=%q; only %q counts", ns.Name, InjectionKey, v, On)
		r.Hint += " --overwrite"
	}
	p.add(r)
	return no
}

// role reads the ServiceAccount's role-name. (§1)
func (p *planner) role() answer {
	sa := p.in.ServiceAccount
	if sa == nil {
		p.add(Reason{
			Code: CodeServiceAccountUnknown, Severity: Warning, Blocking: true, Level: LevelServiceAccount,
			Message: fmt.Sprintf("ServiceAccount %q is not known, so neither is its RAM role", ServiceAccountName(p.in.Template)),
			Hint:    "give the ServiceAccount object as input, or in the config's context",
		})
		return unknown
	}
	name := sa.Annotations[RoleNameKey]
	if name == "" {
		p.add(Reason{
			Code: CodeRoleNameMissing, Severity: Info, Blocking: true, Level: LevelServiceAccount, Field: annotationField(RoleNameKey),
			Message: fmt.Sprintf("ServiceAccount %q has no annotation %s", sa.Name, RoleNameKey),
			Hint:    fmt.Sprintf("kubectl annotate serviceaccount %s %s=<role-name>%s", sa.Name, RoleNameKey, namespaceFlag(p.in.Namespace)),
		})
		return no
	}
	if !rolePattern.MatchString(name) {
		hint := "a RAM role's name has 1 to 64 letters, digits, dots and hyphens"
		if _, role, ok := strings.Cut(name, ":role/"); ok {
			hint = fmt.Sprintf("write the role's name alone, not its ARN: %q", role)
		}
		p.add(Reason{
			Code: CodeRoleNameInvalid, Severity: Warning, Blocking: true, Level: LevelServiceAccount, Field: annotationField(RoleNameKey),
			Message: fmt.Sprintf("ServiceAccount %q names the RAM role %q, which is no valid role name", sa.Name, name),
			Hint:    hint,
		})
		return no
	}
	p.set("role-name", name, LevelServiceAccount, sa.Name, RoleNameKey)
	return yes
}

// newerNeeded says that a key does nothing in the configured version.
func (p *planner) newerNeeded(rule Rule, level Level, field, what string) {
	p.add(Reason{
		Code: CodeNewerWebhookNeeded, Severity: Warning, Level: level, Field: field,
		Message: fmt.Sprintf("%s needs webhook %s or newer; %s ignores it", what, since(rule), p.cfg.WebhookVersion),
		Hint:    "upgrade the webhook, or set webhookVersion to the version that runs",
	})
}

func namespaceFlag(ns *corev1.Namespace) string {
	if ns == nil || ns.Name == "" {
		return ""
	}
	return " -n " + ns.Name
}

func labelField(key string) string { return "metadata.labels[" + key + "]" }

func annotationField(key string) string { return "metadata.annotations[" + key + "]" }
