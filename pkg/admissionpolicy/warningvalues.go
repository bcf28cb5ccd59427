package admissionpolicy

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// valueRules are about values that don't count, where their keys are read.
func valueRules(r *warningRules, cfg rrsa.Config) {
	r.warn("injection", "§1: an injection label that does nothing; a Namespace may say no, a pod can't", injectionRule(r))
	r.warn("expiration", fmt.Sprintf("§3: one that isn't %d to %d seconds", rrsa.MinExpiration, rrsa.MaxExpiration), expirationRule(r))
	if r.has(rrsa.RuleOverrideEnv) {
		r.warn("override", "§3: override-env that doesn't count", overrideRule(r))
	}
	if r.has(rrsa.RuleSTSEndpoint) && !(r.has(rrsa.RuleSTSEnvVars) && cfg.AutoInjectSTSEnvVars) {
		r.warn("endpoint", "§2: inject-sts-endpoint that doesn't count", lines(
			fmt.Sprintf("%s.orValue('on') in ['on', 'off', 'false'] ? [] :", optional("variables.account", rrsa.InjectSTSEndpointKey)),
			"["+r.say(rrsa.CodeSTSEndpointIgnored, onAccount(rrsa.InjectSTSEndpointKey, sampleValue), quotedValue, shownValue(rrsa.InjectSTSEndpointKey))+"]",
		))
	}
}

// quotedValue is a sample's value as the engine writes it.
const quotedValue = `"` + sampleValue + `"`

// label is a label's value, which is short and plain.
func label(values, key string) string { return fmt.Sprintf("%s[%s]", values, quote(key)) }

// injectionRule is about the gate's labels. A pod's is read from 0.2.0 on. (§1, §4)
func injectionRule(r *warningRules) string {
	on := func(labels string) string {
		return fmt.Sprintf("%s.orValue('on') == 'on'", optional(labels, rrsa.InjectionKey))
	}
	off := func(labels string) string {
		return fmt.Sprintf("%s.lowerAscii() in %s", label(labels, rrsa.InjectionKey), list(rrsa.OffValues()))
	}
	const namespace, pod = "variables.nslabels", "variables.labels"
	out := []string{
		"object.kind == 'Namespace' ?",
		fmt.Sprintf("(%s || %s ? [] :", on(namespace), off(namespace)),
		"  [" + r.say(rrsa.CodeNamespaceNotEnabled, namespaceLabel(rrsa.InjectionKey, sampleValue),
			sampleValue, label(namespace, rrsa.InjectionKey), sampleNamespace, "object.metadata.name") + "]) :",
	}
	if !r.has(rrsa.RulePodLabel) {
		return lines(append(out, "[]")...)
	}
	says := func(sample string) string {
		return "[" + r.say(rrsa.CodePodLabelNoOptOut, podLabel(sample), `"`+sample+`"`, `'"' + `+label(pod, rrsa.InjectionKey)+` + '"'`) + "]"
	}
	return lines(append(out, on(pod)+" ? [] :", off(pod)+" ? "+says(rrsa.OffValues()[0])+" :", says(sampleValue))...)
}

// expirationRule has the words for what isn't digits, for what is a duration, and for what
// is out of range.
func expirationRule(r *warningRules) string {
	const duration, seconds, outOfRange = "1h", "3600", "99999"
	number := fmt.Sprintf("variables.values[%s]", quote(rrsa.TokenExpirationKey))
	inSeconds := fmt.Sprintf("duration(%s)", number)
	value := shownValue(rrsa.TokenExpirationKey)
	says := func(code rrsa.Code, sample string, replace ...string) string {
		return "[" + r.say(code, onPod(rrsa.TokenExpirationKey, sample), replace...) + "]"
	}
	return lines(
		fmt.Sprintf("!(%s in variables.values) ? [] :", quote(rrsa.TokenExpirationKey)),
		fmt.Sprintf("%s.matches('^[+-]?[0-9]+$') ?", number),
		"("+expirationCounts(number)+" ? [] :",
		"  "+says(rrsa.CodeExpirationOutOfRange, outOfRange, outOfRange, value+`.replace('"', '')`)+") :",
		fmt.Sprintf("%[1]s.matches('^[0-9]{1,5}[hms]$') && %[2]s >= duration('%[3]ds') && %[2]s <= duration('%[4]ds') ?",
			number, inSeconds, rrsa.MinExpiration, rrsa.MaxExpiration),
		says(rrsa.CodeExpirationInvalid, duration, `"`+duration+`"`, value, `"`+seconds, `'"' + string(`+inSeconds+`.getSeconds())`)+" :",
		says(rrsa.CodeExpirationInvalid, sampleValue, quotedValue, value),
	)
}

// overrideRule is about a Namespace's label and a pod's annotation: "false" says what
// happens anyway, but for a pod whose Namespace says otherwise.
func overrideRule(r *warningRules) string {
	onNamespace := func(in *rrsa.Input) {
		namespaceLabel(rrsa.OverrideEnvKey, rrsa.True)(in)
		onPod(rrsa.OverrideEnvKey, sampleValue)(in)
	}
	return lines(
		"object.kind == 'Namespace' ?",
		fmt.Sprintf("(%s.orValue('true') in ['true', 'false'] ? [] :", optional("variables.nslabels", rrsa.OverrideEnvKey)),
		"  ["+r.say(rrsa.CodeOverrideEnvIgnored, namespaceLabel(rrsa.OverrideEnvKey, sampleValue), sampleValue, label("variables.nslabels", rrsa.OverrideEnvKey))+"]) :",
		fmt.Sprintf("%s.orValue('true') == 'true' ? [] :", optional("variables.annotations", rrsa.OverrideEnvKey)),
		fmt.Sprintf("%s.orValue('') == 'true' ?", optional("variables.nslabels", rrsa.OverrideEnvKey)),
		"["+r.say(rrsa.CodeOverrideEnvIgnored, onNamespace, quotedValue, shownValue(rrsa.OverrideEnvKey))+"] :",
		label("variables.annotations", rrsa.OverrideEnvKey)+" == 'false' ? [] :",
		"["+r.say(rrsa.CodeOverrideEnvIgnored, onPod(rrsa.OverrideEnvKey, sampleValue), quotedValue, shownValue(rrsa.OverrideEnvKey))+"]",
	)
}
