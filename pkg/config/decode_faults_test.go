package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

const spec = head + "spec:\n" // three lines

// TestParseFaults pins whole messages: every fault at once, by line.
func TestParseFaults(t *testing.T) {
	var names []string
	for _, s := range config.Settings() {
		names = append(names, s.Name)
	}
	scalars := strings.Join(names, ", ")
	tests := map[string]struct {
		file string
		want string // behind "reading rrsa.yaml: "
	}{
		"empty file":  {"", "want one object of kind InjectRRSA, got 0 objects"},
		"two objects": {head + "---\n" + head, "want one object of kind InjectRRSA, got 2 objects"},

		"another kind":       {"apiVersion: v1\nkind: Secret\n", `the config is of kind "Secret" in apiVersion "v1": want InjectRRSA in fn.rrsa.dev/v1alpha1, or a ConfigMap in v1`},
		"another apiVersion": {"apiVersion: fn.rrsa.dev/v1\nkind: InjectRRSA\n", `the config is of kind "InjectRRSA" in apiVersion "fn.rrsa.dev/v1": want InjectRRSA in fn.rrsa.dev/v1alpha1, or a ConfigMap in v1`},
		"no apiVersion":      {"kind: InjectRRSA\n", `the config is of kind "InjectRRSA" in apiVersion "": want InjectRRSA in fn.rrsa.dev/v1alpha1, or a ConfigMap in v1`},
		"ConfigMap of v2":    {"apiVersion: v2\nkind: ConfigMap\n", `the config is of kind "ConfigMap" in apiVersion "v2": want InjectRRSA in fn.rrsa.dev/v1alpha1, or a ConfigMap in v1`},

		"unknown key at the top":      {head + "sepc: {}\n", `line 3: unknown key "sepc": did you mean "spec"?`},
		"data in an InjectRRSA":       {head + "data: {}\n", `line 3: unknown key "data": known are apiVersion, kind, metadata, spec`},
		"unknown key in spec":         {spec + "  accountId: 5\n", `line 4: unknown key "spec.accountId": did you mean "accountID"?`},
		"nothing is near in spec":     {spec + "  loglevel: 5\n", `line 4: unknown key "spec.loglevel": known are ` + scalars + ", context, podTemplates"},
		"unknown key in a ConfigMap":  {"apiVersion: v1\nkind: ConfigMap\nbinaryDta: {}\n", `line 3: unknown key "binaryDta": known are apiVersion, kind, metadata, data, immutable`},
		"unknown key in data":         {"apiVersion: v1\nkind: ConfigMap\ndata:\n  regoin: cn-beijing\n", `line 4: unknown key "data.regoin": did you mean "region"?`},
		"lists aren't for ConfigMaps": {"apiVersion: v1\nkind: ConfigMap\ndata:\n  podTemplates: \"[]\"\n", `line 4: unknown key "data.podTemplates": known are ` + scalars},
		"unknown key in podTemplates": {spec + "  podTemplates:\n  - kind: Fleet\n    paht: spec\n", `line 6: unknown key "spec.podTemplates[0].paht": did you mean "path"?`},

		"spec is a list":         {head + "spec: []\n", `line 3: "spec" is no mapping`},
		"data is a string":       {"apiVersion: v1\nkind: ConfigMap\ndata: no\n", `line 3: "data" is no mapping`},
		"string is a mapping":    {spec + "  region: {a: b}\n", `line 4: "spec.region" is no string`},
		"boolean is a list":      {spec + "  initContainers: [true]\n", `line 4: "spec.initContainers" is no string`},
		"boolean is a number":    {spec + "  initContainers: 1\n", `line 4: spec.initContainers is "1": want true or false`},
		"boolean in capitals":    {spec + "  autoInjectSTSEnvVars: True\n", `line 4: spec.autoInjectSTSEnvVars is "True": want true or false`},
		"unresolved unknown":     {spec + "  unresolved: Warn\n", `line 4: spec.unresolved is "Warn": want error, warn or ignore`},
		"unresolved in data":     {"apiVersion: v1\nkind: ConfigMap\ndata:\n  unresolved: fail\n", `line 4: data.unresolved is "fail": want error, warn or ignore`},
		"podTemplates a mapping": {spec + "  podTemplates: {kind: Fleet}\n", `line 4: "spec.podTemplates" is no list`},
		"entry is a string":      {spec + "  podTemplates:\n  - Fleet\n", `line 5: "spec.podTemplates[0]" is no mapping`},

		"key twice": {spec + "  region: cn-beijing\n  region: cn-beijing\n", `line 5: key "region" stands twice`},
		"alias":     {head + "metadata:\n  name: &n x\nspec:\n  namespace: *n\n", "line 6: the config can't use YAML aliases or merge keys"},
		"merge key": {head + "metadata: &m {}\nspec:\n  <<: *m\n", "line 5: the config can't use YAML aliases or merge keys"},
		"alias in podTemplates": {
			spec + "  podTemplates:\n  - &f {kind: Fleet}\n  - *f\n", "line 6: the config can't use YAML aliases or merge keys",
		},
		"alias for the spec":   {head + "metadata: &m {}\nspec: *m\n", "line 4: the config can't use YAML aliases or merge keys"},
		"alias inside context": {spec + "  context:\n  - apiVersion: v1\n    kind: &k Namespace\n    metadata: {name: *k}\n", "line 7: the config can't use YAML aliases or merge keys"},

		"context is a string": {spec + "  context: shop\n", `line 4: spec.context: want a list of objects, got "shop"`},
		"context of another kind": {
			spec + "  context:\n  - apiVersion: v1\n    kind: Secret\n    metadata: {name: a}\n",
			`line 5: spec.context: [0]: want a Namespace or ServiceAccount of v1 with a name, got kind "Secret" in "v1"`,
		},
		"context without a name": {
			spec + "  context:\n  - apiVersion: v1\n    kind: Namespace\n    metadata: {labels: {}}\n",
			`line 5: spec.context: [0]: want a Namespace or ServiceAccount of v1 with a name, got kind "Namespace" in "v1"`,
		},
		"context of another version": {
			spec + "  context:\n  - {apiVersion: v1beta1, kind: Namespace, metadata: {name: a}}\n",
			`line 5: spec.context: [0]: want a Namespace or ServiceAccount of v1 with a name, got kind "Namespace" in "v1beta1"`,
		},
		"context entry is a string": {
			spec + "  context:\n  - shop\n",
			`line 5: spec.context: [0]: want a Namespace or ServiceAccount of v1 with a name, got kind "" in ""`,
		},

		"pod template without a kind": {
			spec + "  podTemplates:\n  - path: spec\n", `line 5: spec.podTemplates[0]: checking the pod template path "spec": kind is missing`,
		},
		"pod template path": {
			spec + "  podTemplates:\n  - {kind: A, path: spec..template}\n  - {kind: B, path: 'spec.tasks[0]'}\n  - {kind: C, path: /spec/template}\n  - {kind: D, serviceAccountPath: 'spec.list[]'}\n",
			`line 5: spec.podTemplates[0]: checking the path "spec..template" of kind "A": want keys with dots between them, such as "spec.tasks[].template"
line 6: spec.podTemplates[1]: checking the path "spec.tasks[0]" of kind "B": want keys with dots between them, such as "spec.tasks[].template"
line 7: spec.podTemplates[2]: checking the path "/spec/template" of kind "C": want keys with dots between them, such as "spec.tasks[].template"
line 8: spec.podTemplates[3]: checking the path "spec.list[]" of kind "D": a ServiceAccount path has no lists`,
		},
		"none": {
			spec + "  podTemplates:\n  - {kind: A, none: yes}\n  - {kind: B, path: spec, none: true}\n  - {kind: C, none: true}\n  - {kind: C, path: spec.pod}\n",
			`line 5: spec.podTemplates[0].none is "yes": want true or false
line 6: spec.podTemplates[1]: checking the path "spec" of kind "B": a kind with none makes no pods: remove its path, or none
line 8: spec.podTemplates[3]: checking the path "spec.pod" of kind "C": the kind has an entry with none and one without: keep one of them`,
		},
		"lines count from the start of the file": {"# settings\n\n---\n" + spec + "  regoin: x\n", `line 7: unknown key "spec.regoin": did you mean "region"?`},
		"lines in a List":                        {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: fn.rrsa.dev/v1alpha1\n  kind: InjectRRSA\n  sepc: {}\n", `line 6: unknown key "sepc": did you mean "spec"?`},
		"every fault at once": {
			head + `sepc: {}
spec:
  zone: z
  unresolved: no
  accountID: []
  podTemplates:
  - name: Fleet
    kind: [Fleet]
  - kind: Fleet
    path: a..b
  context: x
  initContainers: sure
  clusterid: c
  autoInjectSTSEnvVars: {}
`,
			`line 3: unknown key "sepc": did you mean "spec"?
line 5: unknown key "spec.zone": known are ` + scalars + `, context, podTemplates
line 6: spec.unresolved is "no": want error, warn or ignore
line 7: "spec.accountID" is no string
line 9: unknown key "spec.podTemplates[0].name": did you mean "none"?
line 10: "spec.podTemplates[0].kind" is no string
line 11: spec.podTemplates[1]: checking the path "a..b" of kind "Fleet": want keys with dots between them, such as "spec.tasks[].template"
line 13: spec.context: want a list of objects, got "x"
line 14: spec.initContainers is "sure": want true or false
line 15: unknown key "spec.clusterid": did you mean "clusterID"?
line 16: "spec.autoInjectSTSEnvVars" is no string`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for range 10 { // the order must not depend on that of a map
				c, err := config.Parse("rrsa.yaml", []byte(test.file))
				if err == nil || c != nil {
					t.Fatalf("want an error and no config, got %+v, %v", c, err)
				}
				if diff := cmp.Diff("reading rrsa.yaml: "+test.want, err.Error()); diff != "" {
					t.Fatalf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestParseNoYAML: what isn't YAML, or no object, names the file as well.
func TestParseNoYAML(t *testing.T) {
	for file, want := range map[string]string{
		"a: [":                   "parsing rrsa.yaml: document 1, line 1: did not find expected node content",
		"shop\n":                 `reading rrsa.yaml, document 1, line 1: want a Kubernetes object, got "shop"`,
		"region: cn-hangzhou\n":  "reading rrsa.yaml, document 1, line 1: the object has no kind",
		"\xFF\xFEa\x00":          "reading rrsa.yaml: the file is UTF-16: save it as UTF-8",
		head + "---\nkind: x: y": "parsing rrsa.yaml: document 2, line 4: mapping values are not allowed in this context",
	} {
		_, err := config.Parse("rrsa.yaml", []byte(file))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: want error %q, got %v", file, want, err)
		}
	}
}

// TestDecodeWrongNode: what is neither null nor an object is no config.
func TestDecodeWrongNode(t *testing.T) {
	for _, text := range []string{"[a]", "hello", "5", "kind: [InjectRRSA]"} {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(text), &n); err != nil {
			t.Fatal(err)
		}
		_, err := config.Decode(&n)
		want := `the config is of kind "" in apiVersion ""`
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: want error %q, got %v", text, want, err)
		}
	}
}

// TestDecodeLines: nodes that were made and not read have no line.
func TestDecodeLines(t *testing.T) {
	n := yaml.NewMapRNode(&map[string]string{"apiVersion": config.APIVersion, "kind": config.Kind, "sepc": "x"}).YNode()
	_, err := config.Decode(n)
	if want := `unknown key "sepc": did you mean "spec"?`; err == nil || err.Error() != want {
		t.Errorf("want error %q, got %v", want, err)
	}
}
