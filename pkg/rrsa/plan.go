package rrsa

import (
	"slices"
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
	// TemplatePath is where a workload has it, such as "spec.template"; empty for a Pod.
	// Hints use it, decisions don't.
	TemplatePath string
	// EnvSources are the keys of the ConfigMaps and Secrets that are known, of those that
	// the pod's containers take variables from.
	EnvSources map[EnvSource][]string
	// Phase is status.phase of a pod that exists already; empty otherwise.
	Phase corev1.PodPhase
	// Workload is the metadata around the template, such as the Deployment's, or
	// the CronJob's and its job template's; empty for a Pod. No setting is read from
	// it: it serves to say that a label is on the wrong object.
	Workload []metav1.ObjectMeta
	// Claims are the names of the volume claim templates next to the pod template, as
	// a StatefulSet has them. Its controller makes volumes of these names, which take
	// the place of the pod template's.
	Claims []string
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
		p.add(blocking(CodeConfigInvalid, Error, LevelComponent, "", err.Error(), ""))
		p.Verdict = Refused
		return p.decision()
	}
	p.version = n
	p.Verdict = p.gate()
	if p.Verdict == Injected {
		p.inject()
	}
	p.lint()
	return p.decision()
}

// planner collects one decision.
type planner struct {
	Decision
	cfg     Config
	in      Input
	version number
}

func (p *planner) add(r Reason) { p.Reasons = append(p.Reasons, r) }

// inject fills in settings and mutation of a pod whose gate is open, and lowers
// the verdict where they don't come about.
func (p *planner) inject() {
	s := p.merge()
	selected := p.selectContainers(s)
	if len(selected) == 0 {
		p.add(blocking(CodeNoContainerSelected, Info, LevelPod, "spec.containers", "no container is selected, so nothing is injected",
			"look at the pod's annotations only-containers and skip-containers, and at the setting initContainers"))
		p.Verdict = NotInjected
		return
	}
	env, ok := p.env(s)
	if !ok {
		p.Verdict = Refused
		return
	}
	p.mutate(s, env, selected)
}

// decision puts the reasons in order and drops what a pod that isn't injected
// must not carry.
func (p *planner) decision() Decision {
	isError := func(r Reason) bool { return r.Severity == Error }
	if p.Verdict != NotInjected && slices.ContainsFunc(p.Reasons, isError) {
		p.Verdict = Refused
	}
	if p.Verdict == Refused || p.Verdict == NotInjected {
		// That stands whatever isn't known, which no longer blocks.
		for i, r := range p.Reasons {
			if r.Code == CodeNamespaceUnknown || r.Code == CodeServiceAccountUnknown {
				p.Reasons[i].Blocking = false
			}
		}
	}
	sort.SliceStable(p.Reasons, func(i, j int) bool { return p.Reasons[i].Blocking && !p.Reasons[j].Blocking })
	if p.Verdict != Injected {
		p.Mutation = Mutation{}
	}
	if p.Verdict != Injected && p.Verdict != Refused {
		p.Settings, p.Containers = nil, nil
	}
	return p.Decision
}
