package e2e

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// journey is a cluster on its way to its first role, and who asks it.
type journey struct {
	*live
	as  *cluster
	sts *sts
}

// asks runs a verb and wants its exit code, and a line that a pattern describes. The answer
// is stdout.
func (w *journey) asks(t *testing.T, stdin string, code int, want string, args ...string) string {
	t.Helper()
	cmd := w.as.command(t, append([]string{"rrsa"}, args...)...)
	cmd.Env = append(cmd.Env, "HTTPS_PROXY="+w.sts.proxy, "HTTP_PROXY="+w.sts.proxy, "SSL_CERT_FILE="+w.sts.certificates)
	got := ended(t, cmd, stdin)
	if got.code != code || !regexp.MustCompile(`(?m)`+want).MatchString(got.stdout+got.stderr) {
		t.Fatalf("%q: want exit code %d and %q, got %+v", args, code, want, got)
	}
	return got.stdout
}

// TestSevenSteps walks the steps of the guide in their order, each with what checks it, and
// has each check fail before the step is done.
func TestSevenSteps(t *testing.T) {
	t.Parallel()
	w := &journey{live: liveCluster(t)}
	w.sts = w.startSTS(t)
	var enabled atomic.Bool
	w.as = w.with(w.proxy(t, func(rw http.ResponseWriter, r *http.Request, apiServer http.Handler) {
		if !enabled.Load() && strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration") {
			rw.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(rw, `{"issuer":"https://kubernetes.default.svc"}`)
			return
		}
		apiServer.ServeHTTP(rw, r)
	}).kubeconfig)
	hooks := w.client(t).AdmissionregistrationV1().MutatingWebhookConfigurations()
	hook, err := hooks.Get(t.Context(), webhookName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w.must(t, "", "delete", "mutatingwebhookconfiguration", webhookName)
	w.must(t, "", "create", "namespace", "shop")
	file := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		write(t, content, path)
		return path
	}
	account := join(strings.ReplaceAll(enabledNamespace("shop"), "labels:", "labels:\n    "+webhookLabel+": \"on\""), serviceAccount("shop", "cart", "cart-oss"))
	app := file("app.yaml", join(account, deploymentYAML("shop", "cart", "cart")))

	// 1. Enable RRSA.
	w.asks(t, "", 0, `^RRSA enabled +no `, "config")
	w.asks(t, "", 1, `^failed +rrsa-enabled +RRSANotEnabled: `, "check", "-n", "shop")
	enabled.Store(true)
	w.asks(t, "", 0, `^RRSA enabled +yes `, "config")

	// 2. Install the add-on.
	w.asks(t, "", 1, `^failed +webhook-registered +WebhookNotInstalled: `, "check", "-n", "shop")
	hook.ResourceVersion, hook.UID = "", ""
	if _, err := hooks.Create(t.Context(), hook, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	w.asks(t, "", 1, `^passed +webhook-ready `, "check", "-n", "shop")

	// 3. Create the role with its trust policy.
	policy := w.asks(t, "", 0, `"oidc:sub": "system:serviceaccount:shop:cart"`, "trust-policy", "-f", app)
	w.asks(t, strings.ReplaceAll(policy, "shop:cart", "shop:web"), 1, `^oidc:sub fails: `, "trust-policy", "-f", app, "--check", "-")
	w.asks(t, policy, 0, `^role cart-oss: the policy lets in ServiceAccount shop/cart$`, "trust-policy", "-f", app, "--check", "-")

	// 4. Attach a policy to the role: no cluster shows it, and the program's error does.
	w.asks(t, "", 0, `^cause: .*no (RAM )?policy`, "explain", "--error", "StatusForbidden: ImplicitDeny")

	// 5. Deploy.
	w.must(t, account, "apply", "-f", "-")
	w.asks(t, "", 0, `^kind: Deployment`, "preview", "--dry-run=server", app)
	w.makesInjected(t, "shop", "cart")
	w.asks(t, "", 0, `^passed +injection `, "check", "-n", "shop")
	w.asks(t, "", 1, `^failed +sts `, "verify", "serviceaccount/cart", "-n", "shop", "--sts")
	w.must(t, read(t, app), "apply", "-f", "-")
	w.settled(t, "shop", 1)
	pods, err := w.client(t).CoreV1().Pods("shop").List(t.Context(), metav1.ListOptions{})
	if err != nil || len(pods.Items) != 1 {
		t.Fatalf("want a pod, got %d: %v", len(pods.Items), err)
	}
	pod := pods.Items[0]

	// 6. Verify the injection.
	w.asks(t, "", 0, fmt.Sprintf(`^pod/%s: ok: it has all that an injection gives$`, pod.Name), "explain", "pod/"+pod.Name, "-n", "shop")

	// 7. Check that the role can be assumed.
	w.asks(t, "", 1, `^failed +role `, "verify", "pod/"+pod.Name, "-n", "shop", "--sts")
	w.sts.trust(t, w.cluster, "cart-oss", "", "shop/cart")
	w.asks(t, policy, 0, `^passed +sts .*cart-oss`, "verify", "pod/"+pod.Name, "-n", "shop", "--sts", "--policy", "-")
	if got, stderr := runSDK(t, w.sts, w.token(t, pod, "").env); got.AccessKeyId == nil {
		t.Errorf("want the program to get what was verified, got %q", stderr)
	}
}

// makesInjected waits until the API server sees a webhook that was registered just now.
func (w *journey) makesInjected(t *testing.T, ns, account string) {
	t.Helper()
	eventually(t, "injected pods", func() error {
		pod := fmt.Sprintf(`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "any"}, "spec": {"serviceAccountName": %q, "containers": [{"name": "c", "image": "c:1"}]}}`, account)
		got := w.kubectlWith(t, pod, "create", "--dry-run=server", "-n", ns, "-o", "yaml", "-f", "-")
		if !strings.Contains(got.stdout, "rrsa-oidc-token") {
			return fmt.Errorf("got %+v", got)
		}
		return nil
	})
}
