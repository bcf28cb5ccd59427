package rrsa

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

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
	admitted, enabled, role := p.admitted(), p.enabled(), p.role()
	return [...]Verdict{no: NotInjected, unknown: Unknown, yes: Injected}[min(admitted, enabled, role)]
}

// recreateHint is how to have a pod injected again.
const recreateHint = "recreate the pod, for example with kubectl rollout restart on its workload"

// admitted is "no" for pods whose creation the webhook doesn't see or can't
// change: mirror pods, and pods that exist. (§1)
func (p *planner) admitted() answer {
	t := p.in.Template
	switch {
	case mirror(t):
		p.add(mirrorReason())
		return no
	case Exists(t, p.in.Phase):
		p.add(blocking(CodePodExists, Info, LevelPod, "", "the pod exists already; a pod is injected when it is created", recreateHint))
		return no
	}
	return yes
}

// Exists tells whether a pod was created already, by its status.phase, or by its uid
// and the node that it is on. (§1)
func Exists(pod *corev1.PodTemplateSpec, phase corev1.PodPhase) bool {
	return phase != "" || pod.UID != "" && pod.Spec.NodeName != ""
}

// mirror tells whether the kubelet made the pod: the API server has only its
// image. (§1)
func mirror(t *corev1.PodTemplateSpec) bool {
	const source, mirror = "kubernetes.io/config.source", "kubernetes.io/config.mirror"
	_, ok := t.Annotations[mirror]
	return ok || (t.Annotations[source] != "" && t.Annotations[source] != "api")
}

func mirrorReason() Reason {
	return blocking(CodeMirrorPod, Info, LevelPod, "metadata.annotations", "static pods are made by the kubelet and never injected", "")
}

// enabled reads the injection labels: the pod's first, then the namespace's. A
// pod label with another value is no opt-out. (§1)
func (p *planner) enabled() answer {
	const field = "metadata.labels[" + InjectionKey + "]"
	if p.in.Template.Labels[InjectionKey] == On {
		if p.version.has(RulePodLabel) {
			p.add(Reason{Code: CodePodLabelOn, Severity: Info, Level: LevelPod, Field: field, Message: "the pod has the label " + InjectionKey + "=on"})
			p.set("injection", On, LevelPod, "", InjectionKey)
			return yes
		}
		p.newerNeeded(RulePodLabel, LevelPod, field, "the injection label of a pod")
	}
	ns := p.in.Namespace
	if ns == nil {
		p.namespaceUnknown("its injection label")
		return unknown
	}
	value, labelled := ns.Labels[InjectionKey]
	if value == On {
		p.add(Reason{
			Code: CodeNamespaceLabelOn, Severity: Info, Level: LevelNamespace, Field: field,
			Message: fmt.Sprintf("namespace %q has the label %s=on", ns.Name, InjectionKey),
		})
		p.set("injection", On, LevelNamespace, ns.Name, InjectionKey)
		return yes
	}
	severity, message := Info, fmt.Sprintf("namespace %q has no label %s=on", ns.Name, InjectionKey)
	hint := fmt.Sprintf("label it %s: \"on\" in its manifest, or run: kubectl label namespace %s %s=on", InjectionKey, ns.Name, InjectionKey)
	if labelled {
		if !switchedOff(value) {
			severity = Warning
		}
		message = fmt.Sprintf("namespace %q has the label %s=%q; only %q counts", ns.Name, InjectionKey, value, On)
		hint += " --overwrite"
	}
	p.add(blocking(CodeNamespaceNotEnabled, severity, LevelNamespace, field, message, hint))
	return no
}

// OffValues are the values of the injection label, in small letters, that say that it isn't
// wanted: such a namespace is as good as one without the label. (§1)
func OffValues() []string { return []string{"off", "false", "no", "disabled"} }

func switchedOff(value string) bool { return slices.Contains(OffValues(), strings.ToLower(value)) }

