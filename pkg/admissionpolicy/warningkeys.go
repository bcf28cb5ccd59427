package admissionpolicy

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// autoInject finds the webhook's setting that some take for a key.
const autoInject = `(?i)autoinjectstsenvvars`

// keyRules are the rules about keys that do nothing where they are, and about what is
// no key. The tables in them are the engine's, which finds more that is misspelt: it counts
// the letters that differ.
func keyRules(r *warningRules) {
	ourName := "/(" + strings.Join(shortNames(), "|") + ")$"
	at := rrsa.Place{Level: rrsa.LevelPod}
	misplaced := r.reason(rrsa.CodeKeyMisplaced, placed(rrsa.RoleNameKey, at))
	r.let("keys", "§3: every key", block("[", "]", quotedAll(rrsa.Keys())))
	r.let("right", "§3: where each is read", rightPlaces())
	r.let("path", "§5: where a workload has what its pods get", lines(
		"object.kind == 'Pod' ? {'labels': '', 'annotations': ''} :",
		"[object.kind == 'CronJob' ? ' at spec.jobTemplate.spec.template.metadata.' : ' at spec.template.metadata.']",
		".map(p, {'labels': p + 'labels', 'annotations': p + 'annotations'})[0]",
	))
	r.let("instead", "§5: what to make of a key elsewhere in an object", instead(r.words))
	r.let("places", "§5: the labels and annotations of the object and of its pod template", places())
	r.let("seen", "§5: these and the Namespace's", fmt.Sprintf("variables.places + [%s]", placeEntry(rrsa.Place{Level: rrsa.LevelNamespace, Label: true}, "variables.nslabels")))
	r.warn("misplaced", "§5: keys elsewhere, unless they are in the right place too, with the same value", lines(
		"variables.places.map(p, variables.keys.filter(k, k in p.values && !(p.at in variables.right[k]) &&",
		"  !variables.seen.exists(s, s.at in variables.right[k] && k in s.values && s.values[k] == p.values[k])).map(k,",
		"  "+phrase(misplaced, rrsa.RoleNameKey, "k", at.String(), "p.at", misplaced.Hint, "variables.instead[p.level][k]"),
		flattened(2),
	))
	r.warn("misspelt", "§5: what is meant for a key and is none", lines(
		fmt.Sprintf("variables.places.filter(p, size(p.values) <= %d).map(p, p.values.filter(k, k.matches(%s) &&", mostKeys, quote(`(?i)alibaba|aliyun|pod-identity|autoinject`)),
		fmt.Sprintf("  !(k in variables.keys) && (k.matches(%s) || k.matches(%s) ||", quote(autoInject), quote(`(?i)^[^/]*pod-identity[^/]*/`)),
		fmt.Sprintf("  k.matches(%s))).transformList(i, k, i <= %d,", quote(`(?i)^[^/]*(alibaba|aliyun)[^/]*`+ourName), mostWarnings),
		fmt.Sprintf("  k.matches(%s) ? %s :", quote(autoInject), r.say(rrsa.CodeAutoInjectNotGate, placed(sampleAutoInject, at), sampleAutoInject, "k")),
		fmt.Sprintf("  k.matches(%s) ? %s :", quote("(?i)"+ourName), knownName(r.words, at)),
		"  "+unknownName(r.words, at),
		flattened(2),
	))
}

// mostKeys is how many labels, or annotations, are looked through: beyond it the API server
// would give up, and nothing of the object would be warned of.
const mostKeys = 1000

// Keys of samples.
const (
	sampleAutoInject = "SAMPLE/AutoInjectSTSEnvVars"
	sampleUnknown    = "pod-identity.SAMPLE/x"
)

func knownName(w *words, at rrsa.Place) string {
	sample := strings.Replace(rrsa.RoleNameKey, ".com", ".SAMPLE", 1)
	return w.say(rrsa.CodeKeyUnknown, placed(sample, at), sample, "k", at.String(), "p.at",
		strings.TrimPrefix(rrsa.RoleNameKey, rrsa.KeyPrefix), "k.lowerAscii().split('/')[1]")
}

// unknownName lists all names, where the engine finds the nearest.
func unknownName(w *words, at rrsa.Place) string {
	r := w.reason(rrsa.CodeKeyUnknown, placed(sampleUnknown, at))
	r.Hint = fmt.Sprintf("the keys are %s%s", rrsa.KeyPrefix, strings.Join(shortNames(), ", "))
	return phrase(r, sampleUnknown, "k", at.String(), "p.at")
}

func shortNames() []string {
	var out []string
	for _, key := range rrsa.Keys() {
		out = append(out, strings.TrimPrefix(key, rrsa.KeyPrefix))
	}
	return out
}
