package e2e

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// policyCluster is a control plane with what a cluster with RRSA has, but for the webhook.
func policyCluster(t *testing.T) *live {
	t.Helper()
	c := ownControlPlane(t)
	l := &live{cluster: c}
	c.profile(t, accountID, clusterID)
	sources := sources{t, c}
	sources.node("node-1", map[string]string{"topology.kubernetes.io/region": "cn-hangzhou"}, "")
	l.run(t)
	return l
}

// policySettings are those of a policy for the cluster.
func policySettings(change ...func(*admissionpolicy.Settings)) admissionpolicy.Settings {
	out := admissionpolicy.Settings{Config: componentConfig()}
	for _, c := range change {
		c(&out)
	}
	return out
}

// puts has the cluster have the policy of some settings as it comes, and no other one.
func (l *live) puts(t *testing.T, settings admissionpolicy.Settings) {
	t.Helper()
	l.drops(t)
	policy, err := admissionpolicy.Make(settings)
	if err != nil {
		t.Fatal(err)
	}
	text, err := policy.YAML("v1")
	if err != nil {
		t.Fatal(err)
	}
	l.must(t, text, "apply", "-f", "-")
}

// drops has the cluster have no policy.
func (l *live) drops(t *testing.T) {
	t.Helper()
	api := l.client(t).AdmissionregistrationV1()
	for _, name := range []string{admissionpolicy.Name + "-by-namespace", admissionpolicy.Name + "-by-pod", "everywhere"} {
		if err := api.MutatingAdmissionPolicyBindings().Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
	}
	if err := api.MutatingAdmissionPolicies().Delete(t.Context(), admissionpolicy.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
}

// gets waits until the API server makes pods of the ServiceAccount good with as many variables.
func (l *live) gets(t *testing.T, ns string, variables int) {
	t.Helper()
	eventually(t, "the policy in "+ns, func() error {
		got := l.kubectl(t, "run", "any", "--image=any", "-n", ns, "--dry-run=server", "-o", "json", `--overrides={"spec":{"serviceAccountName":"good"}}`)
		if n := strings.Count(got.stdout, `"ALIBABA_CLOUD_`); got.code != 0 || n != variables {
			return errors.New("it has other variables")
		}
		return nil
	})
}

// explained is what explain says of a target in its first line, and of what injects it.
func (l *live) explained(t *testing.T, target, ns string, says ...string) {
	t.Helper()
	got := l.rrsa(t, "", "explain", target, "-n", ns)
	for _, want := range says {
		if got.code != 0 || !strings.Contains(got.stdout, want) {
			t.Errorf("%s: want %q, got %+v", target, want, got)
		}
	}
}

// TestPolicyAlone: a cluster in which the policy injects, and no webhook, has nothing to
// complain of, and what the policy leaves alone is said to be its doing.
func TestPolicyAlone(t *testing.T) {
	t.Parallel()
	l := policyCluster(t)
	l.apply(t, "shop", 0, strings.ReplaceAll(enabled, "NAMESPACE", "shop"))
	l.puts(t, policySettings())
	l.gets(t, "shop", 6)
	t.Run("right", func(t *testing.T) { testPolicyRight(t, l) })
	t.Run("another cluster", func(t *testing.T) { testPolicyForeign(t, l) })
	t.Run("left alone", func(t *testing.T) { testPolicyLeavesAlone(t, l) })
	t.Run("altered", func(t *testing.T) { testPolicyAltered(t, l) })
	t.Run("forbidden", func(t *testing.T) { testPolicyForbidden(t, l) })
}

func testPolicyRight(t *testing.T, l *live) {
	l.deploy(t, "shop", "cart", 1)
	got := l.checks(t, nil)
	for name, says := range map[string]string{
		"policy":          `MutatingAdmissionPolicy "inject-rrsa" and its bindings are what its settings make`,
		"policy-selects":  "it selects pods in 1 of 1 Namespaces",
		"policy-settings": "the policy has the settings that are in force",
		"injection":       "comes back with the injection that is planned, by the policy",
	} {
		if !strings.Contains(got.of(t, name), says) {
			t.Errorf("want %q, got %s", says, got.of(t, name))
		}
	}
	if strings.Contains(l.rrsa(t, "", "check").stdout, "webhook-registered") {
		t.Error("want no word of a registration that isn't needed")
	}
	l.explained(t, "deployment/cart", "shop", "deployment/cart: pods: 1 ok", "\n  policy: acts; mutatingadmissionpolicy/inject-rrsa, rules of webhook 0.4.2, failurePolicy Fail\n")
	if got := l.rrsa(t, "", "explain", "deployment/cart", "-n", "shop"); strings.Contains(got.stdout, "  webhook:") {
		t.Errorf("want no word of the webhook, got %s", got.stdout)
	}
	for _, target := range []string{"serviceaccount/good", "namespace/shop"} {
		l.explained(t, target, "shop", "\n  policy: acts; ")
	}
	audit := l.rrsa(t, "", "audit", "-A")
	if audit.code != 0 || !strings.HasPrefix(audit.stdout, `cluster: PolicyActs: MutatingAdmissionPolicy "inject-rrsa" injects pods, by the rules of webhook 0.4.2`+"\n") {
		t.Errorf("want the policy, and nothing wrong, got %+v", audit)
	}
	config := l.rrsa(t, "", "config")
	for _, line := range []string{"webhookVersion 0.4.2 live, MutatingAdmissionPolicy inject-rrsa", "initContainers true live, MutatingAdmissionPolicy inject-rrsa", "accountID " + accountID + " live, configmap"} {
		if !strings.Contains(strings.Join(strings.Fields(config.stdout), " "), line) {
			t.Errorf("want %q, got %s", line, config.stdout)
		}
	}
	in := deploymentYAML("shop", "new", "good")
	if got := l.rrsa(t, in, "preview", "--dry-run=server", "-"); got.code != 0 || !strings.Contains(got.stderr, "): the policy makes the same pod\n") {
		t.Errorf("want the policy's answer, got %+v", got)
	}
	if got := l.rrsa(t, in, "preview", "--dry-run=server", "--webhook-version", "0.3.1", "-"); got.code != 1 ||
		!strings.Contains(got.stderr, `differs from the policy: spec.containers[app].env[ALIBABA_CLOUD_STS_REGION]: policy "cn-hangzhou", ours none`) ||
		!strings.Contains(got.stderr, "the policy has webhookVersion 0.4.2, and 0.3.1 is used here") {
		t.Errorf("want the difference, and what is behind it, got %+v", got)
	}
	if got := l.rrsa(t, "", "verify", "serviceaccount/good", "-n", "shop"); !strings.Contains(got.stdout, "mutatingadmissionpolicy/inject-rrsa acts on its pods") {
		t.Errorf("want the policy to be the link, got %+v", got)
	}
	l.apply(t, "shop", 2, `
{apiVersion: v1, kind: ServiceAccount, metadata: {name: late, namespace: shop, labels: {a: b}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: late, namespace: shop}, spec: {selector: {matchLabels: {app: late}}, template: {metadata: {labels: {app: late}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}}`)
	nextSecond()
	l.annotate(t, "shop", "late", "late-role")
	l.asks(t, symptom{"", "shop", "deployment/late", "late", "missing", "RoleNameMaybeNewer", "kubectl rollout restart deployment/late -n shop", "fixes", true})
	// Its settings are proven: flags don't change what the policy does.
	l.asks(t, symptom{"", "shop", "deployment/cart", "cart", "ok", "", "", "", false}, "--webhook-version=0.3.1")
	l.must(t, "", "rollout", "restart", "deployment/late", "-n", "shop")
	eventually(t, "pods with the role", func() error {
		if got := l.credentials(t)["shop/late"]; got != "acs:ram::"+accountID+":role/late-role" {
			return errors.New(got)
		}
		return nil
	})
}

func testPolicyForeign(t *testing.T, l *live) {
	l.apply(t, "foreign", 0, strings.ReplaceAll(enabled, "NAMESPACE", "foreign"))
	l.puts(t, policySettings(func(s *admissionpolicy.Settings) { s.Config.AccountID = otherAccount }))
	defer func() {
		l.puts(t, policySettings())
		l.gets(t, "foreign", 6)
	}()
	eventually(t, "the other account", func() error {
		if got := l.kubectl(t, "run", "any", "--image=any", "-n", "foreign", "--dry-run=server", "-o", "json", `--overrides={"spec":{"serviceAccountName":"good"}}`); !strings.Contains(got.stdout, otherAccount) {
			return errors.New("it isn't there")
		}
		return nil
	})
	got := l.checks(t, map[string]string{"policy-settings": "failed"})
	if said := got.of(t, "policy-settings"); !strings.Contains(said, "PolicySettingsDiffer") || !strings.Contains(said, `accountID "`+otherAccount+`", and the cluster's is "`+accountID+`"`) {
		t.Error(said)
	}
	l.deploy(t, "foreign", "foreign", 1)
	l.explained(t, "deployment/foreign", "foreign", "PolicySettingsDiffer")
	audit := l.rrsa(t, "", "audit", "-n", "foreign")
	if audit.code != 1 || !strings.Contains(audit.stdout, "cluster: PolicySettingsDiffer: ") || !strings.Contains(audit.stderr, `accountID is "`+accountID+`" by the configmap kube-system/ack-cluster-profile, and "`+otherAccount+`" by the MutatingAdmissionPolicy inject-rrsa`) {
		t.Errorf("want a fault and a warning, got %+v", audit)
	}
}

func testPolicyLeavesAlone(t *testing.T, l *live) {
	l.apply(t, "left", 0, strings.ReplaceAll(enabled, "NAMESPACE", "left"))
	l.apply(t, "out", 0, strings.ReplaceAll(enabled, "NAMESPACE", "out"))
	l.apply(t, "left", 0, `{apiVersion: v1, kind: ServiceAccount, metadata: {name: chosen, namespace: left, labels: {rrsa: "yes"}, annotations: {pod-identity.alibabacloud.com/role-name: chosen-role}}}`)
	l.puts(t, policySettings(func(s *admissionpolicy.Settings) {
		s.ExcludeNamespaces, s.Selector = []string{"out"}, "rrsa=yes"
	}))
	defer l.puts(t, policySettings())
	l.gets(t, "left", 0)
	pod := `{apiVersion: apps/v1, kind: Deployment, metadata: {name: NAME, namespace: NS}, spec: {selector: {matchLabels: {app: NAME}}, template: {metadata: {labels: {app: NAME}}, spec: {serviceAccountName: ACCOUNT, containers: [{name: c, image: "c:1", volumeMounts: [{name: e, mountPath: PATH}]}], volumes: [{name: e, emptyDir: {}}]}}}}`
	make := func(name, ns, account, path string, pods int) {
		l.apply(t, ns, pods, strings.NewReplacer("NAME", name, "NS", ns, "ACCOUNT", account, "PATH", path).Replace(pod))
	}
	make("unselected", "left", "good", "/data", 1)
	make("chosen", "left", "chosen", "/data", 2)
	make("upward", "left", "chosen", "/x/../rrsa-tokens", 3)
	make("taken", "left", "chosen", rrsa.TokenDir, 4)
	make("excluded", "out", "good", "/data", 1)
	for _, s := range []symptom{
		{"chosen", "left", "deployment/chosen", "chosen", "ok", "", "", "", false},
		{"unselected", "left", "deployment/unselected", "unselected", "missing", "ServiceAccountNotSelected", "label the ServiceAccount first: kubectl label serviceaccount good rrsa=yes -n left", "does-not-fix", false},
		{"upward", "left", "deployment/upward", "upward", "missing", "PolicyLeavesPod", `write the path without ".."`, "does-not-fix", false},
		{"taken", "left", "deployment/taken", "taken", "unknown", "TokenDirTaken", "move that mount to another path", "", false},
		{"excluded", "out", "deployment/excluded", "excluded", "missing", "PolicyExcludesNamespace", "use another namespace", "does-not-fix", false},
	} {
		t.Run(s.name, func(t *testing.T) { l.asks(t, s) })
	}
	l.explained(t, "deployment/unselected", "left", "\n  policy: doesn't act; mutatingadmissionpolicy/inject-rrsa, ")
	got := l.checks(t, map[string]string{"policy-selects": "failed"}, "-n", "left")
	if said := got.of(t, "policy-selects"); !strings.Contains(said, "PolicyExcludesNamespace") || !strings.Contains(said, "left out: out") {
		t.Error(said)
	}
	if said := got.of(t, "injection"); !strings.Contains(said, `ServiceAccount "chosen"`) {
		t.Errorf("want a pod that the policy selects, got %s", said)
	}
	l.must(t, "", "label", "serviceaccount", "good", "-n", "left", "rrsa=yes")
	l.asks(t, symptom{"", "left", "deployment/unselected", "unselected", "missing", "SelectorLabelMaybeNewer", "kubectl rollout restart deployment/unselected -n left", "fixes", true})
}

func testPolicyAltered(t *testing.T, l *live) {
	l.apply(t, "altered", 0, strings.ReplaceAll(enabled, "NAMESPACE", "altered"))
	l.puts(t, policySettings())
	l.gets(t, "altered", 6)
	l.drops(t)
	l.gets(t, "altered", 0)
	l.deploy(t, "altered", "early", 1)
	if got := l.rrsa(t, "", "audit", "-n", "altered"); !strings.Contains(got.stdout, "WebhookNotInstalled") {
		t.Errorf("want nothing to inject, got %+v", got)
	}
	nextSecond()
	l.puts(t, policySettings())
	l.gets(t, "altered", 6)
	l.asks(t, symptom{"", "altered", "deployment/early", "early", "missing", "PolicyNewer", "kubectl rollout restart deployment/early -n altered", "fixes", true})
	api := l.client(t).AdmissionregistrationV1().MutatingAdmissionPolicies()
	object, err := api.Get(t.Context(), admissionpolicy.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	object.Spec.FailurePolicy = new(admissionregistrationv1.Ignore)
	if _, err := api.Update(t.Context(), object, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	l.asks(t, symptom{"", "altered", "deployment/early", "early", "missing", "PolicyAltered", "kubectl rrsa admission-policy --diff", "unproven", false})
	got := l.checks(t, map[string]string{"policy": "failed"})
	if said := got.of(t, "policy"); !strings.Contains(said, "PolicyAltered") || !strings.Contains(said, "the policy's spec") {
		t.Error(said)
	}
	if audit := l.rrsa(t, "", "audit", "-n", "altered", "--fail-on", "PolicyAltered"); audit.code != 1 || !strings.Contains(audit.stdout, "cluster: PolicyAltered: ") || strings.Contains(audit.stdout, "WebhookNotInstalled") {
		t.Errorf("want the policy as the fault, got %+v", audit)
	}
	l.puts(t, policySettings())
	l.gets(t, "altered", 6)
}

func testPolicyForbidden(t *testing.T, l *live) {
	rules := documentedRole(t).Rules
	for i, r := range rules {
		if len(r.Resources) > 0 && r.Resources[0] == "mutatingadmissionpolicies" {
			rules[i].Resources = []string{"mutatingadmissionpolicybindings"}
		}
	}
	l.allow(t, "blind", "", rules...)
	u := &live{cluster: l.with(l.user(t, "blind"))}
	u.asks(t, symptom{"", "altered", "deployment/early", "early", "missing", "InjectionMissing", "", "unproven", false})
	got := u.rrsa(t, "", "explain", "deployment/early", "-n", "altered", "-v", "1", "-o", "json")
	var e struct {
		Policy struct {
			Call    string
			Reasons []struct{ Code string }
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &e); err != nil || e.Policy.Call != "unknown" || len(e.Policy.Reasons) != 1 || e.Policy.Reasons[0].Code != "PolicyNotReadable" ||
		!strings.Contains(got.stderr, "note: reading the MutatingAdmissionPolicies: ") {
		t.Errorf("want it not to be known, and a note, got %+v: %v", got, err)
	}
	audit := u.rrsa(t, "", "audit", "-n", "altered", "--fail-on", "cluster")
	if audit.code != 0 || strings.Contains(audit.stdout, "WebhookNotInstalled") {
		t.Errorf("want no word of what isn't known, got %+v", audit)
	}
	check := u.checks(t, map[string]string{
		"policy": "unknown", "webhook-registered": "unknown", "webhook-ready": "skipped", "webhook-certificate": "skipped", "webhook-selects": "skipped",
		"webhook-settings": "unknown", "injection": "unknown", "permissions": "failed",
	})
	if said := check.of(t, "permissions"); !strings.Contains(said, "you may not list mutatingadmissionpolicies.admissionregistration.k8s.io") {
		t.Error(said)
	}
}
