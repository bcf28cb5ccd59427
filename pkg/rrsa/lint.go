package rrsa

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/suggest"
)

// place is where a key is read.
type place struct {
	level Level
	label bool
}

func (pl place) String() string {
	thing := map[Level]string{LevelPod: "pod", LevelServiceAccount: "ServiceAccount", LevelNamespace: "Namespace", LevelWorkload: "workload"}[pl.level]
	if pl.label {
		return "a label of the " + thing
	}
	return "an annotation of the " + thing
}

// places lists the places of each key. (§1, §3)
func places(key string) []place {
	switch key {
	case InjectionKey:
		return []place{{LevelPod, true}, {LevelNamespace, true}}
	case RoleNameKey, InjectSTSEndpointKey:
		return []place{{LevelServiceAccount, false}}
	case TokenExpirationKey:
		return []place{{LevelPod, false}, {LevelServiceAccount, false}}
	case OnlyContainersKey, SkipContainersKey:
		return []place{{LevelPod, false}}
	case OverrideEnvKey:
		return []place{{LevelPod, false}, {LevelNamespace, true}}
	}
	return nil
}

// keys lists every key there is.
func keys() []string {
	return []string{
		InjectionKey, RoleNameKey, TokenExpirationKey, OnlyContainersKey, SkipContainersKey, OverrideEnvKey, InjectSTSEndpointKey,
	}
}

// lint looks at every label and annotation for keys that do nothing where they
// are. (§5)
func (p *planner) lint() {
	t := p.in.Template
	p.lintObject(LevelPod, t.Labels, t.Annotations)
	if v, ok := t.Labels[InjectionKey]; ok && v != On && p.version.has(RulePodLabel) {
		r := Reason{
			Code: CodePodLabelNoOptOut, Severity: Warning, Level: LevelPod, Field: labelField(InjectionKey),
			Message: fmt.Sprintf("the pod's label %s=%q is not %q and so does nothing: the Namespace's label decides", InjectionKey, v, On),
		}
		switch {
		case v != "off" && v != "false":
			r.Hint = fmt.Sprintf("write %q, or remove it", On)
		case p.verdict == Injected:
			r.Hint = "to leave a pod out, list its containers in " + SkipContainersKey + " or give it another ServiceAccount"
		}
		p.add(r)
	}
	for _, w := range p.in.Workload {
		p.lintObject(LevelWorkload, w.Labels, w.Annotations)
	}
	if sa := p.in.ServiceAccount; sa != nil {
		p.lintObject(LevelServiceAccount, sa.Labels, sa.Annotations)
	}
	if ns := p.in.Namespace; ns != nil {
		p.lintObject(LevelNamespace, ns.Labels, ns.Annotations)
	}
}

func (p *planner) lintObject(level Level, labels, annotations map[string]string) {
	for _, key := range sortedKeys(labels) {
		p.lintKey(key, labels[key], place{level, true})
	}
	for _, key := range sortedKeys(annotations) {
		p.lintKey(key, annotations[key], place{level, false})
	}
}

func (p *planner) lintKey(key, value string, at place) {
	warn := func(code Code, message, hint string) {
		field := annotationField(key)
		if at.label {
			field = labelField(key)
		}
		p.add(Reason{Code: code, Severity: Warning, Level: at.level, Field: field, Message: message, Hint: hint})
	}
	if right := places(key); right != nil {
		if slices.Contains(right, at) || slices.ContainsFunc(right, func(pl place) bool { return p.has(key, value, pl) }) {
			return
		}
		var where []string
		for _, pl := range right {
			where = append(where, pl.String())
		}
		warn(CodeKeyMisplaced, fmt.Sprintf("%s does nothing as %s", key, at), "make it "+strings.Join(where, " or "))
		return
	}
	if strings.Contains(strings.ToLower(key), "autoinjectstsenvvars") {
		warn(CodeAutoInjectNotGate, key+" does nothing: AutoInjectSTSEnvVars is a setting of the webhook, not of an object",
			"injection is enabled by the label "+InjectionKey+"=on")
		return
	}
	if other, ours := otherCloud(key); other != "" {
		if p.verdict != Injected && p.verdict != Refused {
			warn(CodeOtherCloudKey, fmt.Sprintf("%s is %s's key", key, other), "RRSA reads "+ours)
		}
		return
	}
	if hint, ok := misspelt(key); ok {
		warn(CodeKeyUnknown, fmt.Sprintf("%s, %s, is not an RRSA key", key, at), hint)
	}
}

// has tells whether a key is in a place of the input with the same value: a
// copy elsewhere then misleads nobody.
func (p *planner) has(key, value string, pl place) bool {
	var meta *metav1.ObjectMeta
	switch {
	case pl.level == LevelPod:
		meta = &p.in.Template.ObjectMeta
	case pl.level == LevelServiceAccount && p.in.ServiceAccount != nil:
		meta = &p.in.ServiceAccount.ObjectMeta
	case pl.level == LevelNamespace && p.in.Namespace != nil:
		meta = &p.in.Namespace.ObjectMeta
	default:
		return false
	}
	values := meta.Annotations
	if pl.label {
		values = meta.Labels
	}
	v, ok := values[key]
	return ok && v == value
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
	ours := strings.TrimSuffix(KeyPrefix, "/")
	if prefix != ours {
		// Other components of Alibaba Cloud have keys of their own: only a prefix
		// close to ours, or one of theirs before a name of ours, is meant for RRSA.
		near := strings.Contains(prefix, "pod-identity") ||
			strings.Contains(prefix, "alibaba") && suggest.Nearest(prefix, []string{ours}) != ""
		named := slices.Contains(keys(), KeyPrefix+suffix) && (strings.Contains(prefix, "alibaba") || strings.Contains(prefix, "aliyun"))
		if !near && !named {
			return "", false
		}
	}
	return suggest.DidYouMean(KeyPrefix+suffix, keys()), true
}

func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil
	}
	out := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	slices.Sort(out)
	return out
}
