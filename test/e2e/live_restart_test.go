package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// states are namespaces in all the states that an audit knows. After they are applied,
// spoil makes them what they are about.
const states = `
apiVersion: v1
kind: Namespace
metadata: {name: late, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: late, namespace: late, labels: {a: b}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: moved, namespace: late, annotations: {pod-identity.alibabacloud.com/role-name: old-role}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: late, namespace: late}
spec: {replicas: 3, selector: {matchLabels: {app: late}}, template: {metadata: {labels: {app: late}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: moved, namespace: late}
spec: {replicas: 2, serviceName: x, selector: {matchLabels: {app: moved}}, template: {metadata: {labels: {app: moved}}, spec: {serviceAccountName: moved, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: paused, namespace: late}
spec: {selector: {matchLabels: {app: paused}}, template: {metadata: {labels: {app: paused}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ondelete, namespace: late}
spec: {serviceName: x, updateStrategy: {type: OnDelete}, selector: {matchLabels: {app: ondelete}}, template: {metadata: {labels: {app: ondelete}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: held, namespace: late}
spec: {replicas: 2, serviceName: x, updateStrategy: {rollingUpdate: {partition: 1}}, selector: {matchLabels: {app: held}}, template: {metadata: {labels: {app: held}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: daemon, namespace: late}
spec: {selector: {matchLabels: {app: daemon}}, template: {metadata: {labels: {app: daemon}}, spec: {tolerations: [{operator: Exists}], serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: bare, namespace: late, labels: {app: bare}}, spec: {serviceAccountName: late, containers: [{name: c, image: "c:1"}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: late}
spec: {schedule: "0 0 1 1 *", jobTemplate: {spec: {template: {metadata: {labels: {app: nightly}}, spec: {serviceAccountName: late, restartPolicy: Never, containers: [{name: c, image: "c:1"}]}}}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: orphaned, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: b, namespace: orphaned, annotations: {pod-identity.alibabacloud.com/role-name: b-role}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: orphaned}
spec: {selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {serviceAccountName: b, containers: [{name: c, image: "c:1"}]}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: copied, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: app, namespace: copied, annotations: {pod-identity.alibabacloud.com/role-name: app-role}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: copied}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      serviceAccountName: app
      containers:
      - name: app
        image: app:1
        env:
        - {name: ALIBABA_CLOUD_ROLE_ARN, value: "acs:ram::1999999999999999:role/app-role"}
        - {name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN, value: "acs:ram::1999999999999999:oidc-provider/ack-rrsa-c00000000000000000000000000000000"}
        - {name: ALIBABA_CLOUD_OIDC_TOKEN_FILE, value: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token}
        volumeMounts: [{name: rrsa-oidc-token, mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens, readOnly: true}]
      volumes: [{name: rrsa-oidc-token, projected: {sources: [{serviceAccountToken: {audience: sts.aliyuncs.com, path: token, expirationSeconds: 3600}}]}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: second, namespace: copied}
spec: {selector: {matchLabels: {app: second}}, template: {metadata: {labels: {app: second}}, spec: {serviceAccountName: app, containers: [{name: app, image: "app:2"}]}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: skipped, labels: {pod-identity.alibabacloud.com/injection: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: s, namespace: skipped, annotations: {pod-identity.alibabacloud.com/role-name: s-role}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: s, namespace: skipped}
spec: {replicas: 2, selector: {matchLabels: {app: s}}, template: {metadata: {labels: {app: s}}, spec: {serviceAccountName: s, containers: [{name: app, image: "app:1"}]}}}
`

// spoil makes of the applied states what they are about.
func (l *live) spoil(t *testing.T) {
	t.Helper()
	l.must(t, "", "rollout", "pause", "deployment/paused", "-n", "late")
	l.must(t, "", "create", "job", "nightly-1", "--from=cronjob/nightly", "-n", "late")
	l.settled(t, "late", 12)
	l.settled(t, "orphaned", 1)
	l.settled(t, "copied", 2)
	l.settled(t, "skipped", 2)
	nextSecond()
	l.annotate(t, "late", "late", "late-role")
	l.annotate(t, "late", "moved", "new-role")
	l.must(t, "", "label", "namespace", "orphaned", labelInjection+"-")
}

// restartAll runs the line of the documentation that restarts what an audit says.
func (l *live) restartAll(t *testing.T) []string {
	t.Helper()
	audit := l.rrsa(t, "", "audit", "-A", "--fail-on", "none")
	if audit.code != 0 {
		t.Fatalf("auditing: %+v", audit)
	}
	var commands []string
	for line := range strings.Lines(audit.stdout) {
		if strings.HasPrefix(line, "kubectl rollout restart") {
			commands = append(commands, strings.TrimSpace(line))
		}
	}
	cmd := exec.Command("sh")
	cmd.Env = l.command(t).Env
	if got := ended(t, cmd, strings.Join(commands, "\n")); got.code != 0 {
		t.Fatalf("restarting: %+v", got)
	}
	return commands
}

// TestLiveRestartAll: whoever restarts all that an audit names loses no credentials, and
// gains those that it promises.
func TestLiveRestartAll(t *testing.T) {
	t.Parallel()
	l := liveCluster(t)
	l.must(t, strings.ReplaceAll(states, "WEBHOOK", webhookLabel), "apply", "-f", "-")
	l.spoil(t)
	const role = "acs:ram::" + accountID + ":role/"
	want := map[string]string{
		"kube-system/" + webhookApp: "none",
		"late/late":                 "none", "late/moved": role + "old-role", "late/paused": "none", "late/ondelete": "none", "late/held": "none",
		"late/daemon": "none", "late/bare": "none", "late/nightly": "none",
		"orphaned/api": role + "b-role", "copied/api": "acs:ram::1999999999999999:role/app-role", "copied/second": role + "app-role", "skipped/s": "none",
	}
	if diff := cmp.Diff(want, l.credentials(t)); diff != "" {
		t.Fatalf("before (-want +got):\n%s", diff)
	}
	commands := l.restartAll(t)
	if diff := cmp.Diff([]string{
		"kubectl rollout restart daemonset/daemon -n late", "kubectl rollout restart deployment/late -n late", "kubectl rollout restart statefulset/moved -n late",
	}, commands); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	for _, workload := range []string{"deployment/late", "statefulset/moved", "daemonset/daemon"} {
		l.must(t, "", "rollout", "status", workload, "-n", "late", "--timeout=2m")
	}
	l.settled(t, "late", 12)
	want["late/late"], want["late/moved"], want["late/daemon"] = role+"late-role", role+"new-role", role+"late-role"
	if diff := cmp.Diff(want, l.credentials(t)); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	if again := l.restartAll(t); len(again) > 0 {
		t.Errorf("want nothing left to restart, got %q", again)
	}
}
