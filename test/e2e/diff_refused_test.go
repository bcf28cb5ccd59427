package e2e

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

// TestDiffRefused: what can't be applied is an error that names the object.
func TestDiffRefused(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	c.apply(t, deployment(ns, "cart"))
	job := fmt.Sprintf(`apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: %s}
spec:
  suspend: true
  template:
    spec:
      restartPolicy: Never
      serviceAccountName: cart
      containers: [{name: cart, image: "cart:1"}]
`, ns)
	c.apply(t, job)
	reader := c.with(c.user(t, "diff-reader"))
	c.allow(t, "diff-reader", ns, rbacv1.PolicyRule{APIGroups: []string{"", "apps"}, Resources: []string{"serviceaccounts", "deployments"}, Verbs: []string{"get"}})
	c.allow(t, "diff-reader", "", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"get"}},
		rbacv1.PolicyRule{NonResourceURLs: []string{"/.well-known/openid-configuration"}, Verbs: []string{"get"}})
	space := "apiVersion: v1\nkind: Namespace\nmetadata: {name: e2e-later, labels: {" + injectionLabel + ": \"on\"}}\n---\n" +
		"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: cart, namespace: e2e-later, annotations: {pod-identity.alibabacloud.com/role-name: late}}\n---\n"

	for _, tt := range []struct {
		name   string
		who    *cluster
		in     string
		code   int
		stderr []string
	}{
		{"no right to patch", reader, deployment(ns, "cart"), 2, []string{"Error from server (Forbidden): comparing deployment/cart: ", `cannot patch resource "deployments"`}},
		{"no right to create", reader, deployment(ns, "other"), 2, []string{"Error from server (Forbidden): comparing deployment/other: ", `cannot create resource "deployments"`}},
		{"immutable", c, job, 2, []string{"Error from server (Invalid): comparing job/once: applying it would be refused: ", "field is immutable", "kubectl replace --force"}},
		{"no such namespace", c, deployment("e2e-nowhere", "cart"), 2, []string{`Error from server (NotFound): comparing deployment/cart: the cluster has no namespace "e2e-nowhere", and the input neither`}},
		{"a namespace of the input", c, space + deployment("e2e-later", "cart"), 1, []string{"note: deployment/cart is new and shown as in the manifest: "}},
		{"no such kind", c, "apiVersion: agones.dev/v1\nkind: Fleet\nmetadata: {name: x, namespace: " + ns + "}\nspec: {containers: []}\n---\n" +
			"apiVersion: keda.sh/v1\nkind: ScaledJob\nmetadata: {name: x, namespace: " + ns + "}\nspec: {jobTargetRef: {template: {spec: {containers: [{name: x}]}}}}\n", 2,
			[]string{"error: comparing scaledjob/x: the cluster has no kind ScaledJob in keda.sh/v1"}},
		{"no name", c, "apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-, namespace: " + ns + "}\nspec: {containers: [{name: x}]}\n", 2, []string{"has no name, so that it can't be applied"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.who.rrsa(t, tt.in, "diff", "--account-id", accountID, "-")
			if got.code != tt.code || (got.code == 2) != (got.stdout == "") {
				t.Errorf("want exit code %d, got %+v", tt.code, got)
			}
			for _, want := range tt.stderr {
				if !strings.Contains(got.stderr, want) {
					t.Errorf("want stderr with %q, got %+v", want, got)
				}
			}
		})
	}
}

// TestDiffCustomResource: a custom resource has no strategic merge.
func TestDiffCustomResource(t *testing.T) {
	c := controlPlane(t)
	ns := c.shop(t)
	c.apply(t, `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rollouts.argoproj.io}
spec:
  group: argoproj.io
  names: {kind: Rollout, plural: rollouts, singular: rollout}
  scope: Namespaced
  versions:
  - name: v1alpha1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`)
	t.Cleanup(func() { c.delete(t, "customresourcedefinition", "", "rollouts.argoproj.io") })
	in := strings.ReplaceAll(deployment(ns, "cart"), "apiVersion: apps/v1\nkind: Deployment", "apiVersion: argoproj.io/v1alpha1\nkind: Rollout")
	eventually(t, "the kind Rollout", func() error {
		if got := c.kubectlWith(t, in, "apply", "-f", "-"); got.code != 0 {
			return errors.New(got.stderr)
		}
		return nil
	})
	diff := func() result { return c.rrsa(t, in, "diff", "--account-id", accountID, "-") }
	if got := diff(); got.code != 1 || !strings.HasPrefix(got.stdout, "--- live/argoproj.io.v1alpha1.Rollout."+ns+".cart\n") ||
		!slices.Contains(changed(got.stdout), "+value: acs:ram::"+accountID+":role/shop-cart") {
		t.Errorf("want the injection, got %+v", got)
	}
	c.apply(t, c.rrsa(t, in, "preview", "-q", "--account-id", accountID, "-").stdout)
	if got := diff(); got.code != 0 || got.stdout != "" {
		t.Errorf("want no difference, got %+v", got)
	}
}
