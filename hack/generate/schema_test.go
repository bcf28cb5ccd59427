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
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/jsonobject"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
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

func TestGeneratedFilesAreFresh(t *testing.T) {
	files, err := generate(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if diff := cmp.Diff(f.text, read(t, f.path)); diff != "" {
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
			out[p.Key] = full(p.Value.(*schema))
		}
		return out
	case s.Type == "boolean":
		return s.Default != true
	case s.Pattern != "":
		for _, v := range []string{"0.1.1", "1488999589000000", "500000", "cbec9a1f7b433470ebe4c900552000000", "cn-hangzhou", "acs:ram::1:oidc-provider/a", "https://oidc.example.com"} {
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
	values := full(specSchema()).(map[string]any)
	// A kind has a path, or none.
	delete(values["podTemplates"].([]any)[0].(map[string]any), "none")
	values["podTemplates"] = append(values["podTemplates"].([]any), map[string]any{"kind": "b", "none": true})
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
	if !c.PodTemplates[1].None {
		t.Error("none stays false")
	}
	c.PodTemplates[0].None = true
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
		values := full(specSchema()).(map[string]any)
		s, at, name := specSchema(), values, "other"
		if path == "spec.podTemplates" {
			i := slices.IndexFunc(s.Properties, func(m jsonobject.Member) bool { return m.Key == "podTemplates" })
			s, at = s.Properties[i].Value.(*schema).Items, values["podTemplates"].([]any)[0].(map[string]any)
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
