package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestLiveDiagnosis asks a cluster with all that RRSA has about pods in every state.
func TestLiveDiagnosis(t *testing.T) {
	t.Parallel()
	l := liveCluster(t)
	t.Run("causes", func(t *testing.T) { testCauses(t, l) })
	t.Run("webhook", func(t *testing.T) { testWebhookCauses(t, l) })
	t.Run("access", func(t *testing.T) { testAccess(t, l) })
	t.Run("evidence", func(t *testing.T) { testEvidence(t, l) })
	t.Run("down", func(t *testing.T) { testDown(t, l) })
}

// causes are pods without credentials, or with others than they should have, each for a
// cause of its own.
const causes = `
apiVersion: v1
kind: Namespace
metadata: {name: causes, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: late, namespace: causes, labels: {a: b}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: newer, namespace: causes}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: changed, namespace: causes, annotations: {pod-identity.alibabacloud.com/role-name: old-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: misspelt, namespace: causes, annotations: {pod-identity.alibabacloud.com/rolename: web-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: arn, namespace: causes, annotations: {pod-identity.alibabacloud.com/role-name: "acs:ram::1488999589000000:role/web-role"}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: good, namespace: causes, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: newer, namespace: causes, labels: {app: newer}}, spec: {serviceAccountName: newer, containers: [{name: c, image: "c:1"}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: late, namespace: causes}
spec: {replicas: 40, selector: {matchLabels: {app: late}}, template: {metadata: {labels: {app: late}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: changed, namespace: causes}
spec: {replicas: 2, serviceName: x, selector: {matchLabels: {app: changed}}, template: {metadata: {labels: {app: changed}}, spec: {serviceAccountName: changed, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: misspelt, namespace: causes}
spec: {template: {metadata: {labels: {app: misspelt}}, spec: {serviceAccountName: misspelt, restartPolicy: Never, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: arn, namespace: causes}
spec: {schedule: "0 0 1 1 *", jobTemplate: {spec: {template: {metadata: {labels: {app: arn}}, spec: {serviceAccountName: arn, restartPolicy: Never, containers: [{name: c, image: "c:1"}]}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hidden, namespace: causes}
spec:
  selector: {matchLabels: {app: hidden}}
  template:
    metadata: {labels: {app: hidden}}
    spec:
      serviceAccountName: good
      containers: [{name: c, image: "c:1", volumeMounts: [{name: other, mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token, subPath: token}]}]
      volumes: [{name: other, emptyDir: {}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: keys, namespace: causes}
spec: {serviceName: x, selector: {matchLabels: {app: keys}}, template: {metadata: {labels: {app: keys}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1", env: [{name: ALIBABA_CLOUD_ACCESS_KEY_ID, value: LTAI}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: written, namespace: causes}
spec:
  selector: {matchLabels: {app: written}}
  template:
    metadata: {labels: {app: written}}
    spec:
      serviceAccountName: good
      containers:
      - name: app
        image: app:1
        env:
        - {name: ALIBABA_CLOUD_ROLE_ARN, value: "acs:ram::1488999589000000:role/another-role"}
        - {name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN, value: "acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000"}
        - {name: ALIBABA_CLOUD_OIDC_TOKEN_FILE, value: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token}
        volumeMounts: [{name: rrsa-oidc-token, mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens, readOnly: true}]
      volumes: [{name: rrsa-oidc-token, projected: {sources: [{serviceAccountToken: {audience: sts.aliyuncs.com, path: token, expirationSeconds: 3600}}]}}]
---
apiVersion: v1
kind: Namespace
metadata: {name: unlabelled, labels: {WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: good, namespace: unlabelled, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: none, namespace: unlabelled}}
---
MISPLACED
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: annotated, namespace: unlabelled}
spec: {selector: {matchLabels: {app: annotated}}, template: {metadata: {labels: {app: annotated}, annotations: {pod-identity.alibabacloud.com/injection: "on"}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}
---
BOTH
---
apiVersion: v1
kind: Namespace
metadata: {name: labelled, labels: {WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: good, namespace: labelled, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: labelled, namespace: labelled}
spec: {selector: {matchLabels: {app: labelled}}, template: {metadata: {labels: {app: labelled}}, spec: {tolerations: [{operator: Exists}], serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: left, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: good, namespace: left, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: left, namespace: left}
spec: {selector: {matchLabels: {app: left}}, template: {metadata: {labels: {app: left}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: excluded, labels: {pod-identity.alibabacloud.com/injection: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: good, namespace: excluded, annotations: {pod-identity.alibabacloud.com/role-name: good-role}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: excluded, namespace: excluded}
spec: {serviceName: x, selector: {matchLabels: {app: excluded}}, template: {metadata: {labels: {app: excluded}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shared, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shared, annotations: {pod-identity.alibabacloud.com/role-name: web-role}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: migrate, namespace: shared, labels: {a: b}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shared}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shared}
spec: {template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: migrate, restartPolicy: Never, containers: [{name: c, image: "c:1"}]}}}
`

