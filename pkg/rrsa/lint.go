package rrsa

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/suggest"
)

// Place is where an object has a key, and where one is read.
type Place struct {
	Level Level
	// Label tells a label from an annotation.
	Label bool
}

// String is the place in words, such as "a label of the pod".
func (pl Place) String() string {
	thing := map[Level]string{LevelPod: "pod", LevelServiceAccount: "ServiceAccount", LevelNamespace: "Namespace", LevelWorkload: "workload"}[pl.Level]
	if pl.Label {
		return "a label of the " + thing
	}
	return "an annotation of the " + thing
}

// values returns the labels or the annotations of an object.
func (pl Place) values(meta metav1.ObjectMeta) map[string]string {
	if pl.Label {
		return meta.Labels
	}
	return meta.Annotations
}

// Places lists where a key is read; none for what isn't a key of RRSA. (§1, §3)
func Places(key string) []Place {
	switch key {
	case InjectionKey:
		return []Place{{LevelPod, true}, {LevelNamespace, true}}
	case RoleNameKey, InjectSTSEndpointKey:
		return []Place{{LevelServiceAccount, false}}
	case TokenExpirationKey:
		return []Place{{LevelPod, false}, {LevelServiceAccount, false}}
	case OnlyContainersKey, SkipContainersKey:
		return []Place{{LevelPod, false}}
	case OverrideEnvKey:
		return []Place{{LevelPod, false}, {LevelNamespace, true}}
	}
	return nil
}

// Keys lists every label and annotation that RRSA reads, by its full name.
func Keys() []string {
	return []string{InjectionKey, RoleNameKey, TokenExpirationKey, OnlyContainersKey, SkipContainersKey, OverrideEnvKey, InjectSTSEndpointKey}
}

// writeOnHint is for a pod's label that somebody has written who wants an injection.
const writeOnHint = "write \"" + On + "\", or remove it"

// lint looks at every label and annotation for keys that do nothing where they
// are. (§5)
func (p *planner) lint() {
	p.lintObject(LevelPod, p.object(LevelPod))
	if v, ok := p.in.Template.Labels[InjectionKey]; ok && v != On && p.version.has(RulePodLabel) {
		hint := ""
		switch {
		case !switchedOff(v):
			hint = writeOnHint
		case p.Verdict == Injected:
			hint = "to leave a pod out, list its containers in " + SkipContainersKey + " or give it another ServiceAccount"
		}
		p.add(warning(CodePodLabelNoOptOut, LevelPod, labelField(InjectionKey),
			fmt.Sprintf("the pod's label %s=%q is not %q and so does nothing: the Namespace's label decides", InjectionKey, v, On), hint))
	}
	for _, w := range p.in.Workload {
		p.lintObject(LevelWorkload, w)
	}
	p.lintObject(LevelServiceAccount, p.object(LevelServiceAccount))
	p.lintObject(LevelNamespace, p.object(LevelNamespace))
}

// object returns the metadata of the object at a level; none if it isn't known.
func (p *planner) object(level Level) metav1.ObjectMeta {
	switch {
	case level == LevelPod:
		return p.in.Template.ObjectMeta
	case level == LevelServiceAccount && p.in.ServiceAccount != nil:
		return p.in.ServiceAccount.ObjectMeta
	case level == LevelNamespace && p.in.Namespace != nil:
		return p.in.Namespace.ObjectMeta
	}
	return metav1.ObjectMeta{}
}

func (p *planner) lintObject(level Level, meta metav1.ObjectMeta) {
	for _, at := range [...]Place{{level, true}, {level, false}} {
		values := at.values(meta)
		for _, key := range sortedKeys(values) {
			p.lintKey(key, values[key], at)
		}
	}
}

