package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/fn"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

var top = filepath.Join("..", "..")

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// spec is the schema of the settings.
func spec(t *testing.T) *schema {
	t.Helper()
	s, err := configSchema(top)
	if err != nil {
		t.Fatal(err)
	}
	return s.Properties.get("spec")
}

func TestGeneratedFilesAreFresh(t *testing.T) {
	files, err := generate(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if diff := cmp.Diff(string(f.data), read(t, f.path)); diff != "" {
			t.Errorf("%s is stale: run \"make generate\" (-want +got):\n%s", f.path, diff)
		}
	}
}

// full is a config's spec that sets everything that a schema has, each to
// something else than its default.
func full(s *schema) any {
	switch {
	case len(s.Enum) > 0:
		i := slices.IndexFunc(s.Enum, func(v string) bool { return v != s.Default })
		return s.Enum[max(i, 0)]
	case s.Type == "array":
		return []any{full(s.Items)}
	case s.Type == "object":
		out := map[string]any{}
		for _, p := range s.Properties {
			out[p.name] = full(p.schema)
		}
		return out
	case s.Type == "boolean":
		return s.Default != true
	case s.Pattern != "":
		for _, v := range []string{"0.1.1", "1488999589000000", "cbec9a1f7b433470ebe4c900552000000", "cn-hangzhou", "acs:ram::1:oidc-provider/a"} {
			if regexp.MustCompile(s.Pattern).MatchString(v) {
				return v
			}
		}
	}
	return "a"
}

