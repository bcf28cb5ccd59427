package inject

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Codes of objects and pod templates that can't be injected for certain.
const (
	// CodeKindNotSupported is about a kind that has containers and isn't known, or
	// makes pods of something other than pod templates.
	CodeKindNotSupported rrsa.Code = "KindNotSupported"
	// CodePodTemplateNotFound is about an object that has containers where the paths
	// of its kind don't lead.
	CodePodTemplateNotFound rrsa.Code = "PodTemplateNotFound"
	// CodeMainContainerMissing is about a pod template to which a container is added
	// after the injection, which would miss it.
	CodeMainContainerMissing rrsa.Code = "MainContainerMissing"
	// CodeTemplatesMerged is about pod templates that are merged into one another
	// after the injection, entry by entry.
	CodeTemplatesMerged rrsa.Code = "TemplatesMerged"
)

// notSupported is about an object of a kind whose pod templates aren't known, if it
// makes pods or has containers.
func notSupported(it *manifest.Item, n *yaml.Node, elsewhere map[[2]string]podtemplate.Elsewhere) []*Template {
	path, reached := podtemplate.Containers(n)
	if kind, ok := elsewhere[[2]string{it.Group(), it.Kind}]; ok && (kind.Always || path != "") {
		message := fmt.Sprintf("kind %s makes pods that can't be injected here: they are not made of a pod template alone", it.GroupKind())
		if path != "" {
			message = fmt.Sprintf("kind %s has containers at %s that can't be injected here: its pods are not made of a pod template alone", it.GroupKind(), path)
		}
		return unknown(it, CodeKindNotSupported, path, message, kind.Hint)
	}
	switch {
	case path == "":
		return nil
	case reached:
		return unknown(it, CodeKindNotSupported, path,
			fmt.Sprintf("kind %s has containers at %s, but it is not known where its pod templates are", it.GroupKind(), path),
			addPath(it.Group(), it.Kind))
	}
	return unknown(it, CodeKindNotSupported, path,
		fmt.Sprintf("kind %s has containers at %s, to which no path of podTemplates leads, as they are not in a pod spec", it.GroupKind(), path),
		fmt.Sprintf("give the pods the label %s: %q, and the webhook or an admission policy injects them in the cluster; or, if the kind makes no pods, add {group: %q, kind: %s, none: true} to the config's podTemplates", rrsa.InjectionKey, rrsa.On, it.Group(), it.Kind))
}

// addPath is what to do about a kind that isn't known and has pod specs.
func addPath(group, kind string) string {
	return fmt.Sprintf("add {group: %q, kind: %s, path: ...} to the config's podTemplates, or none: true instead of the path if the kind makes no pods", group, kind)
}

// unreached is about an object of a known kind that has containers where no path
// leads.
func (in Injector) unreached(it *manifest.Item, found podtemplate.Found) []*Template {
	switch {
	case found.Unreached == "":
		return nil
	case found.Wrapped != nil:
		return unknown(it, CodeKindNotSupported, found.Unreached,
			fmt.Sprintf("kind %s has containers at %s, in an object of kind %s, but it is not known where that has its pod templates", it.GroupKind(), found.Unreached, found.Wrapped.Kind),
			addPath(found.Wrapped.Group, found.Wrapped.Kind))
	}
	paths := strings.Join(found.Paths, ", ")
	hint := "put its pod template where it belongs, at " + paths
	if slices.ContainsFunc(in.PodTemplates, func(p PodTemplatePath) bool { return p.Group == it.Group() && p.Kind == it.Kind }) {
		hint = "correct the path in the config's podTemplates"
	}
	return unknown(it, CodePodTemplateNotFound, found.Unreached,
		fmt.Sprintf("%s has containers at %s, where no path of its kind leads: %s", it, found.Unreached, paths), hint)
}

// unknown is the one decision about an object whose pod templates aren't known.
func unknown(it *manifest.Item, code rrsa.Code, field, message, hint string) []*Template {
	t := &Template{Item: it, Namespace: it.Namespace}
	hold(t, code, field, message, hint)
	return []*Template{t}
}

// hold makes a decision unknown, and takes back an injection.
func hold(t *Template, code rrsa.Code, field, message, hint string) {
	t.Decision.Verdict, t.Decision.Mutation = rrsa.Unknown, rrsa.Mutation{}
	t.Decision.Reasons = append([]rrsa.Reason{{
		Code: code, Severity: rrsa.Warning, Blocking: true, Level: rrsa.LevelWorkload, Field: field, Message: message, Hint: hint,
	}}, t.Decision.Reasons...)
}

// holdLacking takes back the injection of pod templates that lack the container
// that their pods are about: all others would be injected, and not that one. What
// else is in the way of the injection no longer matters, but what isn't known does.
func holdLacking(templates []*Template) {
	for _, t := range templates {
		if t.view.Lacks == "" || t.Decision.Verdict == rrsa.NotInjected {
			continue
		}
		t.Decision.Reasons = slices.DeleteFunc(t.Decision.Reasons, func(r rrsa.Reason) bool { return r.Severity == rrsa.Error })
		t.Decision.Settings, t.Decision.Containers = nil, nil
		message := fmt.Sprintf("the pods have %s, which is not in %s and is added later, so an injection would miss it", t.view.Lacks, t.Path)
		hold(t, CodeMainContainerMissing, t.Path, message, t.view.Hint)
	}
}

// flinkMergeByName is the setting of the Flink operator that merges the lists of
// two pod templates by their entries' names.
const flinkMergeByName = "kubernetes.operator.pod-template.merge-arrays-by-name"

// holdMerged takes back the injection of a FlinkDeployment whose common pod
// template the operator merges into the ones of the job and task managers by
// position: the first variable of the one into the first of the other. What is
// appended to both would come out mixed.
func holdMerged(n *yaml.Node, templates []*Template) {
	if len(templates) < 2 || templates[0].view.Base == "" || templates[0].Path != templates[0].view.Base {
		return
	}
	common := templates[0].Path
	settings := strings.TrimSuffix(common, "podTemplate") + "flinkConfiguration"
	if yamlnode.GetString(n, append(strings.Split(settings, "."), flinkMergeByName)...) == "true" {
		return
	}
	for _, t := range templates {
		if t.Decision.Verdict == rrsa.Injected {
			hold(t, CodeTemplatesMerged, common,
				"the Flink operator merges the lists of the common pod template and of this one by position, which would mix up what is injected",
				"set "+settings+`["`+flinkMergeByName+`"] to "true", or keep one level of pod templates`)
		}
	}
}
