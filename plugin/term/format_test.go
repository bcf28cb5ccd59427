package term

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// report is any value that a verb may print.
type report struct {
	Kind  string `json:"kind"`
	Items []item `json:"items"`
}

type item struct {
	Name string `json:"name"`
	Pods int    `json:"pods"`
}

func TestFormat(t *testing.T) {
	template := filepath.Join(t.TempDir(), "template")
	if err := os.WriteFile(template, []byte("{{.kind}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args []string
		// want is what is written, or part of the error.
		want, err string
	}{
		"json":                   {[]string{"-o", "json"}, "{\n    \"kind\": \"List\",\n    \"items\": [\n        {\n            \"name\": \"a\",\n            \"pods\": 12\n        }\n    ]\n}\n", ""},
		"yaml":                   {[]string{"-o", "yaml"}, "items:\n- name: a\n  pods: 12\nkind: List\n", ""},
		"jsonpath":               {[]string{"-o", "jsonpath={.items[*].pods}"}, "12", ""},
		"a filter":               {[]string{"-o", `jsonpath={.items[?(@.name=="a")].pods}`}, "12", ""},
		"jsonpath as JSON":       {[]string{"-o", "jsonpath-as-json={.kind}"}, "[\n    \"List\"\n]\n", ""},
		"a template":             {[]string{"-o", "go-template={{range .items}}{{.name}}={{.pods}}{{end}}"}, "a=12", ""},
		"a template's file":      {[]string{"-o", "go-template-file=" + template}, "List", ""},
		"the flag for it":        {[]string{"-o", "go-template", "--template", "{{.kind}}"}, "List", ""},
		"no such field":          {[]string{"-o", "jsonpath={.other}"}, "", ""},
		"no such field is wrong": {[]string{"-o", "jsonpath={.other}", "--allow-missing-template-keys=false"}, "", "other is not found"},
		"no template":            {[]string{"-o", "jsonpath="}, "", "no template given"},
		"no such file":           {[]string{"-o", "go-template-file=" + template + "x"}, "", "no such file"},
		"no jsonpath":            {[]string{"-o", "jsonpath={.items"}, "", "unclosed action"},
		"no format":              {[]string{"-o", "xml"}, "", `checking --output "xml": want yaml, json, jsonpath=TEMPLATE or go-template=TEMPLATE`},
		"for nothing":            {[]string{"-o", "json", "--template", "x"}, "", `checking --template: it is for -o go-template and -o jsonpath, not for -o "json"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var f Format
			cmd := &cobra.Command{Use: "any"}
			f.Add(cmd, "yaml", "", "yaml", "json")
			if err := cmd.ParseFlags(test.args); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := f.Check()
			if err == nil {
				err = f.Encode(&out, report{"List", []item{{"a", 12}}}, "the report")
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("want the error %q, got %v", test.err, err)
			}
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("what is written (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFormatWithoutJSON: a verb that has no json has no templates.
func TestFormatWithoutJSON(t *testing.T) {
	var f Format
	cmd := &cobra.Command{Use: "any"}
	f.Add(cmd, "text", "", "text", "name")
	if cmd.Flags().Lookup("template") != nil {
		t.Error("want no --template")
	}
	f.Name = "jsonpath={.a}"
	if err := f.Check(); err == nil || !strings.Contains(err.Error(), "want text or name") {
		t.Errorf("want it refused, got %v", err)
	}
}
