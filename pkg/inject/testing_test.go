package inject

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// everyone is a Lookup that knows every name, so that all pods are injected.
type everyone struct {
	// override is the value of override-env in every Namespace.
	override string
}

func (e everyone) Namespace(name string) (*Known[corev1.Namespace], error) {
	return &Known[corev1.Namespace]{Source: "test", Object: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{rrsa.InjectionKey: rrsa.On, rrsa.OverrideEnvKey: e.override},
	}}}, nil
}

func (everyone) ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error) {
	return &Known[corev1.ServiceAccount]{Source: "test", Object: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: name, Annotations: map[string]string{rrsa.RoleNameKey: "role"},
	}}}, nil
}

func testInjector() Injector {
	cfg := rrsa.Default()
	cfg.AccountID, cfg.ClusterID, cfg.Region = "1488999589000000", "cbec9a1f7b433470ebe4c900552000000", "cn-hangzhou"
	return Injector{
		Config: cfg, Namespace: "default", Lookup: everyone{},
		PodTemplates: []PodTemplatePath{{Group: "example.com", Kind: "Any", Path: "spec.pods[].*.template", ServiceAccountPath: "spec.account"}},
	}
}

// planned reads a text and decides for its pods.
func planned(t *testing.T, in Injector, text string) (*manifest.Stream, *Report) {
	t.Helper()
	s, err := manifest.Parse("in.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	report, err := in.Plan(s.Items())
	if err != nil {
		t.Fatal(err)
	}
	return s, report
}

// written is a stream's text as a report has it.
func written(t *testing.T, s *manifest.Stream, report *Report) string {
	t.Helper()
	out, _, err := report.Rewrite(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(out[0].Bytes())
}

// takeOut removes what is marked, or all that is exactly as it is injected.
func takeOut(t *testing.T, data []byte, unmarked bool) []byte {
	t.Helper()
	s, err := manifest.Parse("input.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	report, err := Injector{Config: rrsa.Default(), Remove: true, Unmarked: unmarked, PodTemplates: testInjector().PodTemplates}.Plan(s.Items())
	if err != nil {
		t.Fatalf("taking it out fails: %v\n%s", err, data)
	}
	return []byte(written(t, s, report))
}
