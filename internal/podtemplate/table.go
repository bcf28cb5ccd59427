package podtemplate

import "slices"

// Table finds what is known of a kind's paths, by group and kind.
type Table map[[2]string][]Row

// NewTable returns the known kinds, with some added. An added one that is there
// already only tells anew where the ServiceAccount is; one with none takes a kind
// out.
func NewTable(added []Path) Table {
	table := Table{}
	for _, row := range kinds() {
		table.add(row)
	}
	for _, p := range added {
		table.add(Row{Path: p})
	}
	return table
}

func (t Table) add(row Row) {
	key := [2]string{row.Group, row.Kind}
	same := func(have Row) bool { return have.Path.Path == row.Path.Path }
	switch i := slices.IndexFunc(t[key], same); {
	case row.None:
		t[key] = []Row{row}
	case i < 0:
		t[key] = append(t[key], row)
	case row.ServiceAccountPath != "":
		t[key][i].ServiceAccountPath = row.ServiceAccountPath
	}
}

// Has tells whether a kind is known to make pods.
func (t Table) Has(group, kind string) bool {
	return t[[2]string{group, kind}] != nil && !t.None(group, kind)
}

// None tells whether a kind is known to make no pods.
func (t Table) None(group, kind string) bool {
	if rows := t[[2]string{group, kind}]; rows != nil {
		return rows[0].None
	}
	none, known := podless[group]
	return known && (none == nil || slices.Contains(none, kind))
}

// podless are the kinds that may hold containers and make no pods, by group: nil
// for all of a group. They describe the pods of others: policies, patches and
// releases, and records of what is there.
var podless = map[string][]string{
	"":                             {"ConfigMap", "Secret", "LimitRange", "ResourceQuota"},
	"admissionregistration.k8s.io": nil,
	"apps":                         {"ControllerRevision"},
	"autoscaling.k8s.io":           {"VerticalPodAutoscaler", "VerticalPodAutoscalerCheckpoint"},
	"metrics.k8s.io":               nil,

	"kyverno.io":          nil,
	"policies.kyverno.io": nil,
	"reports.kyverno.io":  nil,
	"wgpolicyk8s.io":      nil,

	"config.gatekeeper.sh":      nil,
	"constraints.gatekeeper.sh": nil,
	"expansion.gatekeeper.sh":   nil,
	"mutations.gatekeeper.sh":   nil,
	"templates.gatekeeper.sh":   nil,

	"argoproj.io":                 {"Application", "ApplicationSet", "AppProject"},
	"helm.toolkit.fluxcd.io":      nil,
	"kustomize.toolkit.fluxcd.io": nil,
	"kustomize.config.k8s.io":     nil,
	"builtin":                     nil, // kustomize's own transformers and generators
	"apiextensions.crossplane.io": {"CompositeResourceDefinition"},
	"policy.karmada.io":           nil,
	"kueue.x-k8s.io":              {"Workload"},
	"kubeflow.org":                {"PodDefault"},
	"apps.kruise.io":              {"SidecarSet", "ContainerRecreateRequest", "WorkloadSpread", "ResourceDistribution", "EphemeralJob", "NodePodProbe"},
}
