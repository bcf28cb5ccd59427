package manifest

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// object writes an object in flow style with a pod template at a path.
func object(p PodTemplatePath) string {
	value := "{spec: {containers: [{name: app}]}}"
	if p.Path == "" {
		return fmt.Sprintf("{apiVersion: v1, kind: %s, metadata: {name: x}, spec: {containers: [{name: app}]}}\n", p.Kind)
	}
	steps := strings.Split(p.Path, ".")
	for i := len(steps) - 1; i >= 0; i-- {
		key, list := strings.CutSuffix(steps[i], "[]")
		if list {
			value = "[" + value + "]"
		}
		if key == "*" {
			key = "any.name"
		}
		value = "{" + key + ": " + value + "}"
	}
	version := "v1"
	if p.Group != "" {
		version = p.Group + "/v1"
	}
	return fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: x}, %s\n", version, p.Kind, strings.TrimPrefix(value, "{"))
}

// TestEveryKind injects into an object of every kind in the table, at every path,
// and finds nothing to report as unknown.
func TestEveryKind(t *testing.T) {
	for _, p := range kinds() {
		t.Run(p.Kind+"."+p.Group+"/"+p.Path, func(t *testing.T) {
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
			s, err := Parse("in.yaml", []byte(object(p)))
			if err != nil {
				t.Fatal(err)
			}
			report, err := testInjector().Plan(s.Items())
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Changes) != 1 || report.Changes[0].Decision.Verdict != rrsa.Injected {
				t.Fatalf("want one injected pod template, got %+v", report.Changes)
			}
			if err := report.Apply(); err != nil {
				t.Fatal(err)
			}
			if out := string(s.Bytes()); strings.Count(out, "ALIBABA_CLOUD_") != 6 || strings.Count(out, "serviceAccountToken") != 1 {
				t.Errorf("output:\n%s", out)
			}
		})
	}
}

// TestKindTable pins the kinds by name: one that falls out of the table is not
// injected any more.
func TestKindTable(t *testing.T) {
	want := `AdvancedCronJob.apps.kruise.io BroadcastJob.apps.kruise.io CloneSet.apps.kruise.io Configuration.serving.knative.dev
CronJob.batch DaemonSet.apps DaemonSet.apps.kruise.io Deployment.apps FlinkDeployment.flink.apache.org JAXJob.kubeflow.org
Job.batch Job.batch.volcano.sh JobSet.jobset.x-k8s.io LeaderWorkerSet.leaderworkerset.x-k8s.io MPIJob.kubeflow.org
MXJob.kubeflow.org PaddleJob.kubeflow.org Pod PodTemplate PyTorchJob.kubeflow.org RayCluster.ray.io RayJob.ray.io
RayService.ray.io ReplicaSet.apps ReplicationController Rollout.argoproj.io ScaledJob.keda.sh Service.serving.knative.dev
StatefulSet.apps StatefulSet.apps.kruise.io TFJob.kubeflow.org UnitedDeployment.apps.kruise.io XGBoostJob.kubeflow.org`
	var got []string
	for key := range newKindTable(nil) {
		got = append(got, strings.TrimSuffix(key[1]+"."+key[0], "."))
	}
	sort.Strings(got)
	if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

func TestPathForms(t *testing.T) {
	for _, c := range []struct {
		name string
		path PodTemplatePath
		want string
	}{
		{"a path", PodTemplatePath{Kind: "A", Path: "spec.tasks[].*.template", ServiceAccountPath: "spec.account"}, ""},
		{"the object itself", PodTemplatePath{Kind: "A"}, ""},
		{"no kind", PodTemplatePath{Path: "spec"}, "kind is missing"},
		{"an empty step", PodTemplatePath{Kind: "A", Path: "spec..template"}, "want keys with dots between them"},
		{"an index", PodTemplatePath{Kind: "A", Path: "spec.tasks[0].template"}, "want keys with dots between them"},
		{"JSONPath", PodTemplatePath{Kind: "A", Path: "$.spec.template"}, "want keys with dots between them"},
		{"JSON pointer", PodTemplatePath{Kind: "A", Path: "/spec/template"}, "want keys with dots between them"},
		{"a ServiceAccount in a list", PodTemplatePath{Kind: "A", ServiceAccountPath: "spec.accounts[]"}, "a ServiceAccount path has no lists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.path.Validate()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
			if _, planErr := (Injector{Config: rrsa.Default(), PodTemplates: []PodTemplatePath{c.path}}).Plan(nil); (planErr == nil) != (err == nil) {
				t.Errorf("Plan says %v", planErr)
			}
		})
	}
}

// TestFindContainers pins what counts as a container in kinds that aren't known.
func TestFindContainers(t *testing.T) {
	for _, c := range []struct{ name, object, want string }{
		{"a list", "kind: A\nspec:\n  x:\n  - containers:\n    - image: a\n", "spec.x[0].containers"},
		{"a single one", "kind: A\nspec:\n  container:\n    image: a\n", "spec.container"},
		{"one without an image", "kind: A\nspec:\n  containers:\n  - name: a\n", "spec.containers"},
		{"a name of a container", "kind: A\nspec:\n  container: a\n", ""},
		{"names of containers", "kind: A\nspec:\n  containers: [a, b]\n", ""},
		{"containers of another sort", "kind: A\nspec:\n  containers:\n  - size: 40ft\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Parse("in.yaml", []byte(c.object))
			if err != nil {
				t.Fatal(err)
			}
			report, err := testInjector().Plan(s.Items())
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(report.Changes) > 0 {
				got = report.Changes[0].Decision.Reasons[0].Field
			}
			if got != c.want {
				t.Errorf("want %q, got %q", c.want, got)
			}
		})
	}
}
