package e2e

import (
	"os/exec"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// profile makes the ConfigMap in which ACK notes the account and the cluster.
func (c *cluster) profile(t *testing.T, account, id string) {
	t.Helper()
	maps := c.client(t).CoreV1().ConfigMaps("kube-system")
	made, err := maps.Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "ack-cluster-profile"}, Data: map[string]string{"uid": account, "clusterid": id},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.delete(t, "configmap", made.Namespace, made.Name) })
}

// delete removes an object that a test made outside its namespace.
func (c *cluster) delete(t *testing.T, kind, namespace, name string) {
	t.Helper()
	// The test's own context is over by now.
	done := exec.Command(c.programs+"/kubectl", "--kubeconfig", c.used, "delete", "-n", namespace, kind, name)
	if out, err := done.CombinedOutput(); err != nil {
		t.Errorf("deleting %s %s/%s: %v\n%s", kind, namespace, name, err, out)
	}
}

// TestConfig: each value with its source, and a document that the other verbs and
// the function take.
func TestConfig(t *testing.T) {
	c := controlPlane(t)

	t.Run("incomplete", func(t *testing.T) {
		got := c.rrsa(t, "", "config", "-o", "yaml")
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "doesn't tell its accountID") {
			t.Errorf("want an error for a document without the account, got %+v", got)
		}
		if got := c.rrsa(t, "", "config"); got.code != 0 || !strings.Contains(got.stdout, "accountID              -") {
			t.Errorf("want a table that says what isn't known, got %+v", got)
		}
	})
	t.Run("complete", func(t *testing.T) {
		c.profile(t, accountID, clusterID)
		table := c.rrsa(t, "", "config", "--webhook-version", "0.3.1")
		rows := map[string]string{}
		for line := range strings.Lines(table.stdout) {
			name, rest, _ := strings.Cut(line, "   ")
			rows[name] = strings.Join(strings.Fields(rest), " ")
		}
		want := map[string]string{
			"SETTING":              "VALUE SOURCE",
			"accountID":            accountID + " live, configmap kube-system/ack-cluster-profile",
			"clusterID":            clusterID + " live, configmap kube-system/ack-cluster-profile",
			"region":               "cn-hangzhou live, issuer of the API server",
			"oidcProviderARN":      "acs:ram::" + accountID + ":oidc-provider/ack-rrsa-" + clusterID + " follows from accountID and clusterID",
			"webhookVersion":       "0.3.1 flag --webhook-version",
			"AutoInjectSTSEnvVars": "true default",
			"initContainers":       "true default",
			"issuer":               issuer + " live, issuer of the API server",
			"RRSA enabled":         "yes live, issuer of the API server",
		}
		if diff := cmp.Diff(want, rows); diff != "" || table.code != 0 || table.stderr != "" {
			t.Errorf("table (-want +got):\n%s%+v", diff, table)
		}

		document := c.rrsa(t, "", "config", "-o", "yaml")
		var got map[string]any
		if err := yaml.Unmarshal([]byte(document.stdout), &got); err != nil {
			t.Fatalf("reading the document: %v\n%+v", err, document)
		}
		spec := map[string]any{"accountID": accountID, "clusterID": clusterID, "region": "cn-hangzhou"}
		if diff := cmp.Diff(spec, got["spec"]); diff != "" {
			t.Errorf("spec (-want +got):\n%s", diff)
		}
		file := lasting(t) + "/rrsa.yaml"
		write(t, document.stdout, file)
		injected := c.rrsa(t, manifest, "preview", "--local", "--config", file, "-")
		if injected.code != 0 || !strings.Contains(injected.stdout, "acs:ram::"+accountID+":role/cart") {
			t.Errorf("want the document to do for preview, got %+v", injected)
		}
	})
	t.Run("contradiction", func(t *testing.T) {
		c.profile(t, accountID, "c00000000000000000000000000000000")
		got := c.rrsa(t, "", "config")
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "clusterID is \"c00000000000000000000000000000000\" by the configmap") || !strings.Contains(got.stderr, "--cluster-id") {
			t.Errorf("want an error about the issuer, got %+v", got)
		}
	})
	t.Run("another region", func(t *testing.T) {
		got := c.rrsa(t, "", "config", "--region", "cn-beijing")
		if got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "error: checking the cluster: the flag --region is for the region cn-beijing, and that of the cluster at ") ||
			!strings.Contains(got.stderr, " is cn-hangzhou (issuer of the API server): correct it, ") {
			t.Errorf("want it said that the cluster is in another region, got %+v", got)
		}
	})
	t.Run("no rights", func(t *testing.T) {
		nobody := c.with(c.user(t, "config-nobody"))
		got := nobody.rrsa(t, "", "config", "-v", "1")
		for _, source := range []string{"injected pods and pods of ACS", "ack-cluster-profile", "issuer of the API server", "labels of the nodes", "Helm release", "deployment kube-system"} {
			if !strings.Contains(got.stderr, source) {
				t.Errorf("want -v 1 to tell of the %s", source)
			}
		}
		if got.code != 0 || strings.Count(got.stderr, "forbidden") < 6 {
			t.Errorf("want every source to be forbidden, and no failure, got %+v", got)
		}
		if quiet := nobody.rrsa(t, "", "config"); quiet.stderr != "" || quiet.stdout != got.stdout {
			t.Errorf("want silence without -v 1, got %+v", quiet)
		}
	})
}

