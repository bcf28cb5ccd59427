package e2e

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	injection = "pod-identity.alibabacloud.com/injection"
	roleName  = "pod-identity.alibabacloud.com/role-name"
)

var spaces = regexp.MustCompile(` +`)

// TestAudit: each state, owner and way to write the report.
func TestAudit(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injection, "on")
	c.account(t, ns, "app", roleName, "app-role")
	c.account(t, ns, "plain")
	c.account(t, ns, "gone", roleName, "gone-role")
	c.pods(t, ns,
		injected(pod("right", "app"), "app-role"),
		hashed(pod("web-1", "app"), "web", "5d4f8c7b9"), hashed(pod("web-2", "app"), "web", "5d4f8c7b9"),
		owned(pod("db-0", "app"), "apps/v1", "StatefulSet", "db"),
		owned(injected(pod("agent", "app"), "old-role"), "apps/v1", "DaemonSet", "agent"),
		owned(injected(pod("rollout", "plain"), "app-role"), "argoproj.io/v1alpha1", "Rollout", "rollout"),
		owned(pod("batch", "app"), "batch/v1", "Job", "batch-28"),
		// The API server takes any text for an owner's name.
		owned(pod("evil", "app"), "apps/v1", "Deployment", "x; touch \x1b[31m/tmp/x"),
		pod("solo", "app"), pod("idle", "plain"), pod("lost", "gone"), pod("done", "app"))
	client := c.client(t).CoreV1()
	if err := client.ServiceAccounts(ns).Delete(t.Context(), "gone", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	done := pod("done", "app")
	done.Status.Phase = corev1.PodSucceeded
	if _, err := client.Pods(ns).UpdateStatus(t.Context(), done, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}

	t.Run("states", func(t *testing.T) {
		got, out := c.audit(t, 1, "-n", ns)
		want := map[string]string{
			"right": "ok", "web-1": "missing", "web-2": "missing", "db-0": "missing", "agent": "stale", "rollout": "orphaned",
			"batch": "missing", "evil": "missing", "solo": "missing", "idle": "not-applicable", "lost": "unknown", "done": "not-applicable",
		}
		if diff := cmp.Diff(want, got.of(ns)); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]int{"ok": 1, "missing": 6, "stale": 1, "orphaned": 1, "mistake": 0, "unknown": 1, "not-applicable": 2}, got.Summary.States); diff != "" {
			t.Errorf("summary (-want +got):\n%s", diff)
		}
		if want := "error: the audit has findings: WebhookNotInstalled, 6 pods missing, 1 pod stale, 1 pod orphaned, 1 pod unknown\n"; !strings.HasSuffix(out.stderr, "\n"+want) {
			t.Errorf("stderr: want %q at its end, got %q", want, out.stderr)
		}
		// A restart alone would mend nothing here.
		if len(got.Summary.Notices) != 1 || got.Summary.Notices[0].Code != "WebhookNotInstalled" || !strings.HasPrefix(out.stderr, "warning: WebhookNotInstalled: ") {
			t.Errorf("want it said that there is no webhook, got %+v\n%s", got.Summary.Notices, out.stderr)
		}
		codes := map[string]string{}
		for _, p := range got.Items {
			if p.Reason != nil {
				codes[p.Name] = p.Reason.Code
			}
		}
		for name, code := range map[string]string{
			"right": "", "solo": "InjectionMissing", "agent": "InjectionStale", "rollout": "RoleNameMissing", "lost": "NotInCluster", "done": "PodFinished",
		} {
			if codes[name] != code {
				t.Errorf("pod %s: want the reason %q, got %q", name, code, codes[name])
			}
		}
	})
	t.Run("owners", func(t *testing.T) {
		// Nothing makes these pods: there is nothing to restart.
		got, _ := c.audit(t, 1, "-n", ns)
		if len(got.commands()) > 0 {
			t.Errorf("want no command, got %q", got.commands())
		}
		outcomes := map[string]int{}
		for _, r := range got.Summary.Remedies {
			outcomes[r.Outcome]++
		}
		if diff := cmp.Diff(map[string]int{"unproven": 6, "does-not-fix": 1}, outcomes); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	})
	t.Run("text", func(t *testing.T) {
		got := c.rrsa(t, "", "audit", "-n", ns, "--account-id", accountID)
		for _, want := range []string{
			"cluster: WebhookNotInstalled: the webhook isn't installed", "\nmissing: 6 pods because WebhookNotInstalled: ", "\n  2 pods of deployment/web -n " + ns + "; ",
			"and 1 pod of 1 other workload in 1 namespace\n  next: what making each of them again would do is said below\n",
			"\norphaned: 1 pod because RoleNameMissing: ", "which works until it is made again\n  1 pod of rollout/rollout -n " + ns, "# pod/solo -n " + ns + ": this would not fix it: the webhook isn't installed", "# job/batch-28 -n ", "# rollout/rollout -n ",
			`deployment/x; touch \x1b[31m/tmp/x`, " 12 1 6 1 1 0 1 2\n",
		} {
			if !strings.Contains(got.stdout, want) && !strings.Contains(spaces.ReplaceAllString(got.stdout, " "), want) {
				t.Errorf("want %q in the text:\n%s", want, got.stdout)
			}
		}
		for _, not := range []string{"\x1b", "\nkubectl rollout restart deployment/x", "idle", ns + " right"} {
			if strings.Contains(spaces.ReplaceAllString(got.stdout, " "), not) {
				t.Errorf("don't want %q in the text:\n%s", not, got.stdout)
			}
		}
	})
	t.Run("outputs", func(t *testing.T) {
		for _, output := range []string{"text", "wide", "json", "jsonl", "yaml", "name", "jsonpath={.summary.pods}", "go-template={{.kind}}"} {
			for failOn, code := range map[string]int{"": 1, "none": 0, "stale,lint": 1, "skipped": 0} {
				args := []string{"audit", "-n", ns, "--account-id", accountID, "-o", output}
				if failOn != "" {
					args = append(args, "--fail-on", failOn)
				}
				if got := c.rrsa(t, "", args...); got.code != code || got.stdout == "" {
					t.Errorf("-o %s --fail-on %q: want exit code %d and a report, got %+v", output, failOn, code, got)
				}
			}
		}
		if got := c.rrsa(t, "", "audit", "-n", ns, "--account-id", accountID, "-o", "wide"); !strings.Contains(got.stdout, "idle") || !strings.Contains(got.stdout, "SERVICEACCOUNT") {
			t.Errorf("want all pods and the ServiceAccounts, got:\n%s", got.stdout)
		}
		if got := c.rrsa(t, "", "audit", "-n", ns, "--account-id", accountID, "-o", "name", "-l", "app in (solo,idle)"); got.stdout != "pod/solo\n" {
			t.Errorf("want the pod that is a finding, got:\n%s", got.stdout)
		}
		lines := strings.Split(strings.TrimSpace(c.rrsa(t, "", "audit", "-n", ns, "--account-id", accountID, "-o", "jsonl").stdout), "\n")
		var kinds []string
		for _, line := range lines {
			var object struct{ APIVersion, Kind string }
			if err := json.Unmarshal([]byte(line), &object); err != nil || object.APIVersion != "cli.rrsa.dev/v1alpha1" {
				t.Errorf("want an object a line: %v in %s", err, line)
			}
			kinds = append(kinds, object.Kind)
		}
		want := slices.Concat(slices.Repeat([]string{"PodAudit"}, 12), slices.Repeat([]string{"GroupAudit"}, 4), []string{"AuditSummary"})
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Errorf("the lines of jsonl (-want +got):\n%s", diff)
		}
	})
	t.Run("selection", func(t *testing.T) {
		if got, _ := c.audit(t, 0, "-n", ns, "-l", "app=right"); got.Summary.Pods != 1 {
			t.Errorf("want the one pod that is right, got %+v", got.Summary)
		}
		if got, out := c.audit(t, 0, "-n", ns, "-l", "app=nothing"); got.Summary.Pods != 0 || !strings.Contains(out.stderr, "no pods found") {
			t.Errorf("want a note that there are no pods, got %+v", out)
		}
		if got, _ := c.audit(t, 1, "-A"); len(got.of(ns)) != 12 || got.Summary.Namespace != "" {
			t.Errorf("want the pods of the namespace among all, got %+v", got.Summary)
		}
		if _, out := c.audit(t, 2, "-n", "no-such-namespace"); !strings.Contains(out.stderr, `the cluster has no Namespace "no-such-namespace"`) {
			t.Errorf("want an error, got %+v", out)
		}
	})
	t.Run("account unknown", func(t *testing.T) {
		// The pods' environment tells it, as long as it isn't disputed.
		got := c.rrsa(t, "", "audit", "-n", ns, "-l", "app=right", "-o", "name")
		if got.code != 0 || got.stdout != "" {
			t.Errorf("want the account from the pods, got %+v", got)
		}
	})
}
