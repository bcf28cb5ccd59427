package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"
)

// TestDefinition: kustomize's own reader finds the schema in the definition, and
// it has what a catalogue asks for.
func TestDefinition(t *testing.T) {
	text := read(t, definitionFile)
	got, err := framework.SchemaFromFunctionDefinition(resid.NewGvk("fn.rrsa.dev", "v1alpha1", "InjectRRSA"), text)
	if err != nil {
		t.Fatal(err)
	}
	properties := got.Properties["spec"].Properties
	for _, m := range specSchema().Properties {
		if want := m.Value.(*schema).Description; properties[m.Key].Description != want {
			t.Errorf("%s: want the description %q, got %q", m.Key, want, properties[m.Key].Description)
		}
	}
	var d framework.KRMFunctionDefinition
	if err := yaml.UnmarshalStrict([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	if d.APIVersion != framework.FunctionDefinitionGroupVersion || d.Kind != framework.FunctionDefinitionKind {
		t.Errorf("it is a %s in %s", d.Kind, d.APIVersion)
	}
	v := d.Spec.Versions[0]
	if !v.Idempotent || d.Spec.Publisher == "" || d.Spec.Description == "" || v.Usage == "" || v.License == "" || v.Runtime.Exec.Path == "" || v.Runtime.Container.Image == "" {
		t.Errorf("something is missing: %+v", d.Spec)
	}
	inTree(t, append(v.Examples, v.Usage)...)
}

// metadata is the form in which kpt's catalogue describes functions.
type metadata struct {
	Image              string   `json:"image"`
	Description        string   `json:"description"`
	Tags               []string `json:"tags"`
	SourceURL          string   `json:"sourceURL"`
	ExamplePackageURLs []string `json:"examplePackageURLs"`
	Emails             []string `json:"emails"`
	License            string   `json:"license"`
	Hidden             bool     `json:"hidden"`
}

func TestMetadata(t *testing.T) {
	var m metadata
	text := read(t, "fn/metadata.yaml")
	if err := yaml.UnmarshalStrict([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"image", "description", "tags", "sourceURL", "examplePackageURLs", "emails", "license"} {
		if !strings.Contains("\n"+text, "\n"+key+":") {
			t.Errorf("%s is missing", key)
		}
	}
	if m.Image == "" || m.Description == "" || len(m.Tags) == 0 || m.License != "Apache-2.0" || len(m.ExamplePackageURLs) == 0 {
		t.Errorf("something is empty: %+v", m)
	}
	inTree(t, append(m.ExamplePackageURLs, m.SourceURL)...)
}

// inTree checks that addresses in the repository lead to something.
func inTree(t *testing.T, urls ...string) {
	t.Helper()
	pattern := regexp.MustCompile(`^https://github.com/kubectl-rrsa/rrsa/(?:tree|blob)/main/(.+)$`)
	for _, url := range urls {
		m := pattern.FindStringSubmatch(url)
		if m == nil {
			t.Errorf("%s is not in the repository", url)
			continue
		}
		if _, err := os.Stat(filepath.Join(top, m[1])); err != nil {
			t.Error(err)
		}
	}
}

// TestMarkers: kpt's mdtogo finds the three sections, each closed.
func TestMarkers(t *testing.T) {
	got := regexp.MustCompile(`<!--mdtogo[:\w]*-->`).FindAllString(read(t, "fn/README.md"), -1)
	const end = "<!--mdtogo-->"
	want := []string{"<!--mdtogo:Short-->", end, "<!--mdtogo:Long-->", end, "<!--mdtogo:Examples-->", end}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
