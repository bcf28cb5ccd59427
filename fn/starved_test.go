package fn_test

import (
	"strings"
	"testing"
)

// TestStarved gives the function what kpt's selectors leave of an input.
func TestStarved(t *testing.T) {
	namespace, account, _ := strings.Cut(enabled, "- apiVersion: v1\n  kind: ServiceAccount\n")
	account = "- apiVersion: v1\n  kind: ServiceAccount\n" + account
	if !strings.Contains(namespace, "kind: Namespace") || !strings.Contains(account, "role-name") {
		t.Fatalf("the objects are in another order: %q, %q", namespace, account)
	}
	context := func(objects ...string) string {
		out := settings[:len(settings)-1] + "\n    context:\n"
		for line := range strings.Lines(strings.Join(objects, "")) {
			out += "    " + line
		}
		return out
	}
	check := settings[:len(settings)-1] + "\n    mode: check\n"
	own := "-" + settings[2:]
	const selectors = "a function sees only what its selectors match"
	for _, c := range []struct{ name, config, items, want string }{
		{"a check of nothing", check, "", "severity: error"},
		{"a check of nothing that nobody wants to know", check + "    unresolved: ignore\n", "", "severity: error"},
		{"a check of no pods", check, enabled, "no object of the input holds a pod template, so there is nothing to check"},
		{"a check of unknown pods", check, workload, "the input has pods but no Namespace and no ServiceAccount"},
		{"the config alone", settings, own, "the input has no object but the function's own config, so there is nothing to inject (name the config under transformers"},
		{"the config alone, checked", check, own, "severity: error"},
		{"Deployments only", settings, workload, "the input has pods but no Namespace and no ServiceAccount (" + selectors},
		{"one namespace's objects", settings, account + workload, "the input has pods but no Namespace (" + selectors},
		{"no ServiceAccount", settings, namespace + workload, "the input has pods but no ServiceAccount (" + selectors},
		{"another ServiceAccount is there", settings, enabled + strings.Replace(workload, "serviceAccountName: app", "serviceAccountName: other", 1), ""},
		{"context fills in", context(namespace, account), workload, ""},
		{"context fills in a part", context(namespace), workload, "the input has pods but no ServiceAccount"},
		{"unknown is an error", settings[:len(settings)-1] + "\n    unresolved: error\n", workload, "the input has pods but no Namespace and no ServiceAccount"},
		{"nobody wants to know", settings[:len(settings)-1] + "\n    unresolved: ignore\n", workload, ""},
		{"no pods", settings, "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c}\n", ""},
		{"nothing", settings, "", "the input has no objects, so there is nothing to inject (if a selector of the Kptfile"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, out, _ := run(t, []byte(header+"functionConfig:"+c.config+"items:\n"+c.items))
			_, results, _ := strings.Cut(string(out), "\nresults:\n")
			if n := strings.Count(results, "reason: InputStarved"); (n == 1) != (c.want != "") || n > 1 || !strings.Contains(results, c.want) {
				t.Errorf("want %q once, got:\n%s", c.want, results)
			}
		})
	}
}
