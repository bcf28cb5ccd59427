package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

const head = "apiVersion: fn.rrsa.dev/v1alpha1\nkind: InjectRRSA\n"

func TestParse(t *testing.T) {
	yes, no := true, false
	tests := map[string]struct {
		file string
		want config.InjectRRSA
	}{
		"every field": {
			file: head + `metadata:
  name: rrsa
  annotations:
    config.kubernetes.io/local-config: "true"
spec:
  accountID: "1488999589000000"
  clusterID: cbec9a1f7b433470ebe4c900552000000
  region: cn-hangzhou
  oidcProviderARN: acs:ram::1488999589000000:oidc-provider/mine
  webhookVersion: 0.4.0
  autoInjectSTSEnvVars: false
  initContainers: true
  namespace: shop
  context:
  - apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
  - apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: cart
      namespace: shop
  podTemplates:
  - group: agones.dev
    kind: Fleet
    path: spec.template.spec.template
    serviceAccountPath: spec.account
  - kind: Bare
  unresolved: error
`,
			want: config.InjectRRSA{
				AccountID: "1488999589000000", ClusterID: "cbec9a1f7b433470ebe4c900552000000", Region: "cn-hangzhou",
				OIDCProviderARN: "acs:ram::1488999589000000:oidc-provider/mine", WebhookVersion: "0.4.0",
				AutoInjectSTSEnvVars: &no, InitContainers: &yes, Namespace: "shop", Unresolved: config.UnresolvedError,
				PodTemplates: []inject.PodTemplatePath{
					{Group: "agones.dev", Kind: "Fleet", Path: "spec.template.spec.template", ServiceAccountPath: "spec.account"},
					{Kind: "Bare"},
				},
			},
		},
		"numbers without quotes are taken as they are written": {
			file: head + "spec:\n  accountID: 1488999589000000\n  namespace: 0123\n",
			want: config.InjectRRSA{AccountID: "1488999589000000", Namespace: "0123"},
		},
		"nulls and empty values are not set": {
			file: head + "spec:\n  accountID:\n  region: null\n  autoInjectSTSEnvVars: ~\n  initContainers: \"\"\n  context:\n  podTemplates: null\n  unresolved: \"\"\n",
		},
		"no spec":          {file: head},
		"null spec":        {file: head + "spec:\n"},
		"empty lists":      {file: head + "spec: {context: [], podTemplates: []}\n"},
		"JSON":             {file: `{"apiVersion":"fn.rrsa.dev/v1alpha1","kind":"InjectRRSA","spec":{"region":"cn-beijing"}}`, want: config.InjectRRSA{Region: "cn-beijing"}},
		"anchor not used":  {file: head + "spec:\n  region: &r cn-beijing\n", want: config.InjectRRSA{Region: "cn-beijing"}},
		"CRLF and BOM":     {file: "\uFEFFapiVersion: fn.rrsa.dev/v1alpha1\r\nkind: InjectRRSA\r\nspec:\r\n  region: cn-beijing\r\n", want: config.InjectRRSA{Region: "cn-beijing"}},
		"unresolved warn":  {file: head + "spec: {unresolved: warn}\n", want: config.InjectRRSA{Unresolved: config.UnresolvedWarn}},
		"quoted booleans":  {file: head + "spec: {initContainers: \"false\", autoInjectSTSEnvVars: 'true'}\n", want: config.InjectRRSA{InitContainers: &no, AutoInjectSTSEnvVars: &yes}},
		"empty documents":  {file: "# settings\n---\n---\n" + head + "---\n# end\n"},
		"only in its List": {file: "apiVersion: v1\nkind: List\nitems:\n- " + `{"apiVersion":"fn.rrsa.dev/v1alpha1","kind":"InjectRRSA","spec":{"namespace":"shop"}}` + "\n", want: config.InjectRRSA{Namespace: "shop"}},
		"ConfigMap with every scalar": {
			file: `apiVersion: v1
kind: ConfigMap
metadata:
  name: rrsa
immutable: true
data:
  accountID: "1488999589000000"
  clusterID: cbec9a1f7b433470ebe4c900552000000
  region: cn-hangzhou
  oidcProviderARN: acs:ram::1488999589000000:oidc-provider/mine
  webhookVersion: 0.3.0
  autoInjectSTSEnvVars: "true"
  initContainers: "false"
  namespace: shop
  unresolved: ignore
`,
			want: config.InjectRRSA{
				AccountID: "1488999589000000", ClusterID: "cbec9a1f7b433470ebe4c900552000000", Region: "cn-hangzhou",
				OIDCProviderARN: "acs:ram::1488999589000000:oidc-provider/mine", WebhookVersion: "0.3.0",
				AutoInjectSTSEnvVars: &yes, InitContainers: &no, Namespace: "shop", Unresolved: config.UnresolvedIgnore,
			},
		},
		"kpt's empty function input": {file: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: function-input\n"},
		"ConfigMap with empty data":  {file: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: function-input\ndata: {}\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := config.Parse("rrsa.yaml", []byte(test.file))
			if err != nil {
				t.Fatal(err)
			}
			if name == "every field" {
				want := []string{"namespace/shop at config, context[0], line 17", "serviceaccount/cart at config, context[1], line 21"}
				if diff := cmp.Diff(want, places(got.Context)); diff != "" {
					t.Errorf("context (-want +got):\n%s", diff)
				}
				got.Context = nil
			}
			if diff := cmp.Diff(&test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// places names items and where they stand.
func places(items []*manifest.Item) []string {
	var out []string
	for _, it := range items {
		out = append(out, it.String()+" at "+it.Origin.String())
	}
	return out
}

// TestDecodeNothing: no config at all is no error.
func TestDecodeNothing(t *testing.T) {
	tests := map[string]*yaml.Node{
		"nil":            nil,
		"zero":           {},
		"null":           {Kind: yaml.ScalarNode, Tag: yaml.NodeTagNull, Value: "null"},
		"mapping":        {Kind: yaml.MappingNode},
		"empty document": {Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}},
		"null document":  {Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Tag: yaml.NodeTagNull}}},
	}
	for name, n := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := config.Decode(n)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&config.InjectRRSA{}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDecodeDocument: a document's root is read like the object itself.
func TestDecodeDocument(t *testing.T) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(head+"spec: {region: cn-beijing}\n"), &document); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]*yaml.Node{"document": &document, "object": document.Content[0]} {
		got, err := config.Decode(n)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(&config.InjectRRSA{Region: "cn-beijing"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