func (p *planner) lintKey(key, value string, at Place) {
	warn := func(code Code, message, hint string) {
		field := annotationField(key)
		if at.Label {
			field = labelField(key)
		}
		p.add(warning(code, at.Level, field, message, hint))
	}
	// A key that is in its place too, with the same value, misleads nobody.
	there := func(pl Place) bool {
		v, ok := pl.values(p.object(pl.Level))[key]
		return ok && v == value
	}
	right := Places(key)
	other, ours := otherCloud(key)
	switch {
	case slices.Contains(right, at) || slices.ContainsFunc(right, there):
	case right != nil:
		var where []string
		for _, pl := range p.meantBy(at, right) {
			where = append(where, pl.String()+p.pathOf(pl))
		}
		warn(CodeKeyMisplaced, fmt.Sprintf("%s does nothing as %s", key, at), "make it "+strings.Join(where, " or "))
	case strings.Contains(strings.ToLower(key), "autoinjectstsenvvars"):
		warn(CodeAutoInjectNotGate, key+" does nothing: AutoInjectSTSEnvVars is a setting of the webhook, not of an object",
			"injection is enabled by the label "+InjectionKey+"=on")
	case other != "":
		if p.Verdict != Injected && p.Verdict != Refused {
			warn(CodeOtherCloudKey, fmt.Sprintf("%s is %s's key", key, other), "RRSA reads "+ours)
		}
	default:
		if hint, ok := misspelt(key); ok {
			warn(CodeKeyUnknown, fmt.Sprintf("%s, %s, is not an RRSA key", key, at), hint)
		}
	}
}

// meantBy are the places that somebody means who writes a key elsewhere: those in the same
// object, or in the pods of a workload. Whoever labels one Deployment doesn't mean all of
// its Namespace. Where there is none it is every place of the key.
func (p *planner) meantBy(at Place, right []Place) []Place {
	level := at.Level
	if level == LevelWorkload {
		level = LevelPod
	}
	meant := slices.DeleteFunc(slices.Clone(right), func(pl Place) bool {
		return pl.Level != level || pl.Label && level == LevelPod && !p.version.has(RulePodLabel)
	})
	if len(meant) == 0 {
		return right
	}
	return meant
}

// pathOf says where a workload has what belongs to its pod, as "a label of the pod" is
// easily taken for one of the workload; empty for any other place.
func (p *planner) pathOf(pl Place) string {
	kind := "annotations"
	if pl.Label {
		kind = "labels"
	}
	if pl.Level != LevelPod || p.in.TemplatePath == "" {
		return ""
	}
	return " at " + p.in.TemplatePath + ".metadata." + kind
}

// otherCloud names the cloud whose workload identity a key belongs to, and the
// key that does the same here.
func otherCloud(key string) (cloud, ours string) {
	switch key {
	case "eks.amazonaws.com/role-arn":
		return "Amazon EKS", RoleNameKey
	case "iam.gke.io/gcp-service-account":
		return "Google GKE", RoleNameKey
	case "azure.workload.identity/client-id":
		return "Azure AKS", RoleNameKey
	case "azure.workload.identity/use":
		return "Azure AKS", InjectionKey
	}
	return "", ""
}

// misspelt tells whether a key is meant for RRSA and isn't one of its own.
func misspelt(key string) (hint string, ok bool) {
	prefix, suffix, ok := strings.Cut(strings.ToLower(key), "/")
	if !ok {
		return "", false
	}
	// Other components of Alibaba Cloud have keys of their own: only a prefix close
	// to ours, or one of theirs before a name of ours, is meant for RRSA.
	theirs := strings.Contains(prefix, "alibaba")
	meant := strings.Contains(prefix, "pod-identity") ||
		theirs && suggest.Nearest(prefix, []string{strings.TrimSuffix(KeyPrefix, "/")}) != "" ||
		(theirs || strings.Contains(prefix, "aliyun")) && slices.Contains(Keys(), KeyPrefix+suffix)
	if !meant {
		return "", false
	}
	return suggest.DidYouMean(KeyPrefix+suffix, Keys()), true
}

func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil
	}
	out := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	slices.Sort(out)
	return out
}
