package admissionpolicy

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// warningRules are the variables of the policy that warns, in their order.
type warningRules struct {
	*words
	rules []rule
	// lists names those that are lists of warnings.
	lists []string
}

// let adds a variable that others read.
func (r *warningRules) let(name, comment, expression string) {
	r.rules = append(r.rules, rule{name, comment, expression})
}

// warn adds a variable that is a list of warnings.
func (r *warningRules) warn(name, comment, expression string) {
	r.let(name, comment, expression)
	r.lists = append(r.lists, "variables."+name)
}

// warningVariables are the rules of the policy that warns. Whatever an object of some kind
// doesn't have is empty.
func warningVariables(s Settings) ([]rule, error) {
	r := &warningRules{words: newWords(s.Config)}
	r.let("pod", "§1: the pod, or the pod template of a workload", lines(
		"object.kind == 'Pod' ? dyn(object) :",
		"dyn(object).?spec.?jobTemplate.?spec.?template.or(dyn(object).?spec.?template).orValue({})",
	))
	r.let("labels", "§1: the pod's labels", "variables.pod.?metadata.?labels.orValue({})")
	r.let("annotations", "§3: the pod's annotations", "variables.pod.?metadata.?annotations.orValue({})")
	r.let("account", "§3: a ServiceAccount's annotations",
		ownMetadata("object.kind == 'ServiceAccount'")+".?annotations.orValue({})")
	r.let("nslabels", "§3: the labels of the Namespace, which is the object or the one that it is in",
		"(object.kind == 'Namespace' ? dyn(object) : dyn(namespaceObject)).metadata.?labels.orValue({})")
	r.let("values", "§3: the annotations that settings are read from", "object.kind == 'ServiceAccount' ? variables.account : variables.annotations")
	keyRules(r)
	r.let("shown", "§5: what a warning shows of them: a part, in one line", lines(
		"variables.keys.filter(k, k in variables.values).map(k, [k, string(variables.values[k])]).transformMapEntry(i, e,",
		"  {e[0]: "+shown("e[1]")+"})",
	))
	accountRules(r, s)
	valueRules(r, s.Config)
	podRules(r, s.Config)
	r.let("warnings", "§5: all of them", strings.Join(r.lists, " + "))
	return r.rules, r.fault
}

// ownMetadata is the metadata of an object on a condition, or else empty.
func ownMetadata(condition string) string { return "(" + condition + " ? dyn(object).metadata : {})" }

// shownValue is what a warning shows of a setting's value.
func shownValue(key string) string { return "variables.shown[" + quote(key) + "]" }

// accountRules are about a ServiceAccount's role.
func accountRules(r *warningRules, s Settings) {
	role, arn := fmt.Sprintf("variables.account[%s]", quote(rrsa.RoleNameKey)), quote(":role/")
	says := func(sample string) string {
		return "[" + r.say(rrsa.CodeRoleNameInvalid, onAccount(rrsa.RoleNameKey, sample),
			fmt.Sprintf("%q", sample), shownValue(rrsa.RoleNameKey), sampleValue, "variables.candidate") + "]"
	}
	r.let("candidate", "§1: the role's name in its ARN, or in white space", lines(
		fmt.Sprintf("[%s.orValue('')].map(r,", optional("variables.account", rrsa.RoleNameKey)),
		fmt.Sprintf("  r.contains(%[1]s) ? r.substring(r.indexOf(%[1]s) + size(%[1]s)) : r.trim())[0]", arn),
	))
	r.warn("role", "§1: a role's name that is none", lines(
		fmt.Sprintf("!(%s in variables.account) ? [] :", quote(rrsa.RoleNameKey)),
		fmt.Sprintf("%s == '' ? [%s] :", role, r.say(rrsa.CodeRoleNameMissing, onAccount(rrsa.RoleNameKey, ""),
			sampleAccount, "object.metadata.name", sampleNamespace, "object.metadata.namespace")),
		fmt.Sprintf("%s.matches(%s) ? [] :", role, quote(rrsa.RoleNamePattern)),
		fmt.Sprintf("!variables.candidate.matches(%s) ? %s :", quote(rrsa.RoleNamePattern), says(sampleValue+"_")),
		fmt.Sprintf("%s.contains(%s) ? %s :", role, arn, says("acs:ram::1:role/"+sampleValue)),
		says(sampleValue+" "),
	))
	if s.Selector == "" {
		return
	}
	key, value := s.selector()
	r.warn("selection", "§1: a role on a ServiceAccount that the policy that injects doesn't select", lines(
		fmt.Sprintf("%s.orValue('') == '' ||", optional("variables.account", rrsa.RoleNameKey)),
		fmt.Sprintf("dyn(object).metadata.?labels[?%s].orValue('') == %s ? [] :", quote(key), quote(value)),
		"["+spliced(fmt.Sprintf("ServiceAccount %q names a RAM role and lacks the label %s=%s, so its pods are not injected (add the label)",
			sampleNamespace+"/"+sampleAccount, key, value), qualifiedName()...)+"]",
	))
}

// mostShown is how many letters of a value a warning shows.
const mostShown = 100

// shown is a text in quotes, cut, without anything that ends or hides a line.
func shown(text string) string {
	return lines(
		fmt.Sprintf("strings.quote(size(%[1]s) > %[2]d ? %[1]s.substring(0, %[2]d) + '...' : %[1]s)", text, mostShown),
		fmt.Sprintf("  .split('').map(c, c.matches(%s) ? '?' : c).join('')", quote(`[\p{C}\x{2028}\x{2029}]`)),
	)
}
