package inject

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// ofWebhook is what an injection adds to a container or a pod, as kubectl prints it.
const (
	webhookRole = `    - name: ALIBABA_CLOUD_ROLE_ARN
      value: acs:ram::1488999589000000:role/cart-oss
`
	webhookToken = `    - name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN
      value: acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000
    - name: ALIBABA_CLOUD_OIDC_TOKEN_FILE
      value: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token
`
	webhookEnv      = webhookRole + webhookToken
	webhookEndpoint = `    - name: ALIBABA_CLOUD_STS_ENDPOINT
      value: sts-vpc.cn-shanghai.aliyuncs.com
`
	webhookRegion = `    - name: ALIBABA_CLOUD_STS_REGION
      value: cn-shanghai
    - name: ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED
      value: "true"
`
	webhookMount = `    - mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens
      name: rrsa-oidc-token
      readOnly: true
`
	webhookVolume = `  - name: rrsa-oidc-token
    projected:
      defaultMode: 420
      sources:
      - serviceAccountToken:
          audience: sts.aliyuncs.com
          expirationSeconds: 3600
          path: token
`
	hostEnv = `    - name: KUBERNETES_SERVICE_HOST
      value: 192.168.1.215
`
	apiMount = `    - mountPath: /var/run/secrets/kubernetes.io/serviceaccount
      name: kube-api-access-x7k2p
      readOnly: true
`
	apiVolume = `  - name: kube-api-access-x7k2p
    projected:
      sources:
      - serviceAccountToken:
          path: token
`
	dataMount  = "    - mountPath: /data\n      name: data\n"
	dataVolume = "  - emptyDir: {}\n    name: data\n"
)

func ofPod(containers, volumes string) string {
	return podHead + "spec:\n  containers:\n" + containers + "  volumes:\n" + volumes + "status:\n  phase: Running\n"
}

