package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// operated is a cluster with one of each thing that an operator asks an audit about.
const operated = `
{apiVersion: v1, kind: Namespace, metadata: {name: ops, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: legacy, labels: {WEBHOOK: "on"}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: full, labels: {pod-security.kubernetes.io/enforce: restricted}}}
---
{apiVersion: v1, kind: Secret, metadata: {name: aliyun, namespace: legacy}, stringData: {ALICLOUD_ACCESS_KEY: LTAI-secret, ALICLOUD_SECRET_KEY: never-shown, OTHER: x}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: plain, namespace: legacy}, data: {LEVEL: info}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: good, namespace: ops, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: late, namespace: ops}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: arn, namespace: ops, annotations: {pod-identity.alibabacloud.com/role-name: "acs:ram::1488999589000000:role/x"}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: half, namespace: legacy, annotations: {pod-identity.alibabacloud.com/role-name: half-role}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: late, namespace: ops}
spec: {replicas: 12, selector: {matchLabels: {app: late}}, template: {metadata: {labels: {app: late}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: arn, namespace: ops}
spec: {selector: {matchLabels: {app: arn}}, template: {metadata: {labels: {app: arn}}, spec: {serviceAccountName: arn, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: trapped, namespace: ops}
spec: {replicas: 2, selector: {matchLabels: {app: trapped}}, template: {metadata: {labels: {app: trapped}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1", env: [{name: ALIBABA_CLOUD_ACCESS_KEY_ID, value: LTAI-in-the-pod}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: idle, namespace: ops}
spec: {replicas: 0, selector: {matchLabels: {app: idle}}, template: {metadata: {labels: {app: idle}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: byref, namespace: legacy}
spec: {selector: {matchLabels: {app: byref}}, template: {metadata: {labels: {app: byref}}, spec: {containers: [{name: c, image: "c:1", env: [{name: OSS_ACCESS_KEY_ID, valueFrom: {secretKeyRef: {name: aliyun, key: OTHER}}}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: fromall, namespace: legacy}
spec: {replicas: 3, selector: {matchLabels: {app: fromall}}, template: {metadata: {labels: {app: fromall}}, spec: {containers: [{name: c, image: "c:1", envFrom: [{secretRef: {name: aliyun}}, {configMapRef: {name: plain}}, {configMapRef: {name: absent, optional: true}}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: labelled, namespace: legacy, labels: {pod-identity.alibabacloud.com/injection: "on"}}
spec: {selector: {matchLabels: {app: labelled}}, template: {metadata: {labels: {app: labelled}}, spec: {serviceAccountName: half, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: asleep, namespace: legacy, labels: {pod-identity.alibabacloud.com/injection: "on"}}
spec: {replicas: 0, selector: {matchLabels: {app: asleep}}, template: {metadata: {labels: {app: asleep}}, spec: {serviceAccountName: half, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: legacy, annotations: {pod-identity.alibabacloud.com/role-name: x}}
spec: {schedule: "0 3 1 1 *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "c:1"}]}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: refused, namespace: full}
spec: {selector: {matchLabels: {app: refused}}, template: {metadata: {labels: {app: refused}}, spec: {containers: [{name: c, image: "c:1"}]}}}
`

// operatorReport is what the test reads of a report.
type operatorReport struct {
	Context string
	Summary struct {
		States                       map[string]int
		Traps, AccessKeys, Workloads int
		Unread                       []string
		Notices                      []struct{ Code string }
	}
	Groups []struct {
		State string
		Trap  bool
		Cause struct{ Code, Next string }
		Pods  int
	}
	AccessKeys []struct {
		Namespace      string
		Owner          struct{ Name string }
		Pods, Injected int
		Variables      []struct{ Name, From string }
	}
	Workloads []struct {
		Namespace, Finding, NoPods, State string
		Owner                             struct{ Kind, Name string }
		Cause                             struct{ Code string }
	}
	Lints []auditedLint
}

