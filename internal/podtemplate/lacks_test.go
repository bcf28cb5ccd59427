package podtemplate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// judged lists the templates of an object: the place, whether it is a pod spec or
// isn't written, and what it lacks.
func judged(t *testing.T, table Table, in string) []string {
	t.Helper()
	object := parsed(t, in)
	text := map[string]string{}
	for i := 0; i+1 < len(object.Content); i += 2 {
		text[object.Content[i].Value] = object.Content[i+1].Value
	}
	group, _, _ := strings.Cut(text["apiVersion"], "/")
	found, err := table.Find(object, group, text["kind"])
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, template := range found.Templates {
		line := template.Way.String()
		if template.Bare {
			line += " spec"
		}
		if template.Absent {
			line += " absent"
		}
		if template.Lacks != "" {
			line += " lacks " + template.Lacks
		}
		out = append(out, line)
	}
	if found.Unreached != "" {
		out = append(out, "unreached "+found.Unreached)
	}
	return out
}

// TestLacks: pods whose main container comes from outside of their template.
func TestLacks(t *testing.T) {
	const (
		flink = "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nspec: "
		main  = "podTemplate: {spec: {containers: [{name: flink-main-container}, {name: log}]}}"
		other = "podTemplate: {spec: {containers: [{name: log}]}}"
		isvc  = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec: "
		eck   = ".k8s.elastic.co/v1\nkind: "
		lacks = " lacks flink-main-container"
	)
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"Flink without a template", flink + "{jobManager: {}, taskManager: {}}", []string{"spec.podTemplate absent" + lacks}},
		{"a null one", flink + "{podTemplate: ~}", []string{"spec.podTemplate absent" + lacks}},
		{"the common one", flink + "{" + main + "}", []string{"spec.podTemplate"}},
		{"the common one without it", flink + "{" + other + "}", []string{"spec.podTemplate" + lacks}},
		{"an empty one", flink + "{podTemplate: {}}", []string{"spec.podTemplate" + lacks}},
		{"both managers", flink + "{jobManager: {" + main + "}, taskManager: {" + main + "}}", []string{"spec.jobManager.podTemplate", "spec.taskManager.podTemplate"}},
		{"one manager", flink + "{jobManager: {" + main + "}}", []string{"spec.jobManager.podTemplate" + lacks}},
		{"one manager without it", flink + "{jobManager: {" + main + "}, taskManager: {" + other + "}}",
			[]string{"spec.jobManager.podTemplate" + lacks, "spec.taskManager.podTemplate" + lacks}},
		{"the common one has it for both", flink + "{" + main + ", jobManager: {" + other + "}}", []string{"spec.podTemplate", "spec.jobManager.podTemplate"}},
		{"the common one for none, both managers", flink + "{" + other + ", jobManager: {" + main + "}, taskManager: {" + main + "}}",
			[]string{"spec.podTemplate", "spec.jobManager.podTemplate", "spec.taskManager.podTemplate"}},
		{"the common one for none, one manager", flink + "{" + other + ", jobManager: {" + main + "}}",
			[]string{"spec.podTemplate" + lacks, "spec.jobManager.podTemplate" + lacks}},
		{"only as an init container", flink + "{podTemplate: {spec: {initContainers: [{name: flink-main-container}]}}}", []string{"spec.podTemplate" + lacks}},
		{"blue and green", strings.Replace(flink, "FlinkDeployment", "FlinkBlueGreenDeployment", 1) + "{template: {spec: {" + main + "}}}", []string{"spec.template.spec.podTemplate"}},
		{"blue and green without", strings.Replace(flink, "FlinkDeployment", "FlinkBlueGreenDeployment", 1) + "{template: {spec: {image: a}}}",
			[]string{"spec.template.spec.podTemplate absent" + lacks}},
		{"a session job makes no pods", strings.Replace(flink, "FlinkDeployment", "FlinkSessionJob", 1) + "{deploymentName: a}", nil},

		{"a custom predictor", isvc + "{predictor: {minReplicas: 1, containers: [{name: any}]}}", []string{"spec.predictor spec"}},
		{"a model", isvc + "{predictor: {model: {modelFormat: {name: a}}}}", []string{"spec.predictor spec lacks kserve-container"}},
		{"a model next to a container", isvc + "{predictor: {sklearn: {}, containers: [{name: transformer-container}]}}", []string{"spec.predictor spec lacks kserve-container"}},
		{"nothing in it", isvc + "{predictor: {minReplicas: 1}}", []string{"spec.predictor spec lacks kserve-container"}},
		{"all components", isvc + "{predictor: {model: {}}, transformer: {containers: [{image: a}]}, explainer: {art: {}}, canary: [{predictor: {containers: [{name: a}]}}]}",
			[]string{"spec.predictor spec lacks kserve-container", "spec.canary[0].predictor spec", "spec.transformer spec", "spec.explainer spec lacks kserve-container"}},

		{"node sets", "apiVersion: elasticsearch" + eck + "Elasticsearch\nspec: {nodeSets: [{name: a}, {podTemplate: {spec: {containers: [{name: elasticsearch}]}}}, {podTemplate: {spec: {containers: [{name: log}]}}}]}",
			[]string{"spec.nodeSets[1].podTemplate", "spec.nodeSets[2].podTemplate lacks elasticsearch", "spec.nodeSets[0].podTemplate absent lacks elasticsearch"}},
		{"Kibana without", "apiVersion: kibana" + eck + "Kibana\nspec: {count: 1}", []string{"spec.podTemplate absent lacks kibana"}},
		{"a Beat", "apiVersion: beat" + eck + "Beat\nspec: {type: filebeat, daemonSet: {podTemplate: {spec: {containers: [{name: filebeat}]}}}}", []string{"spec.daemonSet.podTemplate"}},
		{"another Beat", "apiVersion: beat" + eck + "Beat\nspec: {type: metricbeat, deployment: {podTemplate: {spec: {containers: [{name: filebeat}]}}}}", []string{"spec.deployment.podTemplate lacks metricbeat"}},
		{"an Agent", "apiVersion: agent" + eck + "Agent\nspec: {statefulSet: {}}", []string{"spec.statefulSet.podTemplate absent lacks agent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, judged(t, NewTable(nil), tt.in)); diff != "" {
				t.Errorf("templates (-want +got):\n%s", diff)
			}
		})
	}
}

