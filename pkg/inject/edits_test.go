package inject_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestEdits: each change has its container, by name or by place, and its value;
// with the marks of an earlier run as without any.
func TestEdits(t *testing.T) {
	const around = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-identity.alibabacloud.com/injection: "on"}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: shop, annotations: {pod-identity.alibabacloud.com/role-name: cart}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, annotations: {pod-identity.alibabacloud.com/override-env: "true"}}
spec:
  containers:
`
	const (
		role, provider = "acs:ram::1:role/cart", "acs:ram::1:oidc-provider/own"
		env            = "spec.containers[0].env[ALIBABA_CLOUD_"
		mount, volume  = "spec.containers[0].volumeMounts[rrsa-oidc-token]", "spec.volumes[rrsa-oidc-token]"
	)
	for _, tt := range []struct {
		name, containers string
		want             []inject.Edit
	}{
		{"a container without a name, and a value to replace", `  - image: cart:1.0
    env:
    - {name: ALIBABA_CLOUD_ROLE_ARN, value: mine}
`, []inject.Edit{
			{"change", env + "ROLE_ARN]", "containers[0]", role},
			{"add", env + "OIDC_PROVIDER_ARN]", "containers[0]", provider},
			{"add", env + "OIDC_TOKEN_FILE]", "containers[0]", rrsa.TokenFile},
			{"add", mount, "containers[0]", ""},
			{"add", volume, "", ""},
		}},
		{"what an earlier run has put in", `  - name: app
    env:
    - name: ALIBABA_CLOUD_ROLE_ARN # inject-rrsa
      value: former
    - name: ALIBABA_CLOUD_STS_REGION # inject-rrsa
      value: cn-hangzhou
`, []inject.Edit{
			{"remove", env + "STS_REGION]", "app", ""},
			{"change", env + "ROLE_ARN]", "app", role},
			{"add", env + "OIDC_PROVIDER_ARN]", "app", provider},
			{"add", env + "OIDC_TOKEN_FILE]", "app", rrsa.TokenFile},
			{"add", mount, "app", ""},
			{"add", volume, "", ""},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stream, err := manifest.Parse("app.yaml", []byte(around+tt.containers))
			if err != nil {
				t.Fatal(err)
			}
			cfg := rrsa.Default()
			cfg.AccountID, cfg.OIDCProviderARN, cfg.AutoInjectSTSEnvVars = "1", provider, false
			report, err := inject.Injector{Config: cfg}.Plan(stream.Items())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, report.Templates[0].Edits()); diff != "" {
				t.Errorf("edits (-want +got):\n%s", diff)
			}
		})
	}
}
