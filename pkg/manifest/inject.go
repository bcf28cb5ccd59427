package manifest

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Injector decides for every pod template of its items. The zero value of each
// field but Config is of use.
type Injector struct {
	// Config holds the component-level settings.
	Config rrsa.Config
	// Namespace is where objects without a namespace belong. If it is empty they
	// belong to the input's only Namespace, if there is exactly one.
	Namespace string
	// Context holds Namespaces and ServiceAccounts that aren't in the input. What is
	// in the input wins.
	Context []*Item
	// Remove takes out what earlier runs have put in, and injects nothing.
	Remove bool
	// Unmarked extends Remove to what carries no mark and is exactly what an
	// injection writes, all of it: in flow style and JSON, or by the webhook itself.
	// What a person has written in the same form can't be told from it.
	Unmarked bool
	// Lookup is asked for what neither the input nor Context has; nil for nobody.
	Lookup Lookup
	// PodTemplates are kinds beside the known ones.
	PodTemplates []PodTemplatePath
}

// Plan decides for every pod template among the items and changes nothing. It
// fails if an object can't be read.
func (in Injector) Plan(items []*Item) (*Report, error) {
	if err := in.Config.Validate(); err != nil {
		return nil, err
	}
	for _, p := range in.PodTemplates {
		if err := p.Validate(); err != nil {
			return nil, err
		}
	}
	report := &Report{}
	run := run{Injector: in, kinds: newKindTable(in.PodTemplates)}
	if !in.Remove {
		report.Notices = in.Config.Notices()
		if err := run.know(items, report); err != nil {
			return nil, err
		}
	}
	for _, it := range items {
		if it.untouchable() {
			continue
		}
		changes, err := run.item(it)
		if err != nil {
			return nil, err
		}
		report.Changes = append(report.Changes, changes...)
	}
	return report, report.edit()
}

// Codes of what only a reader of manifests can tell.
const (
	// CodeNamespaceAssumed is about the namespace of objects that have none.
	CodeNamespaceAssumed rrsa.Code = "NamespaceAssumed"
	// CodeModeRemove is about pods that aren't looked at for an injection.
	CodeModeRemove rrsa.Code = "ModeRemove"
	// CodeVolumeStays is about a token volume that can't be taken out.
	CodeVolumeStays rrsa.Code = "VolumeStays"
	// CodeMountStays is about a mount that was there before the token volume, which
	// is taken out.
	CodeMountStays rrsa.Code = "MountStays"
	// CodeUnmarkedStays is about what looks like an injection and isn't taken out.
	CodeUnmarkedStays rrsa.Code = "UnmarkedStays"
	// CodeKindNotSupported is about a kind that has containers and isn't known.
	CodeKindNotSupported rrsa.Code = "KindNotSupported"
)

// run is one call of Plan.
type run struct {
	Injector
	namespace string
	index     *Index
	lookup    Lookups
	kinds     kindTable
}

func (r *run) takesUnmarked() bool { return r.Remove && r.Unmarked }

// item decides for the pod templates of one object.
func (r *run) item(it *Item) ([]*Change, error) {
	templates, known, err := r.kinds.find(it)
	if err != nil {
		return nil, it.wrap(err)
	}
	if !known {
		path := findContainers(it.node, "")
		if path == "" {
			return nil, nil
		}
		return []*Change{{Item: it, Decision: rrsa.Decision{Verdict: rrsa.Unknown, Reasons: []rrsa.Reason{{
			Code: CodeKindNotSupported, Severity: rrsa.Warning, Blocking: true, Level: rrsa.LevelWorkload, Field: path,
			Message: fmt.Sprintf("kind %s has containers at %s, but it is not known where its pod templates are", it.groupKind(), path),
			Hint:    fmt.Sprintf("add {group: %q, kind: %s, path: ...} to the config's podTemplates", it.group(), it.Kind),
		}}}}}, nil
	}
	var out []*Change
	for _, t := range templates {
		c, err := r.template(it, t)
		if err != nil {
			return nil, it.wrap(err)
		}
		out = append(out, c)
	}
	holdMerged(it, out)
	for _, c := range out {
		typed := c.typed
		if !it.doc.marked && !r.takesUnmarked() {
			c.typed = nil // ten thousand of them would be a burden
		}
		if v := c.Decision.Verdict; v == rrsa.Injected || v == rrsa.NotInjected {
			left := findLeftMounts(c.template, typed, c.marks)
			c.work = newWork(typed, c.marks, c.Decision.Mutation, len(left.names) > 0 && (left.doubtful || !r.Remove))
			c.Decision.Reasons = append(c.Decision.Reasons, r.stays(c, left)...)
		}
	}
	return out, nil
}

// template decides for one pod template.
func (r *run) template(it *Item, t found) (*Change, error) {
	pod := reader{level: rrsa.LevelPod}
	path := t.path()
	template, err := pod.template(t.node(), t.serviceAccount)
	if err != nil {
		return nil, below(path, err)
	}
	c := &Change{Item: it, Path: path, Namespace: it.Namespace, ServiceAccount: rrsa.ServiceAccountName(template), template: t}
	if c.Namespace == "" {
		c.Namespace = r.namespace
	}
	c.typed = template
	if it.doc.marked {
		c.marks = it.doc.text.findMarks(it, t)
	}
	if r.takesUnmarked() {
		c.marks = it.doc.text.findUnmarked(it, t, template, c.marks)
	}
	if r.Remove {
		c.Decision = rrsa.Decision{Verdict: rrsa.NotInjected, Reasons: []rrsa.Reason{{
			Code: CodeModeRemove, Severity: rrsa.Info, Blocking: true, Level: rrsa.LevelComponent, Field: "mode",
			Message: "what was injected before is taken out, as the mode is remove",
		}}}
		return c, nil
	}
	input := rrsa.Input{Template: c.marks.strip(template), NamespaceName: c.Namespace}
	reasons := pod.reasons
	if path == "" {
		input.Phase = corev1.PodPhase(getString(it.node, "status", "phase"))
	} else {
		// A label belongs to the pod template, not to what is around it: to the
		// object, or to the job template of a CronJob.
		workload := reader{level: rrsa.LevelWorkload}
		for _, n := range t.nodes[:len(t.nodes)-1] {
			meta, err := workload.meta(get(n, "metadata"))
			if err != nil {
				return nil, below(".metadata", err)
			}
			input.Workload = append(input.Workload, meta)
		}
	}
	ns, err := r.lookup.Namespace(c.Namespace)
	if err != nil {
		return nil, err
	}
	if c.Namespace == "" {
		ns = nil
	}
	if ns != nil && ns.Object != nil {
		reasons = append(reasons, ns.Reasons...)
		input.Namespace = ns.Object
		c.sources.Namespace = Source{ns.Source, ns.Item, &ns.Object.ObjectMeta}
	}
	sa, err := r.account(c, template)
	if err != nil {
		return nil, err
	}
	if sa != nil && sa.Object != nil {
		reasons = append(reasons, sa.Reasons...)
		c.ServiceAccount = sa.Object.Name
		input.ServiceAccount = sa.Object
		c.sources.ServiceAccount = Source{sa.Source, sa.Item, &sa.Object.ObjectMeta}
	}
	c.Decision = rrsa.Plan(r.Config, input)
	ns.explain(c.Decision.Reasons, rrsa.CodeNamespaceUnknown)
	sa.explain(c.Decision.Reasons, rrsa.CodeServiceAccountUnknown)
	c.Decision.Reasons = append(c.Decision.Reasons, reasons...)
	return c, nil
}
