package inject

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// object writes an object in flow style with a pod template at a path.
func object(row podtemplate.Row) string {
	name := row.Main
	if name == "" {
		name = "app"
	}
	value := "{spec: {containers: [{name: " + name + "}]}}"
	switch row.Form {
	case podtemplate.SpecForm:
		value = "{containers: [{name: " + name + "}]}"
	case podtemplate.ObjectForm:
		value = "{apiVersion: batch/v1, kind: Job, spec: {template: " + value + "}}"
	}
	if row.Path.Path == "" {
		return fmt.Sprintf("{apiVersion: v1, kind: %s, metadata: {name: x}, spec: {containers: [{name: app}]}}\n", row.Kind)
	}
	path := row.Path.Path
	if row.Base != "" {
		path = row.Base // the others alone don't do
	}
	steps := strings.Split(path, ".")
	for i := len(steps) - 1; i >= 0; i-- {
		key, list := strings.CutSuffix(steps[i], "[]")
		if list {
			value = "[" + value + "]"
		}
		if key == "*" {
			key = "any.name"
		}
		if i == 1 && row.MainPath == "spec.type" {
			key = "type: " + strings.ReplaceAll(name, " ", "-") + ", " + key
			value = strings.Replace(value, name, strings.ReplaceAll(name, " ", "-"), 1)
		}
		value = "{" + key + ": " + value + "}"
	}
	version := "v1"
	if row.Group != "" {
		version = row.Group + "/v1"
	}
	return fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: x}, %s\n", version, row.Kind, strings.TrimPrefix(value, "{"))
}

// TestEveryKind injects into an object of every kind in the table, at every path,
// and finds nothing to report as unknown.
func TestEveryKind(t *testing.T) {
	for _, p := range slices.Concat(slices.Collect(maps.Values(podtemplate.NewTable(nil)))...) {
		t.Run(p.Kind+"."+p.Group+"/"+p.Path.Path, func(t *testing.T) {
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
			s, err := manifest.Parse("in.yaml", []byte(object(p)))
			if err != nil {
				t.Fatal(err)
			}
			report, err := testInjector().Plan(s.Items())
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Templates) != 1 || report.Templates[0].Decision.Verdict != rrsa.Injected {
				t.Fatalf("want one injected pod template, got %+v", report.Templates)
			}
			if out := written(t, s, report); strings.Count(out, "ALIBABA_CLOUD_") != 6 || strings.Count(out, "serviceAccountToken") != 1 {
				t.Errorf("output:\n%s", out)
			}
		})
	}
}

