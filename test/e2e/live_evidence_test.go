package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Who a copied injection says that the cluster is.
const (
	stagingAccount = "1999999999999999"
	stagingCluster = "c00000000000000000000000000000000"
)

// copied is a Deployment with an injection of another cluster.
const copied = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: copied, namespace: NAMESPACE}
spec:
  selector: {matchLabels: {app: copied}}
  template:
    metadata: {labels: {app: copied}}
    spec:
      serviceAccountName: good
      containers:
      - name: app
        image: app:1
        env:
        - {name: ALIBABA_CLOUD_ROLE_ARN, value: "acs:ram::1999999999999999:role/good-role"}
        - {name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN, value: "acs:ram::1999999999999999:oidc-provider/ack-rrsa-c00000000000000000000000000000000"}
        - {name: ALIBABA_CLOUD_OIDC_TOKEN_FILE, value: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token}
        volumeMounts: [{name: rrsa-oidc-token, mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens, readOnly: true}]
      volumes: [{name: rrsa-oidc-token, projected: {sources: [{serviceAccountToken: {audience: sts.aliyuncs.com, path: token, expirationSeconds: 3600}}]}}]
`

// identity is what a verb believes of the account and the cluster.
func (l *live) identity(t *testing.T, args ...string) [2]string {
	t.Helper()
	got := l.rrsa(t, "", append(args, "-o", "json")...)
	var out struct {
		Settings, Component []struct{ Name, Value string }
		Summary             struct {
			Settings []struct{ Name, Value string }
		}
		Spec struct{ AccountID, ClusterID string }
	}
	if got.code != 0 && args[0] == "config" && got.stdout == "" && strings.Contains(got.stderr, "error: ") {
		return [2]string{} // it makes no config without
	}
	if err := json.Unmarshal([]byte(got.stdout), &out); err != nil || got.code != 0 {
		t.Fatalf("%q: %v: %+v", args, err, got)
	}
	said := [2]string{out.Spec.AccountID, out.Spec.ClusterID}
	for _, s := range append(append(out.Settings, out.Component...), out.Summary.Settings...) {
		switch s.Name {
		case "accountID":
			said[0] = s.Value
		case "clusterID":
			said[1] = s.Value
		}
	}
	return said
}

// testEvidence: what a person has written into a pod is no evidence of the cluster, for
// that pod and for others, whatever else may be read.
func testEvidence(t *testing.T, l *live) {
	manifest := enabled + "---" + copied
	l.apply(t, "staging", 1, strings.ReplaceAll(manifest, "NAMESPACE", "staging"))
	l.as(t, "tenant", "staging", "view")
	asks := []string{"config", "explain deployment/copied", "audit --fail-on none"}
	tenant := &live{cluster: l.with(l.user(t, "tenant")), webhook: l.webhook}
	for _, args := range asks {
		if got := tenant.identity(t, append(strings.Fields(args), "-n", "staging")...); got != [2]string{} {
			t.Errorf("%s by who may read the namespace alone: want no identity, got %q", args, got)
		}
	}
	l.deploy(t, "staging", "second", 2)
	want := [2]string{accountID, clusterID}
	for _, args := range append(asks, "explain deployment/second") {
		if got := l.identity(t, append(strings.Fields(args), "-n", "staging")...); got != want {
			t.Errorf("%s: want %q, got %q", args, want, got)
		}
	}
	preview := l.rrsa(t, "", "preview", "deployment/second", "-n", "staging")
	if preview.code != 0 || strings.Contains(preview.stdout, stagingAccount) || strings.Count(preview.stdout, "acs:ram::"+accountID+":") != 2 {
		t.Errorf("want the cluster's own account, got %+v", preview)
	}
	e := l.asks(t, symptom{"", "staging", "deployment/copied", "copied", "stale", "InjectionInTemplate", "kubectl rrsa uninject --unmarked", "does-not-fix", false})
	if !strings.Contains(e.Cause.Message, stagingAccount) || !strings.Contains(e.Cause.Message, accountID) {
		t.Errorf("want both values, got %q", e.Cause.Message)
	}
	// The two say otherwise: neither is believed by who can't read more.
	for _, args := range []string{"config", "audit --fail-on none"} {
		if got := tenant.identity(t, append(strings.Fields(args), "-n", "staging")...); got != [2]string{} {
			t.Errorf("%s by who may read the namespace alone: want no identity, got %q", args, got)
		}
	}

	refused := func(l *live, both [2]string, args ...string) {
		t.Helper()
		got := l.rrsa(t, "", append(args, "-n", "staging")...)
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, both[0]) || !strings.Contains(got.stderr, both[1]) {
			t.Errorf("%q: want an error with %q, got %+v", args, both, got)
		}
	}
	other := l.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
		if r.URL.Path != "/.well-known/openid-configuration" {
			apiServer.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%q}`, strings.ReplaceAll(issuer, clusterID, stagingCluster))
	})
	contradicted := &live{cluster: l.with(other.kubeconfig), webhook: l.webhook}
	for _, args := range []string{"config", "explain deployment/second", "audit", "preview deployment/second"} {
		verb := strings.Fields(args)
		if verb[0] != "config" {
			refused(l, [2]string{stagingAccount, accountID}, append(verb, "--account-id="+stagingAccount)...)
			refused(l, [2]string{stagingCluster, clusterID}, append(verb, "--cluster-id="+stagingCluster)...)
		}
		refused(contradicted, [2]string{stagingCluster, clusterID}, verb...)
	}
}
