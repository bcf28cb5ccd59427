package rrsa

import (
	"sort"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Input is what a decision is made from. Plan changes none of it.
type Input struct {
	// NamespaceName is the name of the pod's namespace; empty if not even that is
	// known. Messages and hints use it, decisions don't.
	NamespaceName string
	// Namespace is the pod's Namespace; nil if it isn't known.
	Namespace *corev1.Namespace
	// ServiceAccount is the pod's ServiceAccount, see [ServiceAccountName]; nil if
	// it isn't known.
	ServiceAccount *corev1.ServiceAccount
	// Template is the pod's metadata and spec.
	Template *corev1.PodTemplateSpec
	// Phase is status.phase of a pod that exists already; empty otherwise.
	Phase corev1.PodPhase
	// Workload is the metadata around the template, such as the Deployment's, or
	// the CronJob's and its job template's; empty for a Pod. No setting is read from
	// it: it serves to say that a label is on the wrong object.
	Workload []metav1.ObjectMeta
}

// Plan decides whether a pod is injected and what the injection adds. It is a
// pure function: no argument is changed, and the same input gives the same
// output. It never fails; what is in the way is a Reason.
func Plan(cfg Config, in Input) Decision {
	if in.Template == nil {
		in.Template = &corev1.PodTemplateSpec{}
	}
	p := planner{cfg: cfg, in: in}
	n, err := cfg.check()
	if err != nil {
		p.block(CodeConfigInvalid, Error, LevelComponent, "", err.Error(), "")
		p.verdict = Refused
		return p.decision()
	}
	p.version = n
	p.verdict = p.gate()
	if p.verdict == Injected {
		p.inject()
	}
	p.lint()
	return p.decision()
}

// planner collects one decision.
type planner struct {
	cfg     Config
	in      Input
	version number

	verdict    Verdict
	reasons    []Reason
	settings   []Setting
	containers []string
	mutation   Mutation
}

func (p *planner) add(r Reason) { p.reasons = append(p.reasons, r) }

func (p *planner) inform(code Code, level Level, field, message string) {
	p.add(Reason{Code: code, Severity: Info, Level: level, Field: field, Message: message})
}

func (p *planner) warn(code Code, level Level, field, message, hint string) {
	p.add(warning(code, level, field, message, hint))
}

func (p *planner) block(code Code, severity Severity, level Level, field, message, hint string) {
	p.add(blocking(code, severity, level, field, message, hint))
}

// inject fills in settings and mutation of a pod whose gate is open, and lowers
// the verdict where they don't come about.
func (p *planner) inject() {
	s := p.merge()
	selected := p.selectContainers(s)
	if len(selected) == 0 {
		p.block(CodeNoContainerSelected, Info, LevelPod, "spec.containers", "no container is selected, so nothing is injected",
			"look at the pod's annotations only-containers and skip-containers, and at the setting initContainers")
		p.verdict = NotInjected
		return
	}
	env, ok := p.env(s)
	if !ok {
		p.verdict = Refused
		return
	}
	p.mutate(s, env, selected)
}

// decision puts the reasons in order and drops what a pod that isn't injected
// must not carry.
func (p *planner) decision() Decision {
	for _, r := range p.reasons {
		if r.Severity == Error && p.verdict != NotInjected {
			p.verdict = Refused
		}
	}
	if p.verdict == Refused || p.verdict == NotInjected {
		// That stands whatever isn't known, which no longer blocks.
		for i, r := range p.reasons {
			if r.Code == CodeNamespaceUnknown || r.Code == CodeServiceAccountUnknown {
				p.reasons[i].Blocking = false
			}
		}
	}
	sort.SliceStable(p.reasons, func(i, j int) bool { return p.reasons[i].Blocking && !p.reasons[j].Blocking })
	d := Decision{Verdict: p.verdict, Reasons: p.reasons}
	if p.verdict == Injected || p.verdict == Refused {
		d.Settings, d.Containers = p.settings, p.containers
	}
	if p.verdict == Injected {
		d.Mutation = p.mutation
	}
	return d
}