// TestAuditOperator: the questions of who runs a cluster.
func TestAuditOperator(t *testing.T) {
	t.Parallel()
	l := liveCluster(t)
	l.must(t, strings.ReplaceAll(operated, "WEBHOOK", webhookLabel), "apply", "-f", "-")
	l.settled(t, "ops", 15)
	l.settled(t, "legacy", 5)
	nextSecond()
	l.annotate(t, "ops", "late", "late-role")
	report := func(t *testing.T, code int, args ...string) operatorReport {
		t.Helper()
		var r operatorReport
		got := l.rrsa(t, "", append([]string{"audit", "-o", "json"}, args...)...)
		if err := json.Unmarshal([]byte(got.stdout), &r); err != nil || got.code != code {
			t.Fatalf("want exit code %d and a report, got %v\n%+v", code, err, got)
		}
		return r
	}
	t.Run("causes", func(t *testing.T) {
		type found struct {
			state, code string
			pods        int
			trap        bool
		}
		var got []found
		for _, g := range report(t, 1, "-A").Groups {
			got = append(got, found{g.State, g.Cause.Code, g.Pods, g.Trap})
		}
		if diff := cmp.Diff([]found{
			{"missing", "RoleNameMaybeNewer", 12, false}, {"mistake", "KeyMisplaced", 1, false}, {"mistake", "RoleNameInvalid", 1, false}, {"ok", "StaticAccessKey", 2, true},
		}, got, cmp.AllowUnexported(found{})); diff != "" {
			t.Errorf("the causes (-want +got):\n%s", diff)
		}
		text := l.rrsa(t, "", "audit", "-A").stdout
		for _, want := range []string{
			"missing: 12 pods because RoleNameMaybeNewer: ServiceAccount \"late\" may have got its role-name as late as ",
			"\n  12 pods of deployment/late -n ops\n  next: kubectl rollout restart deployment/late -n ops\n",
			"\nok: 2 pods, but StaticAccessKey: container \"c\" has a static AccessKey",
			"make it a label of the pod at spec.template.metadata.labels",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("want %q in\n%s", want, text)
			}
		}
		if strings.Contains(text, "the pod was created at") {
			t.Errorf("want nothing that is true of one pod only in\n%s", text)
		}
	})
	t.Run("AccessKeys", func(t *testing.T) {
		r := report(t, 1, "-A")
		type found struct {
			owner          string
			pods, injected int
			variables      string
		}
		var got []found
		for _, k := range r.AccessKeys {
			var variables []string
			for _, v := range k.Variables {
				variables = append(variables, strings.TrimSpace(v.Name+" "+v.From))
			}
			got = append(got, found{k.Namespace + "/" + k.Owner.Name, k.Pods, k.Injected, strings.Join(variables, ", ")})
		}
		if diff := cmp.Diff([]found{
			{"legacy/byref", 1, 0, "OSS_ACCESS_KEY_ID secret/aliyun"},
			{"legacy/fromall", 3, 0, "ALICLOUD_ACCESS_KEY secret/aliyun, ALICLOUD_SECRET_KEY secret/aliyun"},
			{"ops/trapped", 2, 2, "ALIBABA_CLOUD_ACCESS_KEY_ID"},
		}, got, cmp.AllowUnexported(found{})); diff != "" || r.Summary.AccessKeys != 6 {
			t.Errorf("want 6 pods with an AccessKey, got %d (-want +got):\n%s", r.Summary.AccessKeys, diff)
		}
		for _, output := range []string{"text", "wide", "json", "jsonl", "yaml"} {
			got := l.rrsa(t, "", "audit", "-A", "-o", output)
			for _, secret := range []string{"LTAI", "never-shown"} {
				if strings.Contains(got.stdout+got.stderr, secret) {
					t.Errorf("-o %s shows %q", output, secret)
				}
			}
		}
		if got := l.rrsa(t, "", "audit", "-n", "legacy", "--fail-on", "access-key"); got.code != 1 || !strings.HasSuffix(got.stderr, "error: the audit has findings: 4 pods with a static AccessKey\n") {
			t.Errorf("want the AccessKeys as a finding of their own, got %+v", got)
		}
	})
	t.Run("workloads", func(t *testing.T) {
		r := report(t, 1, "-A", "--workloads")
		got := map[string]string{}
		for _, w := range r.Workloads {
			got[w.Namespace+"/"+w.Owner.Name] = strings.Join([]string{w.Finding, w.State, w.Cause.Code}, " ")
		}
		if diff := cmp.Diff(map[string]string{
			"ops/idle": " ok ", "ops/arn": "mistake mistake RoleNameInvalid", "legacy/labelled": "mistake mistake KeyMisplaced", "legacy/asleep": "mistake mistake KeyMisplaced",
			"legacy/nightly": "mistake mistake NamespaceNotEnabled", "full/refused": "refused not-applicable PodsRefused",
		}, got); diff != "" || r.Summary.Workloads != 5 {
			t.Errorf("workloads, %d with a finding (-want +got):\n%s", r.Summary.Workloads, diff)
		}
		text := l.rrsa(t, "", "audit", "-A", "--workloads").stdout
		for _, want := range []string{
			"workload: deployment/asleep -n legacy: mistake (it has no replicas) because KeyMisplaced: ",
			"workload: deployment/refused -n full: refused because PodsRefused: the API server refuses its pods: ", "3 workloads without pods: those of 1 would be injected\n",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("want %q in\n%s", want, text)
			}
		}
		if r := report(t, 0, "-n", "full"); r.Workloads != nil {
			t.Errorf("want workloads only if they are asked for, got %+v", r.Workloads)
		}
	})
	t.Run("a role that nobody gets", func(t *testing.T) {
		if lints := report(t, 1, "-n", "legacy").Lints; len(lints) != 0 {
			t.Errorf("want nothing said twice of a pod that is a mistake, got %+v", lints)
		}
		l.must(t, "", "run", "unlabelled", "-n", "legacy", "--image=c:1", `--overrides={"spec":{"serviceAccountName":"half"}}`)
		l.settled(t, "legacy", 6)
		var codes []string
		for _, lint := range report(t, 1, "-n", "legacy").Lints {
			codes = append(codes, lint.Object.Name+" "+lint.Reason.Code)
		}
		if diff := cmp.Diff([]string{"half RoleNotInjected"}, codes); diff != "" {
			t.Errorf("lints (-want +got):\n%s", diff)
		}
		// Where one of its pods is labelled, the others are left out on purpose.
		l.must(t, "", "run", "chosen", "-n", "legacy", "--image=c:1", "--labels=pod-identity.alibabacloud.com/injection=on", `--overrides={"spec":{"serviceAccountName":"half"}}`)
		l.settled(t, "legacy", 7)
		if lints := report(t, 1, "-n", "legacy").Lints; len(lints) != 0 {
			t.Errorf("want no lint, got %+v", lints)
		}
	})
	t.Run("CloneSets", func(t *testing.T) {
		l.serves(t, "apps.kruise.io", "CloneSet")
		const spec = `spec: {replicas: 1, template: {metadata: {labels: {app: clone}}, spec: {serviceAccountName: half, containers: [{name: c, image: "c:1"}]}}}`
		l.must(t, "{apiVersion: apps.kruise.io/v1alpha1, kind: CloneSet, metadata: {name: clone, namespace: legacy, labels: {pod-identity.alibabacloud.com/injection: \"on\"}}, "+spec+"}", "apply", "-f", "-")
		l.must(t, "{apiVersion: apps.kruise.io/v1alpha1, kind: CloneSet, metadata: {name: none, namespace: ops}, "+strings.NewReplacer("replicas: 1", "replicas: 0", "half", "good").Replace(spec)+"}", "apply", "-f", "-")
		uid := l.kubectl(t, "get", "clonesets.apps.kruise.io", "clone", "-n", "legacy", "-o", "jsonpath={.metadata.uid}").stdout
		l.must(t, "{apiVersion: v1, kind: Pod, metadata: {name: clone-1, namespace: legacy, labels: {app: clone}, ownerReferences: [{apiVersion: apps.kruise.io/v1alpha1, kind: CloneSet, name: clone, controller: true, uid: "+uid+"}]}, "+
			"spec: {serviceAccountName: half, containers: [{name: c, image: \"c:1\"}]}}", "apply", "-f", "-")
		l.settled(t, "legacy", 8)
		l.asks(t, symptom{"", "legacy", "pod/clone-1", "clone", "mistake", "KeyMisplaced", "spec.template.metadata.labels", "", false})
		got := map[string]string{}
		for _, w := range report(t, 1, "-A", "--workloads").Workloads {
			if w.Owner.Kind == "CloneSet" {
				got[w.Owner.Name] = strings.TrimSpace(w.Finding + " " + w.State)
			}
		}
		if diff := cmp.Diff(map[string]string{"clone": "mistake mistake", "none": "ok"}, got); diff != "" {
			t.Errorf("CloneSets (-want +got):\n%s", diff)
		}
		if served := l.rrsa(t, "", "explain", "serviceaccount/good", "-n", "ops").stdout; !strings.Contains(served, "cloneset/none: ok\n") {
			t.Errorf("want a CloneSet that would be served, got:\n%s", served)
		}
		if offered := l.rrsa(t, "", "__complete", "explain", "-n", "legacy", "cloneset/"); !strings.HasPrefix(offered.stdout, "cloneset/clone\n") {
			t.Errorf("want its name to be completed, got %+v", offered)
		}
	})
	t.Run("cluster", func(t *testing.T) {
		l.hold(t, true)
		defer l.hold(t, false)
		got := l.rrsa(t, "", "audit", "-n", "full", "--fail-on", "WebhookNotReady")
		if got.code != 1 || !strings.HasPrefix(got.stdout, "cluster: WebhookNotReady: none of 1 pods") || got.stderr != "note: no pods found in namespace \"full\"\nerror: the audit has findings: WebhookNotReady\n" {
			t.Errorf("want the cluster's fault before all else, though no pod shows it, got %+v", got)
		}
		for failOn, code := range map[string]int{"cluster": 1, "RRSANotEnabled": 0, "missing": 0} {
			if got := l.rrsa(t, "", "audit", "-n", "full", "--fail-on", failOn); got.code != code {
				t.Errorf("--fail-on %s: want exit code %d, got %+v", failOn, code, got)
			}
		}
	})
	t.Run("contexts", func(t *testing.T) { auditContexts(t, l) })
}
