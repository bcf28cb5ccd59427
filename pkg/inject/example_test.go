package inject_test

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// A file in, the same file with RRSA injected out. Only lines are added.
func Example() {
	file := []byte(`apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-identity.alibabacloud.com/injection: "on"
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: cart
  namespace: shop
  annotations:
    pod-identity.alibabacloud.com/role-name: cart-oss
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
spec:
  serviceAccountName: cart
  containers:
  - name: app # the shop's cart
    image: cart:1.0
`)
	cfg := rrsa.Default()
	cfg.AccountID, cfg.ClusterID = "1488999589000000", "cbec9a1f7b433470ebe4c900552000000"
	cfg.WebhookVersion = "0.1.1"

	stream, err := manifest.Parse("cart.yaml", file)
	if err != nil {
		panic(err)
	}
	report, err := inject.Injector{Config: cfg}.Plan(stream.Items())
	if err != nil {
		panic(err)
	}
	streams, report, err := report.Rewrite(stream)
	if err != nil {
		panic(err)
	}
	for _, t := range report.Templates {
		fmt.Println(t, t.Decision.Verdict)
	}
	documents := streams[0].Documents()
	fmt.Print(string(documents[2].Text))
	// Output:
	// pod/cart Injected
	// ---
	// apiVersion: v1
	// kind: Pod
	// metadata:
	//   name: cart
	//   namespace: shop
	// spec:
	//   serviceAccountName: cart
	//   containers:
	//   - name: app # the shop's cart
	//     image: cart:1.0
	//     env:
	//     - name: ALIBABA_CLOUD_ROLE_ARN # inject-rrsa
	//       value: acs:ram::1488999589000000:role/cart-oss
	//     - name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN # inject-rrsa
	//       value: acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000
	//     - name: ALIBABA_CLOUD_OIDC_TOKEN_FILE # inject-rrsa
	//       value: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token
	//     volumeMounts:
	//     - mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens # inject-rrsa
	//       name: rrsa-oidc-token
	//       readOnly: true
	//   volumes:
	//   - name: rrsa-oidc-token # inject-rrsa
	//     projected:
	//       defaultMode: 420
	//       sources:
	//       - serviceAccountToken:
	//           audience: sts.aliyuncs.com
	//           expirationSeconds: 3600
	//           path: token
}

// Taking it out again gives the file from before.
func ExampleInjector_remove() {
	stream, err := manifest.Parse("cart.yaml", []byte(`apiVersion: v1
kind: Pod
metadata:
  name: cart
spec:
  containers:
  - name: app
    env:
    - name: LOG
      value: json
    - name: ALIBABA_CLOUD_ROLE_ARN # inject-rrsa
      value: acs:ram::1488999589000000:role/cart-oss
`))
	if err != nil {
		panic(err)
	}
	report, err := inject.Injector{Config: rrsa.Default(), Remove: true}.Plan(stream.Items())
	if err != nil {
		panic(err)
	}
	fmt.Println(report.Templates[0].Difference())
	streams, _, err := report.Rewrite(stream)
	if err != nil {
		panic(err)
	}
	fmt.Print(string(streams[0].Bytes()))
	// Output:
	// remove spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN]
	// apiVersion: v1
	// kind: Pod
	// metadata:
	//   name: cart
	// spec:
	//   containers:
	//   - name: app
	//     env:
	//     - name: LOG
	//       value: json
}