// TestForms: an added path may lead to a pod template or to a pod spec, and what it
// doesn't lead to is found.
func TestForms(t *testing.T) {
	table := NewTable([]Path{
		{Group: "example.com", Kind: "Any", Path: "spec.pod"}, {Group: "example.com", Kind: "Any", Path: "spec.pod"}, {Group: "example.com", Kind: "Any", Path: "spec.*"},
		{Group: "serving.kserve.io", Kind: "InferenceService", Path: "spec.predictor"},
	})
	const head = "apiVersion: example.com/v1\nkind: Any\n"
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"a template", head + "spec: {pod: {spec: {containers: [{name: a}]}}}", []string{"spec.pod"}},
		{"a pod spec", head + "spec: {pod: {replicas: 2, containers: [{name: a}]}}", []string{"spec.pod spec"}},
		{"a pod spec with init containers first", head + "spec: {pod: {initContainers: [{name: i}], containers: [{name: a}]}}", []string{"spec.pod spec"}},
		{"a pod spec without containers", head + "spec: {pod: {model: {}, serviceAccountName: a}}", []string{"spec.pod spec lacks a container"}},
		{"an empty template", head + "spec: {pod: {}}", []string{"spec.pod"}},
		{"nothing", head + "spec: {pod: ~}", nil},
		{"containers elsewhere", head + "other: {containers: [{name: a}]}", []string{"unreached other.containers"}},
		{"containers deeper", head + "spec: {pod: {spec: {template: {spec: {initContainers: [{name: a}]}}}}}", []string{"unreached spec.pod.spec.template.spec.initContainers"}},
		{"a path that is known already", "apiVersion: serving.kserve.io/v1\nkind: InferenceService\nspec: {predictor: {containers: [{name: a}]}}", []string{"spec.predictor spec"}},
		{"a Deployment with nothing", "apiVersion: apps/v1\nkind: Deployment\nspec: {}", nil},
		{"a wrapped object", "apiVersion: workload.codeflare.dev/v1\nkind: AppWrapper\nspec: {components: [{template: {apiVersion: batch/v1, kind: Job, spec: {template: {spec: {containers: [{name: a}]}}}}}, {template: {apiVersion: v1, kind: Pod, spec: {containers: [{name: a}]}}}]}",
			[]string{"spec.components[0].template.spec.template", "spec.components[1].template"}},
		{"a wrapped object of another kind", "apiVersion: workload.codeflare.dev/v1\nkind: AppWrapper\nspec: {components: [{template: {apiVersion: example.com/v1, kind: X, spec: {containers: [{name: a}]}}}, {template: {apiVersion: v1, kind: Pod, spec: {containers: [{name: a}]}}}]}",
			[]string{"spec.components[1].template", "unreached spec.components[0].template.spec.containers"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, judged(t, table, tt.in)); diff != "" {
				t.Errorf("templates (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSpecPlaces: fields and containers of a pod spec are where it stands.
func TestSpecPlaces(t *testing.T) {
	in := "metadata: {labels: {a: object, b: object}}\nspec: {predictor: {labels: {a: own}, containers: [{name: a}], serviceAccountName: s}}"
	found, err := NewTable(nil).Find(parsed(t, in), "serving.kserve.io", "InferenceService")
	if err != nil || len(found.Templates) != 1 {
		t.Fatalf("want one template, got %+v, %v", found, err)
	}
	template := found.Templates[0]
	if got := template.Containers[0].Way.String(); got != "spec.predictor.containers[0]" {
		t.Errorf("the container is at %s", got)
	}
	if diff := cmp.Diff(map[string]string{"a": "own", "b": "object"}, template.Typed.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	for field, want := range map[string]string{
		"spec.containers[0].env[A]": "spec.predictor.containers[0].env[A]", "spec": "spec.predictor", "metadata.labels[a]": "metadata.labels[a]", "": "spec.predictor",
	} {
		if got := template.Field(field); got != want {
			t.Errorf("%q: want %q, got %q", field, want, got)
		}
	}
}
