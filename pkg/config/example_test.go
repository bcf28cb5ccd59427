package config_test

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

// A file's settings make an injector, which checks them.
func Example() {
	settings, err := config.Parse("rrsa.yaml", []byte(`apiVersion: fn.rrsa.dev/v1alpha1
kind: InjectRRSA
metadata:
  name: rrsa
spec:
  accountID: "1488999589000000"
  clusterID: cbec9a1f7b433470ebe4c900552000000
  region: cn-hangzhou
  namespace: shop
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	injector, err := settings.Injector()
	if err != nil {
		fmt.Println(err)
		return
	}
	provider, err := injector.Config.ProviderARN()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(provider)
	fmt.Println(injector.Namespace)
	// Output:
	// acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000
	// shop
}

// A mistake in a file is named with its line, and with what was probably meant.
func ExampleParse_mistakes() {
	_, err := config.Parse("rrsa.yaml", []byte(`apiVersion: v1
kind: ConfigMap
metadata:
  name: rrsa
data:
  regoin: cn-hangzhou
  initContainers: "no"
`))
	fmt.Println(err)
	// Output:
	// reading rrsa.yaml: line 6: unknown key "data.regoin": did you mean "region"?
	// line 7: data.initContainers is "no": want true or false
}
