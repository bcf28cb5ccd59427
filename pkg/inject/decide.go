package inject

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// run is one call of Plan.
type run struct {
	Injector
	namespace string
	index     *Index
	lookup    Lookups
	kinds     podtemplate.Table
	entries   entries
	// envSources are the input's ConfigMaps and Secrets.
	envSources map[envSource][]*manifest.Item
}

// item decides for the pod templates of one object, and says what has to change.
func (r *run) item(it *manifest.Item) ([]*Template, error) {
	if r.kinds.None(it.Group(), it.Kind) {
		return nil, nil
	}
	found, err := r.kinds.Find(it.Node(), it.Group(), it.Kind)
	if err != nil {
		return nil, err
	}
	if !found.Known {
		return notSupported(it), nil
	}
	var out []*Template
	for _, view := range found.Templates {
		if view.Absent && r.Remove {
			continue
		}
		t, err := r.template(it, view)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	if !r.Remove {
		holdLacking(out)
		holdMerged(it, out)
	}
	for _, t := range out {
		if v := t.Decision.Verdict; v != rrsa.Injected && v != rrsa.NotInjected || t.view.Absent {
			continue
		}
		left := findLeftMounts(t)
		stuck, err := r.reconcile(t, len(left.names) > 0 && (left.doubtful || !r.Remove))
		if err == nil && !r.Remove {
			err = findOutdated(r, t)
		}
		if err != nil {
			return nil, err
		}
		t.Decision.Reasons = append(t.Decision.Reasons, r.stays(t, left, stuck)...)
	}
	return append(out, r.unreached(it, found)...), nil
}

// template decides for one pod template.
func (r *run) template(it *manifest.Item, view *podtemplate.Template) (*Template, error) {
	t := &Template{
		Item: it, Path: view.Way.String(), Namespace: it.Namespace,
		ServiceAccount: rrsa.ServiceAccountName(view.Typed), view: view,
	}
	if t.Namespace == "" {
		t.Namespace = r.namespace
	}
	var err error
	if it.Holds(Mark) && !view.Absent {
		if t.marks, err = findMarks(it.Source(), view); err != nil {
			return nil, err
		}
	}
	if r.takesUnmarked() && !view.Absent {
		t.marks, _ = findUnmarked(it.Source(), view, t.marks)
	}
	if r.Remove {
		t.Decision = rrsa.Decision{Verdict: rrsa.NotInjected, Reasons: []rrsa.Reason{{
			Code: CodeModeRemove, Severity: rrsa.Info, Blocking: true, Level: rrsa.LevelComponent, Field: "mode",
			Message: "what was injected before is taken out, as the mode is remove",
		}}}
		return t, nil
	}
	return t, r.decide(t)
}

// decide asks the engine, with all that is known of the pod's surroundings.
func (r *run) decide(t *Template) error {
	input := rrsa.Input{Template: t.marks.strip(t.view), TemplatePath: templatePath(t.view), NamespaceName: t.Namespace, Claims: t.view.Claims}
	if t.view.Lacks != "" {
		// As it will be: what is certain without an injection stays so.
		pod := *input.Template
		pod.Spec.Containers = append(slices.Clip(pod.Spec.Containers), corev1.Container{Name: t.view.Lacks})
		input.Template = &pod
	}
	reasons := t.view.Reasons
	input.EnvSources = envKeys(t, r.envSources)
	var err error
	if t.Path == "" {
		input.Phase = corev1.PodPhase(yamlnode.GetString(t.Item.Node(), "status", "phase"))
	} else if input.Workload, err = t.view.Workload(); err != nil {
		return err
	}
	ns, err := r.lookup.Namespace(t.Namespace)
	if err != nil {
		return err
	}
	if t.Namespace == "" {
		ns = nil
	}
	if ns != nil && ns.Object != nil {
		reasons = append(reasons, ns.Reasons...)
		input.Namespace = ns.Object
		t.sources.Namespace = Source{ns.Source, ns.Item, &ns.Object.ObjectMeta}
	}
	sa, err := r.account(t)
	if err != nil {
		return err
	}
	if sa != nil && sa.Object != nil {
		reasons = append(reasons, sa.Reasons...)
		t.ServiceAccount = sa.Object.Name
		input.ServiceAccount = sa.Object
		t.sources.ServiceAccount = Source{sa.Source, sa.Item, &sa.Object.ObjectMeta}
	}
	t.Decision = rrsa.Plan(r.Config, input)
	ns.explain(t.Decision.Reasons, rrsa.CodeNamespaceUnknown)
	sa.explain(t.Decision.Reasons, rrsa.CodeServiceAccountUnknown)
	t.Decision.Reasons = append(t.Decision.Reasons, reasons...)
	return nil
}

// templatePath is where a workload's pods have their labels; empty for a Pod, and for
// what has no template around its pod spec.
func templatePath(view *podtemplate.Template) string {
	if view.Bare {
		return ""
	}
	return view.Way.String()
}

// account finds the ServiceAccount of a pod template.
func (r *run) account(t *Template) (*Known[corev1.ServiceAccount], error) {
	// A pod that names none has the one that is called "default" in the cluster,
	// whatever a ServiceAccount of that name is called by now.
	if spec := t.view.Typed.Spec; spec.ServiceAccountName != "" || spec.DeprecatedServiceAccount != "" {
		if known, err := r.index.referred(t.Item, t.Namespace, t.ServiceAccount); known != nil || err != nil {
			return known, err
		}
	}
	return r.lookup.ServiceAccount(t.Namespace, t.ServiceAccount)
}
