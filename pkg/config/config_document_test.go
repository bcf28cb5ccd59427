package config_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
)

func TestDocument(t *testing.T) {
	no := false
	tests := map[string]struct {
		file string
		want config.InjectRRSA
		text string
	}{
		"nothing": {head, config.InjectRRSA{}, `{
  "apiVersion": "fn.rrsa.dev/v1alpha1",
  "kind": "InjectRRSA",
  "metadata": {
    "name": "rrsa",
    "annotations": {
      "config.kubernetes.io/local-config": "true"
    }
  },
  "spec": {}
}`},
		"every setting": {head + `spec:
  podTemplates:
  - {path: spec.template, kind: Fleet, group: agones.dev, serviceAccountPath: spec.account}
  - {kind: Bare}
  - {kind: Quiet, group: example.com, none: true}
  context:
  - {kind: Namespace, apiVersion: v1, metadata: {name: shop, labels: {a: "<b>", c: "1"}}}
  unresolved: error
  namespace: shop
  initContainers: false
  autoInjectSTSEnvVars: false
  webhookVersion: 0.4.0
  oidcProviderARN: acs:ram::1:oidc-provider/mine
  region: cn-hangzhou
  clusterID: cbec9a1f7b433470ebe4c900552000000
  accountID: "0123"
  mode: check
`, config.InjectRRSA{
			Mode: config.ModeCheck, AccountID: "0123", ClusterID: "cbec9a1f7b433470ebe4c900552000000", Region: "cn-hangzhou",
			OIDCProviderARN: "acs:ram::1:oidc-provider/mine", WebhookVersion: "0.4.0", AutoInjectSTSEnvVars: &no, InitContainers: &no,
			Namespace: "shop", Unresolved: config.UnresolvedError,
			PodTemplates: []inject.PodTemplatePath{
				{Group: "agones.dev", Kind: "Fleet", Path: "spec.template", ServiceAccountPath: "spec.account"}, {Kind: "Bare"},
				{Group: "example.com", Kind: "Quiet", None: true},
			},
		}, `{
  "apiVersion": "fn.rrsa.dev/v1alpha1",
  "kind": "InjectRRSA",
  "metadata": {
    "name": "rrsa",
    "annotations": {
      "config.kubernetes.io/local-config": "true"
    }
  },
  "spec": {
    "mode": "check",
    "accountID": "0123",
    "clusterID": "cbec9a1f7b433470ebe4c900552000000",
    "region": "cn-hangzhou",
    "oidcProviderARN": "acs:ram::1:oidc-provider/mine",
    "webhookVersion": "0.4.0",
    "autoInjectSTSEnvVars": false,
    "initContainers": false,
    "namespace": "shop",
    "unresolved": "error",
    "context": [
      {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
          "labels": {
            "a": "\u003cb\u003e",
            "c": "1"
          },
          "name": "shop"
        }
      }
    ],
    "podTemplates": [
      {
        "group": "agones.dev",
        "kind": "Fleet",
        "path": "spec.template",
        "serviceAccountPath": "spec.account"
      },
      {
        "kind": "Bare",
        "path": ""
      },
      {
        "group": "example.com",
        "kind": "Quiet",
        "none": true
      }
    ]
  }
}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := config.Parse("rrsa.yaml", []byte(test.file))
			if err != nil {
				t.Fatal(err)
			}
			document, err := c.Document()
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.MarshalIndent(document, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.text, string(text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			again, err := config.Parse("again.yaml", text)
			if err != nil {
				t.Fatal(err)
			}
			if len(again.Context) != len(c.Context) {
				t.Errorf("the context is read back as %v", again.Context)
			}
			if diff := cmp.Diff(&test.want, again, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(config.InjectRRSA{}, "Context")); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDocumentFaults: what no JSON can hold is named.
func TestDocumentFaults(t *testing.T) {
	for value, want := range map[string]string{
		"!!int x": "encoding the config's context: namespace/shop: ",
		".nan":    "encoding the config: ",
	} {
		c, err := config.Parse("rrsa.yaml", []byte(head+"spec: {context: [{apiVersion: v1, kind: Namespace, metadata: {name: shop}, x: "+value+"}]}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Document(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: want error %q, got %v", value, want, err)
		}
	}
}