// Two of the causes, which files have as well.
const (
	misplaced = `apiVersion: apps/v1
kind: Deployment
metadata: {name: misplaced, namespace: unlabelled, labels: {pod-identity.alibabacloud.com/injection: "on"}}
spec: {selector: {matchLabels: {app: misplaced}}, template: {metadata: {labels: {app: misplaced}}, spec: {serviceAccountName: good, containers: [{name: c, image: "c:1"}]}}}`
	both = `{apiVersion: v1, kind: Pod, metadata: {name: both, namespace: unlabelled, labels: {app: both}}, spec: {serviceAccountName: none, containers: [{name: c, image: "c:1"}]}}`
)

// customKind is the CustomResourceDefinition of a controller's kind, without a schema.
func customKind(group, kind string) string {
	one := strings.ToLower(kind)
	return strings.NewReplacer("GROUP", group, "KIND", kind, "ONE", one).Replace(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ONEs.GROUP}
spec:
  group: GROUP
  names: {kind: KIND, listKind: KINDList, plural: ONEs, singular: ONE}
  scope: Namespaced
  versions: [{name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`)
}

// serves has the API server know a controller's kind.
func (l *live) serves(t *testing.T, group, kind string) {
	t.Helper()
	l.must(t, customKind(group, kind), "apply", "-f", "-")
	l.must(t, "", "wait", "--for=condition=Established", "customresourcedefinition/"+strings.ToLower(kind)+"s."+group)
}

// rollout makes a Rollout, and as Argo does the ReplicaSet of its pods.
func (l *live) rollout(t *testing.T, ns, name, account string) {
	t.Helper()
	l.serves(t, "argoproj.io", "Rollout")
	const spec = `{replicas: 2, selector: {matchLabels: {app: NAME}}, template: {metadata: {labels: {app: NAME}}, spec: {serviceAccountName: ACCOUNT, containers: [{name: c, image: "c:1"}]}}}`
	fill := strings.NewReplacer("NAME", name, "ACCOUNT", account)
	l.must(t, fill.Replace("{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: NAME}, spec: "+spec+"}"), "apply", "-n", ns, "-f", "-")
	uid := l.kubectl(t, "get", "rollouts.argoproj.io", name, "-n", ns, "-o", "jsonpath={.metadata.uid}").stdout
	owner := "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: NAME, controller: true, uid: " + uid + "}"
	l.must(t, fill.Replace("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: NAME-1, labels: {app: NAME}, ownerReferences: ["+owner+"]}, spec: "+spec+"}"), "apply", "-n", ns, "-f", "-")
}

// testCauses asks about each cause that doesn't change while the webhook is well.
func testCauses(t *testing.T, l *live) {
	fill := strings.NewReplacer("WEBHOOK", webhookLabel, "MISPLACED", misplaced, "BOTH", both)
	l.must(t, fill.Replace(causes), "apply", "-f", "-")
	l.rollout(t, "causes", "argo", "late")
	l.must(t, "", "create", "job", "arn-1", "--from=cronjob/arn", "-n", "causes")
	for ns, pods := range map[string]int{"causes": 50, "unlabelled": 3, "labelled": 1, "left": 1, "excluded": 1, "shared": 2} {
		l.settled(t, ns, pods)
	}
	nextSecond()
	l.must(t, "", "delete", "serviceaccount", "newer", "-n", "causes")
	l.must(t, "", "create", "serviceaccount", "newer", "-n", "causes")
	for account, role := range map[string]string{"newer": "web-role", "late": "web-role", "changed": "new-role"} {
		l.annotate(t, "causes", account, role)
	}
	l.must(t, "", "label", "namespace", "labelled", labelInjection+"=on")
	l.must(t, "", "label", "namespace", "left", labelInjection+"-")
	files := t.TempDir()
	write(t, misplaced, files, "misplaced.yaml")
	write(t, both, files, "both.yaml")

	const labelFirst = "kubectl label namespace "
	for _, s := range []symptom{
		{"ServiceAccount made later", "causes", "pod/newer", "newer", "missing", "ServiceAccountNewer", "delete it and create it again", "fixes-otherwise", false},
		{"role given later", "causes", "deployment/late", "late", "missing", "RoleNameMaybeNewer", "kubectl rollout restart deployment/late -n causes", "fixes", true},
		{"role changed", "causes", "statefulset/changed", "changed", "stale", "RoleNameMaybeNewer", "kubectl rollout restart statefulset/changed -n causes", "fixes", true},
		{"role given to a Rollout's pods later", "causes", "rollouts.argoproj.io/argo", "argo", "missing", "RoleNameMaybeNewer", "kubectl argo rollouts restart argo -n causes", "fixes-otherwise", false},
		{"label given later", "labelled", "daemonset/labelled", "labelled", "missing", "InjectionLabelMaybeNewer", "kubectl rollout restart daemonset/labelled -n labelled", "fixes", true},
		{"label on the Deployment", "unlabelled", "deployment/misplaced", "misplaced", "mistake", "KeyMisplaced", "spec.template.metadata.labels", "", false},
		{"label on the Deployment in a file", "unlabelled", "-f " + files + "/misplaced.yaml", "misplaced", "mistake", "KeyMisplaced", "spec.template.metadata.labels", "", false},
		{"label as an annotation", "unlabelled", "replicaset/annotated", "annotated", "mistake", "KeyMisplaced", "make it a label of the pod", "", false},
		{"misspelt key", "causes", "job/misspelt", "misspelt", "mistake", "KeyUnknown", "rename it to " + annotationRole, "", false},
		{"ARN for a role", "causes", "cronjob/arn", "arn", "mistake", "RoleNameInvalid", "role", "", false},
		{"neither label nor role", "unlabelled", "pod/both", "both", "not-applicable", "NamespaceNotEnabled", labelFirst + "unlabelled " + labelInjection + "=on", "", false},
		{"neither label nor role in a file", "unlabelled", "-f " + files + "/both.yaml", "both", "not-applicable", "NamespaceNotEnabled", labelFirst + "unlabelled " + labelInjection + "=on", "", false},
		{"token file hidden", "causes", "deployment/hidden", "hidden", "ok", "TokenHidden", "", "", false},
		{"static access key", "causes", "statefulset/keys", "keys", "ok", "StaticAccessKey", "", "", false},
		{"injection written by hand", "causes", "deployment/written", "written", "stale", "InjectionInTemplate", "kubectl rrsa preview", "does-not-fix", false},
		{"label taken off", "left", "deployment/left", "left", "orphaned", "NamespaceNotEnabled", "label the namespace first: " + labelFirst + "left", "takes-away", false},
		{"namespace left out by the webhook", "excluded", "statefulset/excluded", "excluded", "missing", "WebhookSkipsNamespace", "use another namespace", "does-not-fix", false},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			e := l.asks(t, s)
			switch s.code {
			case "KeyMisplaced":
				if strings.Contains(strings.ToLower(e.Cause.Next), "namespace") {
					t.Errorf("want no word of the namespace, got %q", e.Cause.Next)
				}
			case "NamespaceNotEnabled":
				if s.app == "both" && (!strings.Contains(e.Cause.Message, "; and ") || !strings.Contains(e.Cause.Next, "kubectl annotate serviceaccount none ")) {
					t.Errorf("want both, got %+v", e.Cause)
				}
			}
			if s.app == "late" && (len(e.Pods.Groups) != 1 || e.Pods.Groups[0].Pods != 40) {
				t.Errorf("want the pods in one group, got %+v", e.Pods)
			}
		})
	}
	t.Run("many pods in one line", func(t *testing.T) {
		got := l.rrsa(t, "", "explain", "deployment/late", "-n", "causes")
		if strings.Count(got.stdout, "pod/late-") != 1 || !strings.Contains(got.stdout, "\n    40 pods, such as pod/late-") {
			t.Errorf("want 40 pods in a line, got:\n%s", got.stdout)
		}
	})
	t.Run("labels of two workloads", func(t *testing.T) {
		got := l.rrsa(t, "", "explain", "deployment/web", "-n", "shared")
		if got.code != 0 || !strings.HasPrefix(got.stdout, "deployment/web: pods: 1 ok\n") || strings.Contains(got.stdout, "pod/migrate") {
			t.Errorf("want the Deployment's pod alone, got %+v", got)
		}
	})
	t.Run("RRSA not enabled", func(t *testing.T) { testNotEnabled(t, l) })
}

// testNotEnabled: the API server has Kubernetes' own issuer.
func testNotEnabled(t *testing.T, l *live) {
	p := l.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
		if r.URL.Path != "/.well-known/openid-configuration" {
			apiServer.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"issuer":"https://kubernetes.default.svc"}`)
	})
	disabled := &live{cluster: l.with(p.kubeconfig), webhook: l.webhook}
	for _, s := range []symptom{
		{"", "causes", "deployment/late", "late", "missing", "RRSANotEnabled", "enable RRSA", "unproven", false},
		{"", "shared", "deployment/web", "", "ok", "RRSANotEnabled", "enable RRSA", "", false},
	} {
		disabled.asks(t, s)
	}
}
