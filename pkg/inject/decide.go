package inject

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
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
	elsewhere  map[[2]string]podtemplate.Elsewhere
	// reader and others read one object after another: those with pods, and what their
	// pods refer to. Nothing that is kept has their nodes.
	reader, others *manifest.Reader
	ways           map[string]yamlnode.Way
}

// podless tells whether an object makes no pods for certain, as its kind and the words
// in its text show, so that it needn't be read.
func (r *run) podless(it *manifest.Item) bool {
	if r.kinds.None(it.Group(), it.Kind) {
		return true
	}
	_, elsewhere := r.elsewhere[[2]string{it.Group(), it.Kind}]
	return !elsewhere && !r.kinds.Has(it.Group(), it.Kind) && !it.Holds(podtemplate.Words()...)
}

// item decides for the pod templates of one object, and says what has to change.
func (r *run) item(it *manifest.Item) ([]*Template, error) {
	if r.podless(it) {
		return nil, nil
	}
	source, err := it.Source(r.reader)
	if err != nil {
		return nil, err
	}
	found, err := r.kinds.Find(source.Node, it.Group(), it.Kind)
	if err != nil {
		return nil, err
	}
	if !found.Known {
		return notSupported(it, source.Node, r.elsewhere), nil
	}
	var out []*Template
	for _, view := range found.Templates {
		if view.Absent && r.Remove {
			continue
		}
		t, err := r.template(it, source, view)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	if !r.Remove {
		holdLacking(out)
		holdMerged(source.Node, out)
	}
	for _, t := range out {
		if v := t.Decision.Verdict; v != rrsa.Injected && v != rrsa.NotInjected || t.view.Absent {
			continue
		}
		left := findLeftMounts(t)
		stuck, err := r.reconcile(t, len(left.names) > 0 && (left.doubtful || !r.Remove))
		if err == nil && !r.Remove && !t.existing {
			err = findOutdated(r, t)
		}
		if err != nil {
			return nil, err
		}
		t.Decision.Reasons = append(t.Decision.Reasons, r.stays(t, left, stuck)...)
	}
	for _, t := range out {
		r.letGo(t)
	}
	return append(out, r.unreached(it, found)...), nil
}

// letGo drops what was only needed to plan a template, and keeps once what many have:
// there may be many of them.
func (r *run) letGo(t *Template) {
	t.kept, t.keeping = t.keptRoles()
	t.source, t.marks = yamledit.Object{}, marks{}
	t.view.Forget()
	for i := range t.view.Containers {
		t.view.Containers[i].Way = r.once(t.view.Containers[i].Way)
	}
	t.changes = slices.Clone(t.changes)
	for i := range t.changes {
		t.changes[i].List = r.once(t.changes[i].List)
	}
}

// once is the same way for all who go it.
func (r *run) once(w yamlnode.Way) yamlnode.Way {
	id := w.String()
	if _, ok := r.ways[id]; !ok {
		r.ways[id] = w
	}
	return r.ways[id]
}

// template decides for one pod template.
func (r *run) template(it *manifest.Item, source yamledit.Object, view *podtemplate.Template) (*Template, error) {
	t := &Template{
		Item: it, Path: view.Way.String(), Namespace: it.Namespace,
		ServiceAccount: rrsa.ServiceAccountName(view.Typed), view: view, source: source,
	}
	if t.Namespace == "" {
		t.Namespace = r.namespace
	}
	var err error
	if it.Holds(Mark) && !view.Absent {
		if t.marks, err = findMarks(source, view); err != nil {
			return nil, err
		}
	}
	if r.takesUnmarked() && !view.Absent {
		t.marks, _ = findUnmarked(source, view, t.marks)
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
	var err error
	if t.Path == "" {
		input.Phase = corev1.PodPhase(yamlnode.GetString(t.source.Node, "status", "phase"))
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
	}
	t.sources.Namespace = sourceOf(ns, func(o *corev1.Namespace) *metav1.ObjectMeta { return &o.ObjectMeta })
	sa, err := r.account(t)
	if err != nil {
		return err
	}
	if sa != nil && sa.Object != nil {
		reasons = append(reasons, sa.Reasons...)
		t.ServiceAccount = sa.Object.Name
		input.ServiceAccount = sa.Object
	}
	t.sources.ServiceAccount = sourceOf(sa, func(o *corev1.ServiceAccount) *metav1.ObjectMeta { return &o.ObjectMeta })
	plan := rrsa.Plan
	if t.existing = r.Existing && t.Path == "" && rrsa.Exists(input.Template, input.Phase); t.existing {
		plan = func(cfg rrsa.Config, in rrsa.Input) rrsa.Decision { return rrsa.Examine(cfg, in).Decision }
	}
	t.Decision = plan(r.Config, input)
	if t.Decision.Verdict == rrsa.Injected {
		// What an injected pod takes from ConfigMaps and Secrets matters, and only that.
		if input.EnvSources, err = envKeys(t, r.envSources, r.others); err != nil {
			return err
		}
		if input.EnvSources != nil {
			t.Decision = plan(r.Config, input)
		}
	}
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
