package inject

import (
	"fmt"

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
	// envItems are the input's ConfigMaps and Secrets.
	envItems map[envSource][]*manifest.Item
}

// item decides for the pod templates of one object, and says what has to change.
func (r *run) item(it *manifest.Item) ([]*Template, error) {
	views, known, err := r.kinds.Find(it.Node(), it.Group(), it.Kind)
	if err != nil {
		return nil, err
	}
	if !known {
		return notSupported(it), nil
	}
	var out []*Template
	for _, view := range views {
		t, err := r.template(it, view)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	holdMerged(it, out)
	for _, t := range out {
		if v := t.Decision.Verdict; v != rrsa.Injected && v != rrsa.NotInjected {
			continue
		}
		left := findLeftMounts(t)
		stuck, err := r.reconcile(t, len(left.names) > 0 && (left.doubtful || !r.Remove))
		if err == nil && !r.Remove {
			err = r.findOutdated(t)
		}
		if err != nil {
			return nil, err
		}
		t.Decision.Reasons = append(t.Decision.Reasons, r.stays(t, left, stuck)...)
	}
	return out, nil
}

// notSupported is about an object of a kind that isn't known, if it has containers.
func notSupported(it *manifest.Item) []*Template {
	path := podtemplate.Containers(it.Node(), "")
	if path == "" {
		return nil
	}
	return []*Template{{Item: it, Decision: rrsa.Decision{Verdict: rrsa.Unknown, Reasons: []rrsa.Reason{{
		Code: CodeKindNotSupported, Severity: rrsa.Warning, Blocking: true, Level: rrsa.LevelWorkload, Field: path,
		Message: fmt.Sprintf("kind %s has containers at %s, but it is not known where its pod templates are", it.GroupKind(), path),
		Hint:    fmt.Sprintf("add {group: %q, kind: %s, path: ...} to the config's podTemplates", it.Group(), it.Kind),
	}}}}}
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
	if it.Holds(Mark) {
		if t.marks, err = findMarks(it.Source(), view); err != nil {
			return nil, err
		}
	}
	if r.takesUnmarked() {
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
	input := rrsa.Input{Template: t.marks.strip(t.view), TemplatePath: t.Path, NamespaceName: t.Namespace}
	reasons := t.view.Reasons
	input.EnvSources = r.envSources(t)
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

// CodeTemplatesMerged is about pod templates that are merged into one another
// after the injection, entry by entry.
const CodeTemplatesMerged rrsa.Code = "TemplatesMerged"

// flinkMergeByName is the setting of the Flink operator that merges the lists of
// two pod templates by their entries' names.
const flinkMergeByName = "kubernetes.operator.pod-template.merge-arrays-by-name"

// holdMerged takes back the injection of a FlinkDeployment whose common pod
// template the operator merges into the ones of the job and task managers by
// position: the first variable of the one into the first of the other. What is
// appended to both would come out mixed.
func holdMerged(it *manifest.Item, templates []*Template) {
	if it.Group() != "flink.apache.org" || it.Kind != "FlinkDeployment" || len(templates) < 2 || templates[0].Path != "spec.podTemplate" {
		return
	}
	if yamlnode.GetString(it.Node(), "spec", "flinkConfiguration", flinkMergeByName) == "true" {
		return
	}
	for _, c := range templates {
		if c.Decision.Verdict != rrsa.Injected {
			continue
		}
		c.Decision.Verdict, c.Decision.Mutation = rrsa.Unknown, rrsa.Mutation{}
		c.Decision.Reasons = append([]rrsa.Reason{{
			Code: CodeTemplatesMerged, Severity: rrsa.Warning, Blocking: true, Level: rrsa.LevelWorkload, Field: "spec.podTemplate",
			Message: "the Flink operator merges the lists of the common pod template and of this one by position, which would mix up what is injected",
			Hint:    `set spec.flinkConfiguration["` + flinkMergeByName + `"] to "true", or keep one level of pod templates`,
		}}, c.Decision.Reasons...)
	}
}
