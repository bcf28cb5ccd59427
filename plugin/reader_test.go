package plugin

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// The objects of the tests above in JSON, with escapes that only JSON has, and what
// the pod's gets.
const (
	jsonPod      = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cart", "namespace": "shop", "annotations": {"note": "\ud83d\ude00 a\/b \\/"}}, "spec": {"serviceAccountName": "cart", "containers": [{"name": "cart", "image": "cart:1.0"}]}}`
	jsonInjected = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cart", "namespace": "shop", "annotations": {"note": "\ud83d\ude00 a\/b \\/"}}, "spec": {"serviceAccountName": "cart", "containers": [{"name": "cart", "image": "cart:1.0", ` +
		`"env": [{"name": "ALIBABA_CLOUD_ROLE_ARN", "value": "acs:ram::1488999589000000:role/cart-oss"}, {"name": "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "value": "acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000"}, {"name": "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "value": "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token"}], ` +
		`"volumeMounts": [{"mountPath": "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens", "name": "rrsa-oidc-token", "readOnly": true}]}], ` +
		`"volumes": [{"name": "rrsa-oidc-token", "projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"audience": "sts.aliyuncs.com", "expirationSeconds": 3600, "path": "token"}}]}}]}}`
	jsonNamespace = `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"pod-identity.alibabacloud.com/injection": "on"}}}`
	jsonAccount   = "{\n\t\"apiVersion\": \"v1\", \"kind\": \"ServiceAccount\",\n\t\"metadata\": {\"name\": \"cart\", \"namespace\": \"shop\", \"annotations\": {\"pod-identity.alibabacloud.com\\/role-name\": \"cart-oss\"}}\n}"
)

// TestReadsAsKubectl: what kubectl reads as several documents is injected, a second
// preview changes nothing, and taking it out gives the input's bytes back.
func TestReadsAsKubectl(t *testing.T) {
	const bom = "\uFEFF"
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	var (
		marked = strings.ReplaceAll(namespaceAndAccount, "---\n", "---\n"+bom)
		before = jsonNamespace + "\n\n" + jsonAccount
		long   = strings.Repeat("#", 5000) + "\n"
	)
	for _, tt := range []struct{ name, in, want string }{
		{"a byte order mark in front of each document", bom + marked + "---\n" + bom + pod, bom + marked + "---\n" + bom + injectedPod},
		{"the same with carriage returns", crlf(bom + marked + "---\n" + bom + pod), crlf(bom + marked + "---\n" + bom + injectedPod)},
		{"a byte order mark in front of a separator", bom + "---\n" + namespaceAndAccount + "---\n" + bom + "---\n" + pod, bom + "---\n" + namespaceAndAccount + "---\n" + bom + "---\n" + injectedPod},
		{"a byte order mark and a comment", namespaceAndAccount + "---#\n" + bom + "# a\n" + pod, namespaceAndAccount + "---#\n" + bom + "# a\n" + injectedPod},
		{"a separator with a comment without a blank", namespaceAndAccount + "---#x\n" + pod + "---#y", namespaceAndAccount + "---#x\n" + injectedPod + "---#y"},
		{"a separator with a letter's blank", namespaceAndAccount + "---\u00a0\n" + pod, namespaceAndAccount + "---\u00a0\n" + injectedPod},
		{"JSON one after another", before + jsonPod + jsonPod, before + jsonInjected + jsonInjected},
		{"JSON one per line", before + "\n" + jsonPod + "\r\n\t " + jsonPod + "\n\t\n", before + "\n" + jsonInjected + "\r\n\t " + jsonInjected + "\n\t\n"},
		{"JSON behind a byte order mark", bom + before + jsonPod, bom + before + jsonInjected},
		{"JSON, and YAML behind it", strings.ReplaceAll(jsonPod, " a", " b") + "\n" + namespaceAndAccount + "---\n" + pod, strings.ReplaceAll(jsonInjected, " a", " b") + "\n" + namespaceAndAccount + "---\n" + injectedPod},
		{"JSON behind YAML", long + namespaceAndAccount + "---\n" + strings.ReplaceAll(jsonPod, `\ud83d\ude00 a\/b \\/`, ""), long + namespaceAndAccount + "---\n" + strings.ReplaceAll(jsonInjected, `\ud83d\ude00 a\/b \\/`, "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, stderr := run(t, []byte(tt.in), previewArgs()...)
			if diff := cmp.Diff(tt.want, out); code != term.ExitOK || diff != "" {
				t.Fatalf("exit code %d, stdout (-want +got):\n%s%s", code, diff, stderr)
			}
			if _, again, _ := run(t, []byte(out), previewArgs()...); again != out {
				t.Errorf("a second preview (-first +second):\n%s", cmp.Diff(out, again))
			}
			if _, back, _ := run(t, []byte(out), "uninject", "--unmarked", "-"); back != tt.in {
				t.Errorf("taken out (-input +output):\n%s", cmp.Diff(tt.in, back))
			}
			if code, explained, stderr := run(t, []byte(tt.in), append([]string{"explain"}, previewArgs()[1:]...)...); code != term.ExitOK || !strings.HasPrefix(explained, "pod/cart: injected\n") {
				t.Errorf("explain: exit code %d\n%s%s", code, explained, stderr)
			}
		})
	}
}

// TestJoinsJSON: what kubectl reads of several files it reads of their output.
func TestJoinsJSON(t *testing.T) {
	const plain = `{"apiVersion": "v1", "kind": "ConfigMap"}`
	const only = `{"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "\/"}}`
	for _, tt := range []struct {
		name, first, second, want string
		code                      int
	}{
		{"JSON and YAML", plain + plain + "\n" + plain, "kind: Service\n", plain + "\n---\n" + plain + "\n---\n" + plain + "\n---\nkind: Service\n", 0},
		{"YAML and JSON", "kind: Service\n", plain + plain, "kind: Service\n---\n" + plain + "\n---\n" + plain, 0},
		{"JSON that is no YAML", plain + only, "\uFEFF" + only, plain + only + "\n" + only, 0},
		{"JSON that is no YAML, and YAML", only, "kind: Service\n", "", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "a", tt.first)
			write(t, "b", tt.second)
			code, stdout, stderr := run(t, nil, "preview", "--local", "a", "b")
			if diff := cmp.Diff(tt.want, stdout); code != tt.code || diff != "" {
				t.Errorf("exit code %d, stdout (-want +got):\n%s%s", code, diff, stderr)
			}
			if code, _, stderr := run(t, nil, "preview", "--local", "-o", "json", "a", "b"); code != 0 {
				t.Errorf("-o json: exit code %d\n%s", code, stderr)
			}
		})
	}
}