// RoleNamePattern is the form of a RAM role's name, a regular expression. (§1)
const RoleNamePattern = `^[A-Za-z0-9.-]{1,64}$`

var rolePattern = regexp.MustCompile(RoleNamePattern)

// role reads the ServiceAccount's role-name. (§1)
func (p *planner) role() answer {
	sa := p.in.ServiceAccount
	if sa == nil {
		p.add(blocking(CodeServiceAccountUnknown, Warning, LevelServiceAccount, "",
			fmt.Sprintf("ServiceAccount %q is not in the input, so its RAM role is not known", p.qualified(ServiceAccountName(p.in.Template))),
			p.giveObject("the ServiceAccount")))
		return unknown
	}
	name, present := sa.Annotations[RoleNameKey]
	switch {
	case rolePattern.MatchString(name):
		p.set("role-name", name, LevelServiceAccount, sa.Name, RoleNameKey)
		return yes
	case name != "":
		hint := "a RAM role's name has 1 to 64 ASCII letters, digits, dots and hyphens"
		if _, role, ok := strings.Cut(name, ":role/"); ok {
			hint = fmt.Sprintf("write the role's name alone, not its ARN: %q", role)
		} else if trimmed := strings.TrimSpace(name); rolePattern.MatchString(trimmed) {
			hint = fmt.Sprintf("remove the white space around the name: %q", trimmed)
		}
		p.add(blocking(CodeRoleNameInvalid, Warning, LevelServiceAccount, annotationField(RoleNameKey),
			fmt.Sprintf("ServiceAccount %q names the RAM role %q, which is not a valid role name", p.qualified(sa.Name), name), hint))
		return no
	}
	severity, message := Info, fmt.Sprintf("ServiceAccount %q has no annotation %s", p.qualified(sa.Name), RoleNameKey)
	hint := fmt.Sprintf("annotate it with the role's name in its manifest, or run: kubectl annotate serviceaccount %s %s=ROLE_NAME", sa.Name, RoleNameKey)
	if p.in.NamespaceName != "" {
		hint += " -n " + p.in.NamespaceName
	}
	if present {
		severity, message = Warning, fmt.Sprintf("the annotation %s of ServiceAccount %q is empty", RoleNameKey, p.qualified(sa.Name))
		hint += " --overwrite"
	}
	p.add(blocking(CodeRoleNameMissing, severity, LevelServiceAccount, annotationField(RoleNameKey), message, hint))
	return no
}

// ServiceAccountName returns the name of the ServiceAccount that a pod runs as:
// the deprecated field counts if the other one is empty, and "default" if both
// are. (§1)
func ServiceAccountName(t *corev1.PodTemplateSpec) string {
	return cmp.Or(t.Spec.ServiceAccountName, t.Spec.DeprecatedServiceAccount, "default")
}

// qualified is a ServiceAccount's name with its namespace, as far as it is known.
func (p *planner) qualified(name string) string {
	if p.in.NamespaceName == "" {
		return name
	}
	return p.in.NamespaceName + "/" + name
}

// newerNeeded says that a key does nothing in the configured version.
func (p *planner) newerNeeded(rule Rule, level Level, field, what string) {
	p.add(warning(CodeNewerWebhookNeeded, level, field,
		fmt.Sprintf("%s needs webhook %s or newer; %s ignores it", what, rule.release().number, p.cfg.WebhookVersion),
		"upgrade the webhook, or set webhookVersion to the version that runs"))
}

// namespaceUnknown says that something of the Namespace isn't known.
func (p *planner) namespaceUnknown(what string) {
	message := fmt.Sprintf("Namespace %q is not in the input, so %s is not known", p.in.NamespaceName, what)
	if p.in.NamespaceName == "" {
		message = fmt.Sprintf("the object names no namespace and none is configured, so %s is not known", what)
	}
	p.add(blocking(CodeNamespaceUnknown, Warning, LevelNamespace, "", message, p.giveObject("the Namespace")))
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
