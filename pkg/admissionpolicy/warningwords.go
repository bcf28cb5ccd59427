package admissionpolicy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Names in a sample, which an object's own take the place of in a warning.
const (
	sampleNamespace = "NAMESPACE"
	sampleAccount   = "ACCOUNT"
	sampleContainer = "CONTAINER"
	samplePath      = "TEMPLATE"
	sampleValue     = "VALUE"
)

// consequence is what becomes of a pod that the engine refuses. An API server that is
// asked about a pod doesn't say what its ServiceAccount has.
const consequence = "; if the ServiceAccount names a role, the pod is left without credentials"

// words asks the engine what it says about samples, so that no warning is written down
// twice. The first sample of which it says nothing is its fault.
type words struct {
	cfg   rrsa.Config
	fault error
}

func newWords(cfg rrsa.Config) *words {
	out := rrsa.Default()
	out.AccountID, out.ClusterID, out.Region = "1000000000000000", "c"+strings.Repeat("0", 32), "cn-hangzhou"
	out.WebhookVersion, out.AutoInjectSTSEnvVars, out.InitContainers = cfg.WebhookVersion, cfg.AutoInjectSTSEnvVars, cfg.InitContainers
	return &words{cfg: out}
}

// has tells whether the webhook's version has a rule.
func (w *words) has(rule rrsa.Rule) bool {
	has, err := rrsa.HasRule(w.cfg.WebhookVersion, rule)
	w.fault = cmp.Or(w.fault, err)
	return has
}

// reason is the engine's about a pod that is injected but for a change.
func (w *words) reason(code rrsa.Code, change func(in *rrsa.Input)) rrsa.Reason {
	in := rrsa.Input{
		NamespaceName: sampleNamespace,
		Namespace: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: sampleNamespace, Labels: map[string]string{rrsa.InjectionKey: rrsa.On}, Annotations: map[string]string{},
		}},
		ServiceAccount: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
			Name: sampleAccount, Labels: map[string]string{}, Annotations: map[string]string{rrsa.RoleNameKey: sampleRole},
		}},
		Template: &corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{}, Annotations: map[string]string{}},
			Spec:       corev1.PodSpec{ServiceAccountName: sampleAccount, Containers: []corev1.Container{{Name: sampleContainer}}},
		},
	}
	change(&in)
	reasons := rrsa.Plan(w.cfg, in).Reasons
	i := slices.IndexFunc(reasons, func(r rrsa.Reason) bool { return r.Code == code })
	if i < 0 {
		w.fault = cmp.Or(w.fault, fmt.Errorf("wording the warning %s: the engine has none with webhook %s", code, w.cfg.WebhookVersion))
		return rrsa.Reason{}
	}
	return reasons[i]
}

// say is the warning as an expression. In what the engine says of the sample each of the
// texts is replaced by the expression that follows it.
func (w *words) say(code rrsa.Code, change func(in *rrsa.Input), replace ...string) string {
	return phrase(w.reason(code, change), replace...)
}

// phrase is a reason as an expression, with texts replaced by expressions.
func phrase(r rrsa.Reason, replace ...string) string {
	if r.Severity == rrsa.Error {
		r.Message += consequence
	}
	return spliced(r.String(), append(append(qualifiedName(), sampleContainer, "c.name"), replace...)...)
}

// qualifiedName replaces a sample's name in its namespace by the object's.
func qualifiedName() []string {
	return []string{sampleNamespace + "/" + sampleAccount, "object.metadata.namespace + '/' + object.metadata.name"}
}

// spliced is a text as an expression, with parts replaced by expressions.
func spliced(text string, replace ...string) string {
	for i := 1; i < len(replace); i += 2 {
		replace[i] = "' + " + replace[i] + " + '"
	}
	return strings.TrimSuffix(strings.NewReplacer(replace...).Replace(quote(text)), " + ''")
}

// Changes of a sample.

func onAccount(key, value string) func(*rrsa.Input) {
	return func(in *rrsa.Input) { in.ServiceAccount.Annotations[key] = value }
}

func onPod(key, value string) func(*rrsa.Input) {
	return func(in *rrsa.Input) { in.Template.Annotations[key] = value }
}

func podLabel(value string) func(*rrsa.Input) {
	return func(in *rrsa.Input) { in.Template.Labels[rrsa.InjectionKey] = value }
}

func namespaceLabel(key, value string) func(*rrsa.Input) {
	return func(in *rrsa.Input) { in.Namespace.Labels[key] = value }
}

// placed is a sample with a key at a place.
func placed(key string, at rrsa.Place) func(*rrsa.Input) {
	return func(in *rrsa.Input) {
		meta := &metav1.ObjectMeta{Labels: map[string]string{}, Annotations: map[string]string{}}
		switch at.Level {
		case rrsa.LevelPod:
			meta, in.TemplatePath = &in.Template.ObjectMeta, samplePath
		case rrsa.LevelServiceAccount:
			meta = &in.ServiceAccount.ObjectMeta
		case rrsa.LevelNamespace:
			meta = &in.Namespace.ObjectMeta
		}
		values := meta.Annotations
		if at.Label {
			values = meta.Labels
		}
		values[key] = sampleValue
		if at.Level == rrsa.LevelWorkload {
			in.Workload, in.TemplatePath = []metav1.ObjectMeta{*meta}, samplePath
		}
	}
}
