package audit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

func TestFixes(t *testing.T) {
	yes := true
	row := func(state rrsa.State, name, hash, apiVersion, kind, owner string) cliapi.PodAudit {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"pod-template-hash": hash}}}
		if kind != "" {
			pod.OwnerReferences = []metav1.OwnerReference{
				{APIVersion: "v1", Kind: "Node", Name: "not-the-controller"},
				{APIVersion: apiVersion, Kind: kind, Name: owner, Controller: &yes},
			}
		}
		return cliapi.PodAudit{Namespace: "shop", Name: name, State: state, Owner: diagnose.OwnerOf(pod)}
	}
	const job = "a Job's pods are not replaced: create the Job anew; the next one of a CronJob is right by itself"
	const other = "kubectl rollout restart doesn't know it: recreate its pods"
	for _, tt := range []struct {
		name string
		rows []cliapi.PodAudit
		want []string
	}{
		{"a Deployment, once", []cliapi.PodAudit{
			row(rrsa.StateMissing, "web-1", "5d4f", "apps/v1", "ReplicaSet", "web-5d4f"),
			row(rrsa.StateStale, "web-2", "7c9d", "apps/v1", "ReplicaSet", "web-7c9d"),
		}, []string{"kubectl rollout restart deployment/web -n shop"}},
		{"a ReplicaSet of its own", []cliapi.PodAudit{
			row(rrsa.StateMissing, "a", "", "apps/v1", "ReplicaSet", "web-"),
			row(rrsa.StateMissing, "b", "7c9d", "apps/v1", "ReplicaSet", "web-5d4f"),
			row(rrsa.StateMissing, "c", "5d4f", "apps/v1", "ReplicaSet", "-5d4f"),
		}, []string{"# replicaset/web- -n shop: " + other, "# replicaset/web-5d4f -n shop: " + other, "# replicaset/-5d4f -n shop: " + other}},
		{"StatefulSets, one of another API", []cliapi.PodAudit{
			row(rrsa.StateOrphaned, "a", "", "apps/v1", "StatefulSet", "db"),
			row(rrsa.StateOrphaned, "b", "", "apps.kruise.io/v1beta1", "StatefulSet", "db"),
		}, []string{"kubectl rollout restart statefulset/db -n shop", "# statefulset/db -n shop: " + other}},
		{"a Job", []cliapi.PodAudit{row(rrsa.StateMissing, "a", "", "batch/v1", "Job", "night-28")}, []string{"# job/night-28 -n shop: " + job}},
		{"pods without a controller, each", []cliapi.PodAudit{row(rrsa.StateMissing, "a", "", "", "", ""), row(rrsa.StateStale, "b", "", "", "", "")}, []string{
			"# pod/a -n shop: it has no controller: delete it and create it anew", "# pod/b -n shop: it has no controller: delete it and create it anew",
		}},
		{"a name that a shell would run", []cliapi.PodAudit{row(rrsa.StateMissing, "a", "", "apps/v1", "DaemonSet", "$(reboot)")}, []string{"# daemonset/$(reboot) -n shop: " + other}},
		{"nothing to fix", []cliapi.PodAudit{
			row(rrsa.StateOK, "a", "", "apps/v1", "DaemonSet", "x"), row(rrsa.StateUnknown, "b", "", "apps/v1", "DaemonSet", "x"),
			row(rrsa.StateNotApplicable, "c", "", "apps/v1", "DaemonSet", "x"),
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, r := range fixes(tt.rows, "") {
				got = append(got, diagnose.FixLine(r))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fixes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFixesLeadToTheSameCluster: a command that is pasted has the flags that lead
// there.
func TestFixesLeadToTheSameCluster(t *testing.T) {
	rows := []cliapi.PodAudit{{Namespace: "shop", Name: "web-1", State: rrsa.StateMissing, Owner: &cliapi.Owner{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"}}}
	want := "kubectl rollout restart deployment/web -n shop --context=prod"
	if diff := cmp.Diff(want, fixes(rows, " --context=prod")[0].Command); diff != "" {
		t.Errorf("command (-want +got):\n%s", diff)
	}
}