func document(t *testing.T, spec any) []byte {
	t.Helper()
	out, err := yaml.Marshal(map[string]any{
		"apiVersion": config.APIVersion, "kind": config.Kind, "metadata": map[string]any{"name": "rrsa"}, "spec": spec,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDecoderTakesWhatTheSchemaHas: a config that sets every property is decoded,
// and no field of the Go types stays empty.
func TestDecoderTakesWhatTheSchemaHas(t *testing.T) {
	values := full(spec(t)).(map[string]any)
	c, err := config.Parse("rrsa.yaml", document(t, values))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Injector(); err != nil {
		t.Error(err)
	}
	filled := func(of any) {
		v := reflect.ValueOf(of)
		for _, f := range reflect.VisibleFields(v.Type()) {
			if v.FieldByIndex(f.Index).IsZero() {
				t.Errorf("%s.%s stays empty", v.Type().Name(), f.Name)
			}
		}
	}
	filled(*c)
	filled(c.PodTemplates[0])

	// A ConfigMap has all but the lists, as strings.
	data := map[string]any{}
	for key, v := range values {
		if _, list := v.([]any); !list {
			data[key] = fmt.Sprint(v)
		}
	}
	text, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "data": data})
	if err != nil {
		t.Fatal(err)
	}
	got, err := config.Parse("rrsa.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	c.Context, c.PodTemplates = nil, nil
	if diff := cmp.Diff(c, got); diff != "" {
		t.Errorf("ConfigMap (-want +got):\n%s", diff)
	}
}

// TestDecoderRefusesWhatTheSchemaLacks: both are closed, at every level.
func TestDecoderRefusesWhatTheSchemaLacks(t *testing.T) {
	for _, path := range []string{"spec", "spec.podTemplates", ""} {
		values := full(spec(t)).(map[string]any)
		s, at, name := spec(t), values, "other"
		if path == "spec.podTemplates" {
			s, at = s.Properties.get("podTemplates").Items, values["podTemplates"].([]any)[0].(map[string]any)
		}
		if s.AdditionalProperties != false {
			t.Errorf("%s: the schema is open", path)
		}
		text := string(document(t, values))
		if path == "" {
			text += name + ": a\n"
		} else {
			at[name] = "a"
			text = string(document(t, values))
		}
		if _, err := config.Parse("rrsa.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "unknown key") {
			t.Errorf("%q: want an error about an unknown key, got %v", path, err)
		}
	}
}

func TestEnums(t *testing.T) {
	found := 0
	for _, p := range spec(t).Properties {
		if len(p.Enum) == 0 {
			continue
		}
		found++
		if p.Default == nil {
			t.Errorf("%s: the comment doesn't say what empty means", p.name)
		}
		for _, value := range append([]string{"other"}, p.Enum...) {
			_, err := config.Parse("rrsa.yaml", document(t, map[string]any{p.name: value}))
			if (err == nil) != (value != "other") {
				t.Errorf("%s: %q: %v", p.name, value, err)
			}
		}
	}
	if found == 0 {
		t.Error("no setting has a list of values")
	}
}

func TestRequired(t *testing.T) {
	if err := (manifest.PodTemplatePath{Group: "a", Path: "spec"}).Validate(); err == nil {
		t.Error("kind isn't required")
	}
	if err := (manifest.PodTemplatePath{Kind: "A"}).Validate(); err != nil {
		t.Errorf("more than kind is required: %v", err)
	}
}

// TestPatterns: the schema and the engine accept the same values.
func TestPatterns(t *testing.T) {
	values := []string{
		"", "1", "1488999589000000", "1e15", " 1", "cbec9a1f7b433470ebe4c900552000000", "Cbec9a1f7b433470ebe4c900552000000", "c1",
		"cn-hangzhou", "cn-hangzhou-finance", "Hangzhou", "cn", "acs:ram::1:oidc-provider/ack-rrsa-c1", "acs:ram::a:oidc-provider/b", "arn",
		"0.4.2", "v0.4", "0.4,2", "newest", "0.4.2.1",
	}
	set := map[string]func(*rrsa.Config, string){
		"accountID":       func(c *rrsa.Config, v string) { c.AccountID = v },
		"clusterID":       func(c *rrsa.Config, v string) { c.ClusterID = v },
		"region":          func(c *rrsa.Config, v string) { c.Region = v },
		"oidcProviderARN": func(c *rrsa.Config, v string) { c.OIDCProviderARN = v },
		"webhookVersion":  func(c *rrsa.Config, v string) { c.WebhookVersion = v },
	}
	for _, p := range spec(t).Properties {
		if (p.Pattern != "") != (set[p.name] != nil) {
			t.Errorf("%s: the pattern is %q", p.name, p.Pattern)
		}
		if p.Pattern == "" {
			continue
		}
		for _, v := range values {
			c := rrsa.Default()
			set[p.name](&c, v)
			if err := c.Validate(); (err == nil) != regexp.MustCompile(p.Pattern).MatchString(v) {
				t.Errorf("%s: %q: the engine says %v", p.name, v, err)
			}
		}
	}
}

// TestDefinition: kustomize's own reader finds the schema in the definition, and
// it has what a catalogue asks for.
func TestDefinition(t *testing.T) {
	text := read(t, definitionFile)
	got, err := framework.SchemaFromFunctionDefinition(resid.NewGvk("fn.rrsa.dev", "v1alpha1", "InjectRRSA"), text)
	if err != nil {
		t.Fatal(err)
	}
	properties := got.Properties["spec"].Properties
	for _, p := range spec(t).Properties {
		if properties[p.name].Description != p.Description {
			t.Errorf("%s: want the description %q, got %q", p.name, p.Description, properties[p.name].Description)
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
	pattern := regexp.MustCompile(`^https://` + module + `/(?:tree|blob)/main/(.+)$`)
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

// TestEverySettingIsDescribed: whoever adds a setting finds here where it has to
// be described, and a setting that is gone is described nowhere.
func TestEverySettingIsDescribed(t *testing.T) {
	var help strings.Builder
	if code := fn.Main([]string{"--help"}, strings.NewReader(""), &help, &help); code != 0 {
		t.Fatalf("--help: exit code %d", code)
	}
	_, list, ok := strings.Cut(help.String(), "\n  spec:\n")
	if !ok {
		t.Fatal("--help: no spec")
	}
	row := regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")
	places := map[string][][]string{"inject-rrsa --help": regexp.MustCompile(`(?m)^    (\w+): `).FindAllStringSubmatch(list, -1)}
	for name, heading := range map[string]string{"README.md": "\n## Settings\n", "fn/README.md": "\n### FunctionConfig\n", "docs/rules.md": "\n### This tool's own settings\n"} {
		_, section, ok := strings.Cut(read(t, name), heading)
		if !ok {
			t.Errorf("%s: no heading %q", name, strings.TrimSpace(heading))
			continue
		}
		section, _, _ = strings.Cut(section, "\n#")
		places[name] = row.FindAllStringSubmatch(section, -1)
	}
	var want []string
	for _, p := range spec(t).Properties {
		want = append(want, p.name)
	}
	slices.Sort(want)
	for name, found := range places {
		var got []string
		for _, m := range found {
			if m[1] != "spec" { // a table's head
				got = append(got, m[1])
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("settings in %s (-want +got):\n%s", name, diff)
		}
	}
}

// TestDefaultsAreDescribed: the function's README has the defaults that hold.
func TestDefaultsAreDescribed(t *testing.T) {
	readme := read(t, "fn/README.md")
	for _, p := range spec(t).Properties {
		want := map[string]string{"string": "string", "boolean": "boolean", "array": "list"}[p.Type] + " | "
		if p.Default != nil {
			want += fmt.Sprintf("`%v` |", p.Default)
		}
		if !strings.Contains(readme, "| `"+p.name+"` | "+want) {
			t.Errorf("fn/README.md doesn't have %s as %s", p.name, want)
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

func TestSettingName(t *testing.T) {
	for field, want := range map[string]string{
		"AccountID": "accountID", "OIDCProviderARN": "oidcProviderARN", "AutoInjectSTSEnvVars": "autoInjectSTSEnvVars",
		"Mode": "mode", "ID": "id", "ServiceAccountPath": "serviceAccountPath",
	} {
		if got := settingName(field); got != want {
			t.Errorf("%s: want %s, got %s", field, want, got)
		}
	}
}

// TestSchemaIsJSON: the keywords are those of draft 7, and none is without effect.
func TestSchemaIsJSON(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal([]byte(read(t, schemaFile)), &got); err != nil {
		t.Fatal(err)
	}
	if got["$schema"] != "http://json-schema.org/draft-07/schema#" || got["additionalProperties"] != false {
		t.Errorf("the schema is of %v, and additionalProperties is %v", got["$schema"], got["additionalProperties"])
	}
}
