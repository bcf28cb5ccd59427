package check

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// documented are the rights that the documentation's ClusterRole gives.
func documented(t *testing.T) map[cluster.Right]bool {
	t.Helper()
	page, err := os.ReadFile("../../../docs/cluster.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(apiVersion: rbac.*?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("the page has no ClusterRole")
	}
	var role rbacv1.ClusterRole
	if err := yaml.UnmarshalStrict(block[1], &role); err != nil {
		t.Fatal(err)
	}
	out := map[cluster.Right]bool{}
	for _, rule := range role.Rules {
		names := rule.ResourceNames
		if len(names) == 0 {
			names = []string{""}
		}
		for _, verb := range rule.Verbs {
			for _, path := range rule.NonResourceURLs {
				out[cluster.Right{Verb: verb, Path: path}] = true
			}
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, name := range names {
						out[cluster.Right{Verb: verb, Group: group, Resource: resource, Name: name}] = true
					}
				}
			}
		}
	}
	return out
}

// TestRightsAreDocumented: the ClusterRole of the documentation gives all rights that are
// asked for, and no others.
func TestRightsAreDocumented(t *testing.T) {
	role, asked := documented(t), map[cluster.Right]bool{}
	for _, n := range needs() {
		if n.by == "" {
			t.Errorf("%+v: want to know what needs it", n)
		}
		for _, r := range n.rights("shop") {
			r.Namespace = "" // the role is for all of them
			if all := r; r.Name != "" {
				if all.Name = ""; role[all] {
					r = all // one of them
				}
			}
			asked[r] = true
		}
	}
	texts := func(rights map[cluster.Right]bool) []string {
		var out []string
		for r := range maps.Keys(rights) {
			out = append(out, r.String())
		}
		slices.Sort(out)
		return out
	}
	if diff := cmp.Diff(texts(role), texts(asked)); diff != "" || len(role) < 30 {
		t.Errorf("the role has %d rights; what is asked for (-documented +asked):\n%s", len(role), diff)
	}
}

// TestRightsInNamespace: what is in a namespace is asked for where the pods are, and the
// webhook's where it is.
func TestRightsInNamespace(t *testing.T) {
	got := map[string]bool{}
	for _, n := range needs() {
		for _, r := range n.rights("shop") {
			got[r.String()] = true
		}
	}
	for _, want := range []string{
		"list namespaces", "list pods in shop", "list nodes", "get configmaps/ack-cluster-profile in kube-system", "get deployments.apps/ack-pod-identity-webhook in kube-system",
		"get rollouts.argoproj.io in shop", "get /.well-known/openid-configuration", "list mutatingwebhookconfigurations.admissionregistration.k8s.io",
	} {
		if !got[want] {
			t.Errorf("want %q among %v", want, slices.Sorted(maps.Keys(got)))
		}
	}
}
