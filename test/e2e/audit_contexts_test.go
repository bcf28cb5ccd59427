package e2e

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// auditContexts audits two clusters and one that isn't there in one run.
func auditContexts(t *testing.T, l *live) {
	other := controlPlane(t)
	merged := clientcmdapi.NewConfig()
	for name, kubeconfig := range map[string]string{"prod": l.used, "test": other.used} {
		config, err := clientcmd.LoadFromFile(kubeconfig)
		if err != nil {
			t.Fatal(err)
		}
		current := config.Contexts[config.CurrentContext]
		merged.Clusters[name], merged.AuthInfos[name] = config.Clusters[current.Cluster], config.AuthInfos[current.AuthInfo]
		merged.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	}
	merged.Clusters["gone"] = &clientcmdapi.Cluster{Server: "https://127.0.0.1:1"}
	merged.Contexts["gone"] = &clientcmdapi.Context{Cluster: "gone", AuthInfo: "prod"}
	file := filepath.Join(t.TempDir(), "config")
	if err := clientcmd.WriteToFile(*merged, file); err != nil {
		t.Fatal(err)
	}
	both := l.with(file)

	got := both.rrsa(t, "", "audit", "--contexts", "prod,test", "-n", "kube-system")
	flat := spaces.ReplaceAllString(got.stdout, " ")
	if got.code != 0 || !strings.Contains(flat, "# context prod\n") || !strings.Contains(flat, "# context test\n") ||
		!strings.Contains(flat, "\nCONTEXT CLUSTER PODS OK ") || !strings.Contains(flat, "\nprod ok 1 0 ") || !strings.Contains(flat, "\ntest ok 0 0 ") {
		t.Errorf("want both clusters, and side by side, got %+v", got)
	}
	got = both.rrsa(t, "", "audit", "--contexts", "prod", "-n", "ops")
	if got.code != 1 || !strings.HasSuffix(got.stderr, "error: the audit has findings: prod: 12 pods missing, 2 pods mistake, 2 trapped pods, 1 lint\n") &&
		!strings.Contains(got.stderr, "the audit has findings: prod: 12 pods missing") {
		t.Errorf("want the findings with the context, got %+v", got)
	}
	got = both.rrsa(t, "", "audit", "--all-contexts", "-n", "kube-system", "-o", "json")
	var list struct {
		Kind   string
		Items  []operatorReport
		Failed []struct{ Context, Message string }
	}
	if err := json.Unmarshal([]byte(got.stdout), &list); err != nil || got.code != 2 {
		t.Fatalf("want an error for one cluster, and the others, got %v: %+v", err, got)
	}
	if len(list.Items) != 2 || list.Items[0].Context != "prod" || list.Items[1].Context != "test" || len(list.Failed) != 1 || list.Failed[0].Context != "gone" {
		t.Errorf("want two reports and a failure, got %+v", list)
	}
	if !strings.Contains(got.stderr, `error: context "gone": `) || !strings.HasSuffix(got.stderr, "1 cluster of 3 could not be audited: see the lines with \"context\"\n") {
		t.Errorf("want it said which cluster failed, got %q", got.stderr)
	}
	got = both.rrsa(t, "", "audit", "--all-contexts", "-n", "kube-system")
	if got.code != 2 || !strings.Contains(spaces.ReplaceAllString(got.stdout, " "), "\ngone error: ") || !strings.Contains(got.stdout, "# context test\n") {
		t.Errorf("want the cluster that failed among the others, got %+v", got)
	}
	for args, want := range map[string]string{
		"--contexts prdo":                     `the kubeconfig has no such context: did you mean "prod"?`,
		"--contexts prod --all-contexts":      "--all-contexts takes all contexts, and --contexts some",
		"--contexts prod --context test":      "choose clusters, and so do --context",
		"--contexts prod -f pods.yaml":        "choose clusters, and --filename files",
		"--all-contexts --kubeconfig /no/one": "there is no such file",
	} {
		if got := both.rrsa(t, "", append([]string{"audit"}, strings.Fields(args)...)...); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: want exit code 2 and %q, got %+v", args, want, got)
		}
	}
}
