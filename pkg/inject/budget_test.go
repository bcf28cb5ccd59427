package inject

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// volcano is a Job of tasks whose pod templates are one, by aliases, with containers.
func volcano(tasks, containers int) string {
	var b strings.Builder
	b.WriteString("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata:\n  name: j\n  namespace: shop\nspec:\n  tasks:\n  - name: t0\n    template: &t\n      spec:\n        serviceAccountName: cart\n        containers:\n")
	for i := range containers {
		fmt.Fprintf(&b, "        - {name: c%d, image: x}\n", i)
	}
	for i := range tasks - 1 {
		fmt.Fprintf(&b, "  - name: t%d\n    template: *t\n", i+1)
	}
	return b.String()
}

// TestAliasLimit: a text that stands for more than its limit is an error that names
// the object, its line and the limit, at once; one that stands for less is injected.
func TestAliasLimit(t *testing.T) {
	const known = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    pod-identity.alibabacloud.com/injection: \"on\"\n---\n" +
		"apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: cart\n  namespace: shop\n  annotations:\n    pod-identity.alibabacloud.com/role-name: cart-oss\n---\n"
	bomb := "apiVersion: x.io/v1\nkind: Y\nmetadata:\n  name: y\na0: &a0 {k: x}\n"
	for i := range 8 {
		all := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("k%%d: *a%d, ", i), 10), ", ")
		var keys []any
		for k := range 10 {
			keys = append(keys, k)
		}
		bomb += fmt.Sprintf("a%d: &a%d {%s}\n", i+1, i+1, fmt.Sprintf(all, keys...))
	}
	big := "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: shop\nspec:\n  serviceAccountName: cart\n  containers:\n  - name: c\n    image: x\nx: &x " + strings.Repeat("y", 1<<20) + "\nz: [" + strings.TrimSuffix(strings.Repeat("*x, ", 70), ", ") + "]\n"
	wildcards := PodTemplatePath{Group: "x.io", Kind: "Y", Path: "*.*.*.*.*.*.*.*"}
	for _, tt := range []struct {
		name, text string
		limit      int
		want       string
	}{
		{"within the limit", volcano(20, 20), 0, ""},
		{"what is injected counts", volcano(60, 60), 0, "in.yaml, document 3, line 89: job/j: aliases and merge keys stand for more than 100000 nodes up to here, with what is injected there: write out what they stand for, or raise aliasLimit"},
		{"another limit", volcano(20, 20), 1000, "in.yaml, document 3, line 49: job/j: aliases and merge keys stand for more than 1000 nodes up to here"},
		{"a higher limit", volcano(60, 60), 1_000_000, ""},
		{"wildcards", bomb, 0, "in.yaml, document 3, line 21: y/y: aliases and merge keys stand for more than 100000 nodes"},
		{"text", big, 0, "in.yaml, document 3, line 27: pod/p: aliases and merge keys stand for more than 64 MiB of text"},
		{"several objects together", strings.Repeat(volcano(30, 30)+"---\n", 5), 0, "in.yaml, document 5"},
		{"no alias", strings.ReplaceAll(volcano(1, 4000), "&t", ""), 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := manifest.Parse("in.yaml", []byte(known+tt.text))
			if err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			in := Injector{Config: testInjector().Config, AliasLimit: tt.limit, PodTemplates: []PodTemplatePath{wildcards}}
			report, err := in.Plan(s.Items())
			switch {
			case tt.want != "":
				if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
					t.Errorf("want %q, got %v", tt.want, err)
				}
				if took := time.Since(begin); took > time.Second {
					t.Errorf("it takes %v", took)
				}
			case err != nil:
				t.Fatal(err)
			case !report.Differs():
				t.Error("nothing is injected")
			}
		})
	}
}
