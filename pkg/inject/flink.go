package inject

import (
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

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