// TestUnmarkedAmongOthers: what an injection has written goes wherever it is in its
// lists, and all else stays as it is written.
func TestUnmarkedAmongOthers(t *testing.T) {
	container := func(name, env, mounts string) string {
		return "  - name: " + name + "\n    env:\n" + env + "    volumeMounts:\n" + mounts
	}
	for _, tt := range []struct{ name, in, want string }{
		{"variables behind", ofPod(container("a", webhookEnv+hostEnv, apiMount+webhookMount), apiVolume+webhookVolume), ofPod(container("a", hostEnv, apiMount), apiVolume)},
		{"variables in front", ofPod(container("a", hostEnv+webhookEnv, apiMount+webhookMount), apiVolume+webhookVolume), ofPod(container("a", hostEnv, apiMount), apiVolume)},
		{"on both sides", ofPod(container("a", hostEnv+webhookEnv+"    - name: B\n      value: b\n", apiMount+webhookMount+dataMount), apiVolume+webhookVolume+dataVolume),
			ofPod(container("a", hostEnv+"    - name: B\n      value: b\n", apiMount+dataMount), apiVolume+dataVolume)},
		{"mounts and volumes behind", ofPod(container("a", webhookEnv+hostEnv, webhookMount+apiMount), webhookVolume+apiVolume), ofPod(container("a", hostEnv, apiMount), apiVolume)},
		{"the endpoint", ofPod(container("a", webhookEnv+webhookEndpoint+hostEnv, webhookMount+apiMount), webhookVolume+apiVolume), ofPod(container("a", hostEnv, apiMount), apiVolume)},
		{"all six", ofPod(container("a", webhookEnv+webhookEndpoint+webhookRegion+hostEnv, webhookMount+apiMount), webhookVolume+apiVolume), ofPod(container("a", hostEnv, apiMount), apiVolume)},
		{"a variable of its own in front", ofPod(container("a", webhookRegion+webhookEnv+hostEnv, webhookMount+apiMount), webhookVolume+apiVolume), ofPod(container("a", webhookRegion+hostEnv, apiMount), apiVolume)},
		{"another container", ofPod(container("a", webhookEnv+hostEnv, webhookMount+apiMount)+container("istio-proxy", hostEnv, dataMount), webhookVolume+apiVolume+dataVolume),
			ofPod(container("a", hostEnv, apiMount)+container("istio-proxy", hostEnv, dataMount), apiVolume+dataVolume)},
		{"another container in front", ofPod("  - name: proxy\n"+container("a", webhookEnv+hostEnv, webhookMount+apiMount), webhookVolume+apiVolume), ofPod("  - name: proxy\n"+container("a", hostEnv, apiMount), apiVolume)},
		{"a skipped one with a region of its own", ofPod(container("a", webhookEnv+webhookEndpoint+webhookRegion, webhookMount)+container("b", webhookRegion, apiMount), webhookVolume+apiVolume),
			ofPod("  - name: a\n"+container("b", webhookRegion, apiMount), apiVolume)},
		{"init containers", ofPod(container("a", webhookEnv+hostEnv, webhookMount+apiMount)+"  initContainers:\n"+container("i", webhookEnv+hostEnv, apiMount+webhookMount+dataMount)+"  - name: j\n", webhookVolume+apiVolume),
			ofPod(container("a", hostEnv, apiMount)+"  initContainers:\n"+container("i", hostEnv, apiMount+dataMount)+"  - name: j\n", apiVolume)},
		{"an init container alone", ofPod("  - name: a\n  initContainers:\n"+container("i", webhookEnv+hostEnv, webhookMount+apiMount), webhookVolume+apiVolume),
			ofPod("  - name: a\n  initContainers:\n"+container("i", hostEnv, apiMount), apiVolume)},
		{"comments of others", ofPod(container("a", webhookEnv+"    # theirs\n"+hostEnv, webhookMount+"    # theirs\n"+apiMount+"    # end\n"), "  # first\n"+apiVolume+webhookVolume+dataVolume),
			ofPod(container("a", "    # theirs\n"+hostEnv, "    # theirs\n"+apiMount+"    # end\n"), "  # first\n"+apiVolume+dataVolume)},
		{"flow style",
			podHead + "spec: {containers: [{name: a, env: [{name: A, value: a}, " + flowEnv + ", {name: B, value: b}], volumeMounts: [" + flowMount + ", {name: x, mountPath: /x}]}], volumes: [" + flowVolume + ", {name: x, emptyDir: {}}]}\n",
			podHead + "spec: {containers: [{name: a, env: [{name: A, value: a}, {name: B, value: b}], volumeMounts: [{name: x, mountPath: /x}]}], volumes: [{name: x, emptyDir: {}}]}\n"},
		{"lists in flow style", ofPod("  - name: a\n    env: ["+flowEnv+", {name: B, value: b}]\n    volumeMounts: [{name: x, mountPath: /x}, "+flowMount+"]\n", webhookVolume+dataVolume),
			ofPod("  - name: a\n    env: [{name: B, value: b}]\n    volumeMounts: [{name: x, mountPath: /x}]\n", dataVolume)},
		{"JSON", strings.Replace(jsonPod, "OURS", jsonEnv+",\n        ", 1), strings.Replace(strings.ReplaceAll(strings.ReplaceAll(jsonPod, jsonMount+",\n        ", ""), jsonVolume+",\n      ", ""), "OURS", "", 1)},
	} {
		for ending, text := range map[string]func(string) string{
			"LF":   func(s string) string { return s },
			"CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		} {
			t.Run(tt.name+" "+ending, func(t *testing.T) {
				if diff := cmp.Diff(text(tt.want), string(takeOut(t, []byte(text(tt.in)), true))); diff != "" {
					t.Errorf("what is left (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(text(tt.in), string(takeOut(t, []byte(text(tt.in)), false))); diff != "" {
					t.Errorf("nothing has a mark (-want +got):\n%s", diff)
				}
			})
		}
	}
}

const (
	flowEnv    = "{name: ALIBABA_CLOUD_ROLE_ARN, value: 'acs:ram::1:role/r'}, {name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN, value: 'acs:ram::1:oidc-provider/p'}, {name: ALIBABA_CLOUD_OIDC_TOKEN_FILE, value: " + rrsa.TokenFile + "}"
	flowMount  = "{name: rrsa-oidc-token, readOnly: true, mountPath: " + rrsa.TokenDir + "}"
	flowVolume = "{name: rrsa-oidc-token, projected: {defaultMode: 420, sources: [{serviceAccountToken: {audience: sts.aliyuncs.com, expirationSeconds: 7200, path: token}}]}}"
	jsonEnv    = `{"name": "ALIBABA_CLOUD_ROLE_ARN", "value": "acs:ram::1:role/r"},
        {"name": "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "value": "acs:ram::1:oidc-provider/p"},
        {"name": "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "value": "` + rrsa.TokenFile + `"}`
	jsonMount  = `{"mountPath": "` + rrsa.TokenDir + `", "name": "rrsa-oidc-token", "readOnly": true}`
	jsonVolume = `{"name": "rrsa-oidc-token", "projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"audience": "sts.aliyuncs.com", "expirationSeconds": 3600, "path": "token"}}]}}`
	jsonPod    = `{
  "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
  "spec": {
    "containers": [{
      "name": "a",
      "env": [
        OURS{"name": "B", "value": "b"}
      ],
      "volumeMounts": [
        ` + jsonMount + `,
        {"name": "x", "mountPath": "/x"}
      ]
    }],
    "volumes": [
      ` + jsonVolume + `,
      {"name": "x", "emptyDir": {}}
    ]
  }
}
`
)

// TestHalfStays: where a container has a part of an injection, or one in another
// order or form, all of it stays.
func TestHalfStays(t *testing.T) {
	const whole = "  - name: a\n    env:\n" + webhookEnv + "    volumeMounts:\n" + webhookMount
	both := func(second string) string { return ofPod(whole+"  - name: b\n"+second, webhookVolume+dataVolume) }
	for name, in := range map[string]string{
		"the mount alone":                   both("    volumeMounts:\n" + webhookMount + dataMount),
		"the mount with other variables":    both("    env:\n" + hostEnv + "    volumeMounts:\n" + webhookMount),
		"the variables alone":               both("    env:\n" + webhookEnv + hostEnv),
		"the role alone":                    both("    env:\n" + webhookRole),
		"the token's path alone":            both("    env:\n    - name: ALIBABA_CLOUD_OIDC_TOKEN_FILE\n      value: " + rrsa.TokenFile + "\n"),
		"another role":                      both("    env:\n" + strings.Replace(webhookEnv, "cart-oss", "other", 1) + "    volumeMounts:\n" + webhookMount),
		"a variable less":                   both("    env:\n" + webhookToken + "    volumeMounts:\n" + webhookMount),
		"the last variables apart":          ofPod("  - name: a\n    env:\n"+webhookEnv+hostEnv+webhookEndpoint+webhookRegion+"    volumeMounts:\n"+webhookMount, webhookVolume),
		"the endpoint apart":                ofPod("  - name: a\n    env:\n"+webhookEnv+hostEnv+webhookEndpoint+"    volumeMounts:\n"+webhookMount, webhookVolume),
		"another order":                     ofPod("  - name: a\n    env:\n"+webhookToken+webhookRole+hostEnv+"    volumeMounts:\n"+webhookMount, webhookVolume),
		"a variable twice, apart":           ofPod("  - name: a\n    env:\n"+webhookEnv+hostEnv+webhookRole+"    volumeMounts:\n"+webhookMount, webhookVolume),
		"the mount twice":                   ofPod("  - name: a\n    env:\n"+webhookEnv+"    volumeMounts:\n"+webhookMount+dataMount+webhookMount, webhookVolume),
		"the volume twice":                  ofPod(whole, webhookVolume+dataVolume+webhookVolume),
		"a role by reference, behind":       ofPod("  - name: a\n    env:\n"+webhookEnv+hostEnv+"    - name: ALIBABA_CLOUD_ROLE_ARN\n      valueFrom: {fieldRef: {fieldPath: metadata.name}}\n    volumeMounts:\n"+webhookMount, webhookVolume),
		"a path within the volume":          ofPod("  - name: a\n    env:\n"+webhookEnv+hostEnv+"    volumeMounts:\n"+strings.Replace(webhookMount, "readOnly: true\n", "readOnly: true\n      subPath: token\n", 1)+dataMount, webhookVolume),
		"the kubelet's own token as volume": ofPod(whole, strings.Replace(webhookVolume, "          audience: sts.aliyuncs.com\n", "", 1)+dataVolume),
	} {
		t.Run(name, func(t *testing.T) {
			_, report := planned(t, remover(true), in)
			if diff := cmp.Diff(in, string(takeOut(t, []byte(in), true))); diff != "" {
				t.Errorf("something is taken out (-input +output):\n%s", diff)
			}
			if r := report.Templates[0].Decision.Reasons; r[len(r)-1].Code != CodeUnmarkedStays {
				t.Errorf("want the reason %s, got %+v", CodeUnmarkedStays, r)
			}
		})
	}
}
