package fn_test

import (
	"strings"
	"testing"

	sdk "github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"github.com/google/go-cmp/cmp"
)

const settings = `
  apiVersion: fn.rrsa.dev/v1alpha1
  kind: InjectRRSA
  metadata:
    name: rrsa
  spec:
    accountID: "1488999589000000"
    clusterID: cbec9a1f7b433470ebe4c900552000000
    webhookVersion: 0.1.1
`

const header = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

// enabled are a Namespace and a ServiceAccount with a role.
const enabled = `- apiVersion: v1
  kind: Namespace
  metadata:
    name: prod
    labels:
      pod-identity.alibabacloud.com/injection: "on"
- apiVersion: v1
  kind: ServiceAccount
  metadata:
    name: app
    namespace: prod
    annotations:
      pod-identity.alibabacloud.com/role-name: app
`

// TestFaultsOfTheSDK runs the SDK and the function on what the SDK can't do. Each
// fault is shown first, so that the way around it can go when the SDK is mended.
func TestFaultsOfTheSDK(t *testing.T) {
	sdkRun := func(input string) (out string, panicked any, err error) {
		defer func() { panicked = recover() }()
		data, err := sdk.Run(sdkNoop(), []byte(input))
		return string(data), nil, err
	}

	t.Run("items that are empty are written", func(t *testing.T) {
		for name, input := range map[string]string{
			"empty":            header + "items: []\n",
			"missing":          header,
			"null":             header + "items:\n",
			"null and results": header + "items: # none\nresults: []\n",
		} {
			if out, _, _ := sdkRun(input); strings.Contains(out, "items") {
				t.Errorf("%s: the SDK writes items by now:\n%s", name, out)
			}
			code, out, stderr := run(t, []byte(input))
			if strings.Contains(string(out), "inject-rrsa was") {
				t.Errorf("%s: a mark stands outside of the items:\n%s", name, out)
			}
			if code != 0 || !strings.Contains(string(out), "\nitems: []") {
				t.Errorf("%s: want exit code 0 and items: [], got %d\n%s%s", name, code, out, stderr)
			}
		}
	})

	t.Run("items keep their order", func(t *testing.T) {
		input := header + `items:
- apiVersion: v1
  kind: Service
  metadata:
    name: z
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: a
`
		out, _, err := sdkRun(input)
		if err != nil || strings.Index(out, "name: z") < strings.Index(out, "name: a") {
			t.Errorf("the SDK keeps the order by now: %v\n%s", err, out)
		}
		if _, out, _ := run(t, []byte(input)); string(out) != input {
			t.Errorf("output (-want +got):\n%s", cmp.Diff(input, string(out)))
		}
	})

	t.Run("aliases are no panic", func(t *testing.T) {
		input := header + "functionConfig:" + settings + "items:\n" + enabled + `- apiVersion: v1
  kind: Pod
  metadata: &meta
    name: app
    namespace: prod
  spec:
    serviceAccountName: app
    containers: &all
    - name: one
      image: one:1
- apiVersion: v1
  kind: ConfigMap
  metadata: *meta
`
		if _, panicked, err := sdkRun(input); err == nil && panicked == nil {
			t.Error("the SDK takes aliases by now")
		}
		code, out, stderr := run(t, []byte(input))
		if code == 0 {
			t.Errorf("an anchor that another item needs can't go:\n%s", out)
		}
		if !strings.Contains(stderr, "write out what its YAML anchors") {
			t.Errorf("stderr doesn't say what to do: %s", stderr)
		}
		code, out, stderr = run(t, []byte(strings.Replace(input, " &all", "", 1)))
		if code != 0 || !strings.Contains(string(out), "metadata: &meta") || !strings.Contains(string(out), "name: rrsa-oidc-token") {
			t.Errorf("an anchor off the way doesn't stay: exit code %d: %s\n%s", code, stderr, out)
		}
		code, out, stderr = run(t, []byte(strings.ReplaceAll(strings.ReplaceAll(input, " &meta", ""), "*meta", "{name: app}")))
		if code != 0 || !strings.Contains(string(out), "name: rrsa-oidc-token") {
			t.Errorf("exit code %d: %s\n%s", code, stderr, out)
		}
	})

	t.Run("a text that ends in a literal is an error", func(t *testing.T) {
		input := header + "items:\n" + enabled + "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n  data:\n    k: |\n      end"
		code, out, stderr := run(t, []byte(input))
		if code != 1 || string(out) != input || !strings.Contains(stderr, "without a line break at its end") {
			t.Errorf("exit code %d: %s\n%s", code, stderr, out)
		}
	})

	t.Run("an alias in the config is an error", func(t *testing.T) {
		input := header + "functionConfig:" + strings.Replace(settings, "name: rrsa", "name: &n rrsa\n    annotations: {a: *n}", 1) + "items: []\n"
		code, _, stderr := run(t, []byte(input))
		if code != 1 || !strings.Contains(stderr, "the config can't use YAML aliases") {
			t.Errorf("exit code %d: %s", code, stderr)
		}
	})

	t.Run("results that came in stay", func(t *testing.T) {
		before := "results:\n- message: from before\n  severity: info\n  tags:\n    custom: kept\n"
		input := header + "functionConfig:" + settings + "items:\n" + enabled + `- apiVersion: v1
  kind: Pod
  metadata:
    name: app
    namespace: prod
  spec:
    serviceAccountName: app
    containers:
    - name: app
      image: app:1
` + before
		_, out, _ := run(t, []byte(input))
		if !strings.Contains(string(out), before+"- message: ") {
			t.Errorf("want the new result behind the old one:\n%s", out)
		}
	})

	t.Run("a config that is null is no config", func(t *testing.T) {
		input := header + "functionConfig: null\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c}\n"
		if _, panicked, err := sdkRun(input); err == nil && panicked == nil {
			t.Error("the SDK takes a null config by now")
		}
		if code, out, stderr := run(t, []byte(input)); code != 0 || string(out) != input {
			t.Errorf("exit code %d: %s\n%s", code, stderr, out)
		}
	})
}