// verdicts lists an input's decisions: the pod template, the verdict, the first code
// and hint of those that aren't injected.
func verdicts(t *testing.T, in Injector, text string) []string {
	t.Helper()
	s, err := manifest.Parse("in.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	report, err := in.Plan(s.Items())
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, template := range report.Templates {
		line := template.String() + " " + string(template.Decision.Verdict)
		if template.Decision.Verdict != rrsa.Injected {
			first := template.Decision.Reasons[0]
			line += " " + string(first.Code) + ": " + first.Hint
		}
		out = append(out, line)
	}
	return out
}

// TestNotSupported: what is said of objects whose containers no path reaches, or
// whose kind makes no pods.
func TestNotSupported(t *testing.T) {
	const (
		unknown = " Unknown KindNotSupported: "
		cluster = `, and the webhook or an admission policy injects them in the cluster`
		label   = `give the pods the label pod-identity.alibabacloud.com/injection: "on"`
	)
	for _, tt := range []struct{ name, in, want string }{
		{"an unknown kind", "apiVersion: example.com/v1\nkind: A\nmetadata: {name: x}\nspec: {containers: [{name: a}]}",
			"a/x" + unknown + `add {group: "example.com", kind: A, path: ...} to the config's podTemplates, or none: true instead of the path if the kind makes no pods`},
		{"one with steps", "apiVersion: example.com/v1\nkind: A\nmetadata: {name: x}\nspec: {steps: [{image: a}]}",
			"a/x" + unknown + label + cluster + `; or, if the kind makes no pods, add {group: "example.com", kind: A, none: true} to the config's podTemplates`},
		{"one without containers", "apiVersion: example.com/v1\nkind: A\nmetadata: {name: x}\nspec: {}", ""},
		{"a Workflow with a script", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: x}\nspec: {templates: [{script: {image: a}}]}", "workflow/x" + unknown + label + " in spec.podMetadata.labels" + cluster},
		{"one with a set", "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: x}\nspec: {templates: [{containerSet: {containers: [{name: a}]}}]}", "workflowtemplate/x" + unknown + label + " in spec.podMetadata.labels" + cluster},
		{"one that refers", "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: x}\nspec: {workflowSpec: {workflowTemplateRef: {name: a}}}", "cronworkflow/x" + unknown + label + " in spec.workflowSpec.podMetadata.labels" + cluster},
		{"a template of nothing", "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: x}\nspec: {templates: [{suspend: {}}]}", ""},
		{"a TaskRun", "apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: x}\nspec: {taskRef: {name: a}}", "taskrun/x" + unknown + label + " in its metadata.labels" + cluster},
		{"a Pipeline", "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: x}\nspec: {tasks: [{taskSpec: {sidecars: [{image: a}]}}]}", "pipeline/x" + unknown + label + " in the metadata.labels of each TaskRun or PipelineRun of it" + cluster},
		{"a SparkApplication", "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: x}\nspec: {driver: {cores: 1}}", "sparkapplication/x" + unknown + label + " in spec.driver.labels and spec.executor.labels" + cluster},
		{"a ServingRuntime", "apiVersion: serving.kserve.io/v1alpha1\nkind: ServingRuntime\nmetadata: {name: x}\nspec: {containers: [{name: a}]}", "servingruntime/x" + unknown + label + " in the metadata.labels of each InferenceService that uses it" + cluster},
		{"a policy", "apiVersion: kyverno.io/v1\nkind: Policy\nmetadata: {name: x}\nspec: {containers: [{name: a}]}", ""},
		{"a constraint", "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Any\nmetadata: {name: x}\nspec: {containers: [{name: a}]}", ""},
		{"one with none", "apiVersion: example.com/v1\nkind: Quiet\nmetadata: {name: x}\nspec: {containers: [{name: a}]}", ""},
		{"a wrong path", "apiVersion: example.com/v1\nkind: Any\nmetadata: {name: x}\nspec: {containers: [{name: a}]}", "any/x Unknown PodTemplateNotFound: correct the path in the config's podTemplates"},
		{"a path to something else", "apiVersion: example.com/v1\nkind: Any\nmetadata: {name: x}\nspec: {pods: [{a: {template: {pods: 3}}}]}", "in.yaml, document 1, line 4: any/x: reading spec.pods[0].a.template: it is neither a pod template, which has a spec, nor a pod spec, which has containers: correct the path, or what is there"},
		{"a known kind with containers elsewhere", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {containers: [{name: a}]}", "deployment/x Unknown PodTemplateNotFound: put its pod template where it belongs, at spec.template"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := testInjector()
			in.PodTemplates = append(in.PodTemplates, PodTemplatePath{Group: "example.com", Kind: "Quiet", None: true})
			if got := strings.Join(verdicts(t, in, tt.in), "\n"); got != tt.want {
				t.Errorf("want %s\n got %s", tt.want, got)
			}
		})
	}
}

// TestMainContainerMissing: such pods are unknown if they would be injected, with
// nothing injected and nothing said of other errors, and otherwise not injected.
func TestMainContainerMissing(t *testing.T) {
	const flink = "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata: {name: x}\nspec: {serviceAccount: a}\n"
	const want = "flinkdeployment/x Unknown MainContainerMissing: write a spec.podTemplate with a container named flink-main-container"
	if diff := cmp.Diff([]string{want}, verdicts(t, testInjector(), flink)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	noRegion := testInjector()
	noRegion.Config.Region = ""
	if diff := cmp.Diff([]string{want}, verdicts(t, noRegion, flink)); diff != "" {
		t.Errorf("without a region (-want +got):\n%s", diff)
	}
	role := "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: default}\n---\n"
	if got := verdicts(t, testInjector(), role+flink); len(got) != 1 || !strings.HasPrefix(got[0], "flinkdeployment/x NotInjected RoleNameMissing") {
		t.Errorf("without a role: %v", got)
	}
	remove := testInjector()
	remove.Remove = true
	if got := verdicts(t, remove, flink); got != nil {
		t.Errorf("removing: %v", got)
	}
}

// TestInherited: the label of an object whose pods get it opens the gate.
func TestInherited(t *testing.T) {
	for kind, want := range map[string]rrsa.Code{
		"apiVersion: kubeflow.org/v1\nkind: Notebook\nspec: {template: {spec: {containers: [{name: a}]}}}":            rrsa.CodePodLabelOn,
		"apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec: {predictor: {containers: [{name: a}]}}": rrsa.CodePodLabelOn,
		"apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{name: a}]}}}":                  rrsa.CodeNamespaceLabelOn,
	} {
		s, err := manifest.Parse("in.yaml", []byte(kind+"\nmetadata: {name: x, labels: {pod-identity.alibabacloud.com/injection: \"on\"}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		report, err := testInjector().Plan(s.Items())
		if err != nil || len(report.Templates) != 1 {
			t.Fatalf("%s: %v", kind, err)
		}
		codes := func(r rrsa.Reason) bool { return r.Code == want }
		template := report.Templates[0]
		if !slices.ContainsFunc(template.Decision.Reasons, codes) {
			t.Errorf("%s: want %s, got %+v", kind, want, template.Decision.Reasons)
		}
		pod, err := template.PodTemplate()
		if err != nil || pod["spec"] == nil {
			t.Errorf("%s: %v, %v", kind, pod, err)
		}
	}
}