// manifest is a pod with all that decides about it.
const manifest = `apiVersion: v1
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
    pod-identity.alibabacloud.com/role-name: cart
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
spec:
  serviceAccountName: cart
  containers:
  - name: cart
    image: cart:1
`

// TestTrustPolicy of the ServiceAccounts in the cluster.
func TestTrustPolicy(t *testing.T) {
	c := controlPlane(t)
	c.profile(t, accountID, clusterID)
	ns := c.namespace(t)
	for name, role := range map[string]string{"cart": "shop-oss", "bill": "shop-oss", "mail": "shop-mail", "wrong": "acs:ram::1:role/x"} {
		c.account(t, ns, name, roleName, role)
	}
	policy := func(sub any) any {
		return map[string]any{
			"Version": "1",
			"Statement": []any{map[string]any{
				"Action": "sts:AssumeRole", "Effect": "Allow",
				"Principal": map[string]any{"Federated": []any{"acs:ram::" + accountID + ":oidc-provider/ack-rrsa-" + clusterID}},
				"Condition": map[string]any{"StringEquals": map[string]any{"oidc:aud": "sts.aliyuncs.com", "oidc:iss": issuer, "oidc:sub": sub}},
			}},
		}
	}
	subject := func(name string) string { return "system:serviceaccount:" + ns + ":" + name }
	oss := policy([]any{subject("bill"), subject("cart")})
	for _, tt := range []struct {
		name   string
		args   []string
		want   any
		stderr string
		code   int
	}{
		{"a namespace", []string{"-n", ns}, map[string]any{"shop-oss": oss, "shop-mail": policy(subject("mail"))}, "RoleNameInvalid", 0},
		{"one role of every namespace", []string{"-A", "--role", "shop-oss"}, oss, "role shop-oss: ServiceAccounts", 0},
		{"named", []string{ns + "/mail"}, policy(subject("mail")), "role shop-mail", 0},
		{"not there yet", []string{ns + "/later"}, policy(subject("later")), "NotInCluster", 0},
		{"one there, one not", []string{"mail", "later", "-n", ns}, nil, "can't be read in the cluster", 2},
		{"no role", []string{"default", "-n", ns}, nil, "has no annotation", 2},
		{"of a wrong role", []string{"wrong", "-n", ns}, nil, "not a valid role name", 2},
		{"a role that none has", []string{"-n", ns, "--role", "shop"}, nil, `the roles ["shop-mail" "shop-oss"]`, 2},
		{"of another cluster", []string{"-n", ns, "--region", "cn-beijing"}, nil, "checking the cluster: the flag --region is for the region cn-beijing", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.rrsa(t, "", append([]string{"trust-policy"}, tt.args...)...)
			var value any
			if got.stdout != "" {
				if err := yaml.Unmarshal([]byte(got.stdout), &value); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(tt.want, value); diff != "" || got.code != tt.code || !strings.Contains(got.stderr, tt.stderr) {
				t.Errorf("policy (-want +got):\n%s%+v", diff, got)
			}
		})
	}
	t.Run("forbidden", func(t *testing.T) {
		kubeconfig := c.user(t, "trust-reader")
		c.allow(t, "trust-reader", "kube-system", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"get"}})
		// The user may read the issuer, so that only the ServiceAccounts are missing.
		c.allow(t, "trust-reader", "", rbacv1.PolicyRule{NonResourceURLs: []string{"/.well-known/openid-configuration"}, Verbs: []string{"get"}})
		got := c.with(kubeconfig).rrsa(t, "", "trust-policy", "-n", ns)
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "Error from server (Forbidden): ") {
			t.Errorf("want the server's own error, got %+v", got)
		}
	})
}
