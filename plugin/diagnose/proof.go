package diagnose

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// CodeInjectionNotProven and CodeWebhookInjectsOtherwise are about the dry run of a [Probe].
const (
	CodeInjectionNotProven      rrsa.Code = "InjectionNotProven"      // no pod could be asked for that shows what the webhook does
	CodeWebhookInjectsOtherwise rrsa.Code = "WebhookInjectsOtherwise" // a webhook that makes another pod than the rules do
)

// Probed is a probe, as it was sent and as the API server has answered it.
type Probed struct {
	Sent rrsa.Input
	Got  *corev1.PodTemplateSpec

	// by are the settings that the rules make it by.
	by Settings
}

// Proof is what the answers to both pods of a probe show.
type Proof struct {
	// Bare tells that the webhook has done nothing at all.
	Bare bool
	// Differences set the documented part of the answer apart from what the rules make by the
	// settings that come nearest; none if it is the same.
	Differences []Difference
	// Possible are the settings that are known, and those of the unread ones by which the
	// rules make the same; none if nothing makes it.
	Possible []rrsa.Config
	// Rules are those undocumented ones that a pod can show, as the rules have them by the
	// settings that are used.
	Rules []ProvenRule

	unread []Setting
}

// part is what one container of an answer shows, and for the application's the volume.
type part struct {
	override  bool
	container string
}

// Prove compares the answers to a probe with what the rules make of it. Settings that nobody
// could read may be any: those that make what is documented of it are possible. (§2, §3)
func (s Settings) Prove(plain, override Probed) Proof {
	out := Proof{unread: s.Unread}
	plain.by, override.by = s, s
	of := func(p part) Probed {
		if p.override {
			return override
		}
		return plain
	}
	out.Bare = len(CompareFields(known(plain), plain.Sent.Template)) == 0
	if out.Bare {
		return out
	}
	for _, v := range s.variants(plain.Sent.Template) {
		if !v.alone {
			out.Possible = append(out.Possible, v.config)
		}
	}
	// What is documented: the injection itself, and that override-env has it be in effect.
	for _, p := range []part{{false, probeApp}, {true, probeValue}} {
		makes, nearest := p.narrow(of, out.Possible)
		if len(makes) == 0 {
			out.Possible, out.Differences = nil, nearest
			return out
		}
		out.Possible = makes
	}
	if makes, _ := (part{false, probeInit}).narrow(of, out.Possible); len(makes) > 0 {
		out.Possible = makes
	}
	out.Rules = provenRules(of, out.Possible[0], s.Config.InitContainers)
	return out
}

// Settled is the value of a setting that all that is possible have in common. One that
// changes nothing by the version is "any". ok is false if it is still open.
func (p Proof) Settled(s Setting) (value string, ok bool) {
	values := map[string]bool{}
	for _, c := range p.Possible {
		value = valueOf(s, c)
		values[value] = true
	}
	if s == AutoInjectSTSEnvVars && !slices.Contains(p.unread, WebhookVersion) && !slices.ContainsFunc(p.Possible, knowsSTSEnvVars) {
		return "any", len(p.Possible) > 0
	}
	return value, len(values) == 1
}

// Value is a setting as text.
func (s Settings) Value(setting Setting) string { return valueOf(setting, s.Config) }

// knowsSTSEnvVars tells whether a version has the setting AutoInjectSTSEnvVars. (§4)
func knowsSTSEnvVars(c rrsa.Config) bool {
	changes, err := rrsa.Changes("0.1.0", c.WebhookVersion)
	return err == nil && slices.ContainsFunc(changes, func(r rrsa.Release) bool { return slices.Contains(r.Adds, rrsa.RuleSTSEnvVars) })
}

// known is an answer without what other webhooks have put in.
func known(p Probed) *corev1.PodTemplateSpec {
	out, _ := WithoutForeign(p.Got, p.Sent.Template)
	return out
}

// planned is a probe as the rules make it by settings.
func planned(p Probed, c rrsa.Config) *corev1.PodTemplateSpec {
	out := p.Sent.Template.DeepCopy()
	rrsa.PlanChain(p.Sent, p.by.chain(variant{config: c})...).Mutation.Apply(out)
	return out
}

// compare lists the differences in a part.
func (p part) compare(of func(part) Probed, c rrsa.Config) []Difference {
	probed := of(p)
	return CompareFields(p.cut(known(probed)), p.cut(planned(probed, c)))
}

// narrow leaves those settings that make a part; without any, the differences from the nearest.
func (p part) narrow(of func(part) Probed, possible []rrsa.Config) (makes []rrsa.Config, nearest []Difference) {
	for _, c := range possible {
		d := p.compare(of, c)
		if len(d) == 0 {
			makes = append(makes, c)
		}
		if nearest == nil || len(d) < len(nearest) {
			nearest = d
		}
	}
	return makes, nearest
}

// orders lists what stands in another order in a part.
func (p part) orders(of func(part) Probed, c rrsa.Config) []Difference {
	probed := of(p)
	return CompareOrders(p.cut(known(probed)), p.cut(planned(probed, c)))
}

// cut is a pod with nothing but the part.
func (p part) cut(pod *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	other := func(c corev1.Container) bool { return c.Name != p.container }
	out := *pod
	out.Spec.InitContainers = slices.DeleteFunc(slices.Clone(pod.Spec.InitContainers), other)
	out.Spec.Containers = slices.DeleteFunc(slices.Clone(pod.Spec.Containers), other)
	if p.container != probeApp {
		out.Spec.Volumes = nil
	}
	return &out
}
