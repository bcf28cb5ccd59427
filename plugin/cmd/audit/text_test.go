package audit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// restartable is a workload with five pods that a restart fixes.
func restartable(namespace, name string) (cliapi.OwnerAudit, cliapi.Fix) {
	owner := &cliapi.Owner{APIVersion: "apps/v1", Kind: "Deployment", Name: name}
	return cliapi.OwnerAudit{Namespace: namespace, Owner: owner, Pods: 5, Example: name + "-0"},
		cliapi.Fix{Namespace: namespace, Owner: owner, Outcome: cliapi.FixHelps, Command: fmt.Sprintf("kubectl rollout restart deployment/%s -n %s --context=prod", name, namespace)}
}

// TestFitsAScreen: one cause behind a thousand pods is told on a screen, and whoever runs
// the commands restarts all of their workloads.
func TestFitsAScreen(t *testing.T) {
	r := cliapi.AuditReport{Summary: cliapi.AuditSummary{States: map[rrsa.State]int{rrsa.StateMissing: 1000}}}
	group := cliapi.GroupAudit{State: rrsa.StateMissing, Pods: 1000, Cause: cliapi.Cause{Code: "Late", Message: "it is late", Next: "see below"}}
	for n := range 40 {
		ns := fmt.Sprintf("team-%02d", n)
		r.Summary.Namespaces = append(r.Summary.Namespaces, cliapi.AuditedNamespace{Namespace: ns, States: map[rrsa.State]int{rrsa.StateMissing: 25}})
		for w := range 5 {
			owner, fix := restartable(ns, fmt.Sprintf("app-%d", w))
			group.Owners, r.Summary.Fixes = append(group.Owners, owner), append(r.Summary.Fixes, fix)
		}
		r.Lints = append(r.Lints, cliapi.ObjectLint{Object: cliapi.LintedObject{Kind: "Namespace", Name: ns}, Reason: cliapi.Reason{Severity: rrsa.Warning, Code: "Odd", Message: "odd", Hint: "fix it"}})
	}
	r.Groups = []cliapi.GroupAudit{group}
	var text, wide strings.Builder
	writeReport(&text, r, false)
	writeReport(&wide, r, true)
	lines := strings.Split(text.String(), "\n")
	commands := 0
	for _, line := range lines {
		if strings.HasPrefix(line, "kubectl rollout restart ") {
			commands++
			if got := strings.Count(line, "deployment/"); got != 5 || !strings.HasSuffix(line, " --context=prod") {
				t.Errorf("want all workloads of a namespace in a command, got %q", line)
			}
		}
	}
	if rest := len(lines) - commands; commands != 40 || rest > 50 {
		t.Errorf("want 40 commands and a screen, got %d and %d other lines:\n%s", commands, rest, text.String())
	}
	for _, want := range []string{
		"missing: 1000 pods because Late: it is late\n", "; and 980 pods of 196 other workloads in 40 namespaces\n", "\n# and 32 more of Namespaces and ServiceAccounts: -o wide has all\n", "\n(30 others) ",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("want %q in\n%s", want, text.String())
		}
	}
	if got := strings.Count(wide.String(), "\nkubectl rollout restart deployment/"); got != 200 {
		t.Errorf("want a command for each workload with -o wide, got %d", got)
	}
}

func TestFixLines(t *testing.T) {
	fix := func(namespace, pod, why string) cliapi.Fix {
		return cliapi.Fix{Namespace: namespace, Pod: pod, Outcome: cliapi.FixNot, Why: why, Instead: "do it"}
	}
	var many []cliapi.Fix
	for n := range 14 {
		many = append(many, fix("shop", fmt.Sprintf("p%d", n), "no role"))
	}
	many = append(many, fix("pay", "other", "no role"), fix("shop", "odd", "no label"))
	for name, tt := range map[string]struct {
		fixes []cliapi.Fix
		wide  bool
		want  []string
	}{
		"few":  {many[12:14], false, []string{"# pod/p12 -n shop: this would not fix it: no role; do it", "# pod/p13 -n shop: this would not fix it: no role; do it"}},
		"many": {many, false, []string{"# pod/p0 and 13 others -n shop: this would not fix it: no role; do it", "# pod/other -n pay: this would not fix it: no role; do it", "# pod/odd -n shop: this would not fix it: no label; do it"}},
		"counted": {[]cliapi.Fix{{Namespace: "shop", Pod: "a", Pods: 3, Outcome: cliapi.FixOtherwise, Instead: "delete it"}}, false, []string{
			"# 3 pods, such as pod/a -n shop: delete it",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, (writer{&strings.Builder{}, tt.wide}).lines(tt.fixes)); diff != "" {
				t.Errorf("the lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFailure(t *testing.T) {
	s := cliapi.AuditSummary{
		States: map[rrsa.State]int{rrsa.StateMissing: 2, rrsa.StateMistake: 1}, Traps: 3, Workloads: 1, Lints: 2, AccessKeys: 4,
		Notices: []cliapi.Reason{{Code: "WebhookNotReady", Severity: rrsa.Warning}, {Code: "RRSANotJudged", Severity: rrsa.Info}},
		Skipped: []cliapi.SkippedNamespace{{Namespace: "x"}},
	}
	for failOn, want := range map[string]string{
		strings.Join(failOnDefault(), ","): "the audit has findings: WebhookNotReady, 2 pods missing, 1 pod mistake, 3 trapped pods, 1 workload, 2 lints",
		"access-key,skipped":               "the audit has findings: 4 pods with a static AccessKey, 1 namespace skipped",
		"WebhookNotReady":                  "the audit has findings: WebhookNotReady",
		"WebhookNotInstalled,stale":        "",
		"none":                             "",
	} {
		got := ""
		if err := failure(s, strings.Split(failOn, ",")); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("--fail-on %s: want %q, got %q", failOn, want, got)
		}
	}
}
