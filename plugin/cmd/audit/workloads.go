package audit

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// auditWorkloads judges the workloads of a namespace, or of all, for what no pod shows: that
// their pods are refused, that they were meant to be injected and aren't, and what pods
// would get that there aren't yet.
func auditWorkloads(ctx context.Context, a *auditor, namespace string) error {
	r := &a.found
	unread, err := cluster.WholeWorkloads(ctx, a.Cluster, namespace, func(object *unstructured.Unstructured) error {
		w := diagnose.NewWorkload(object)
		if w.Template == nil || w.Meta.DeletionTimestamp != nil {
			return nil
		}
		around, err := aroundTemplate(a.around, &w)
		if err != nil {
			return err
		}
		if said := judgeWorkload(a.live, around, &w, noPods(object)); said.Finding != "" || said.NoPods != "" {
			r.Workloads = append(r.Workloads, said)
		}
		return nil
	})
	for _, text := range unread {
		r.Summary.Unread = append(r.Summary.Unread, text+", so that workloads may be missing here")
	}
	slices.SortFunc(r.Workloads, func(x, y cliapi.WorkloadAudit) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(diagnose.OwnerName(x.Owner), diagnose.OwnerName(y.Owner)))
	})
	return err
}

// judgeWorkload says how a pod of a workload comes out now. none says why there is no pod.
func judgeWorkload(live diagnose.Live, around diagnose.Around, w *diagnose.Workload, none string) cliapi.WorkloadAudit {
	out := cliapi.WorkloadAudit{APIVersion: cliapi.Version, Kind: "WorkloadAudit", Namespace: w.Namespace, Owner: w.Owner, NoPods: none}
	var cause diagnose.Finding
	out.State, cause = live.MadeNow(diagnose.Made{Namespace: w.Namespace, Workload: w, Around: around})
	switch {
	case w.Fails != "":
		out.Finding = cliapi.WorkloadRefused
	case out.State == rrsa.StateMistake:
		out.Finding = cliapi.WorkloadMistake
	case out.State == rrsa.StateMissing && none != "":
		out.Finding = cliapi.WorkloadMissing
	}
	if cause.Code != "" {
		out.Cause = &cliapi.Cause{Code: cause.Code, Message: cause.Message, Object: cause.Object, Field: cause.Field, Next: session.Finding(cause).Hint}
	}
	return out
}

// noPods says why a workload has no pods; empty if it has, or may have.
func noPods(object *unstructured.Unstructured) string {
	replicas, set, _ := unstructured.NestedInt64(object.Object, "spec", "replicas")
	suspended, _, _ := unstructured.NestedBool(object.Object, "spec", "suspend")
	scheduled, counted, _ := unstructured.NestedInt64(object.Object, "status", "desiredNumberScheduled")
	switch {
	case object.GetKind() == "CronJob" && suspended:
		return "it is suspended"
	case object.GetKind() == "CronJob":
		return "it has pods only while one of its Jobs runs"
	case object.GetKind() == "Job" && suspended:
		return "it is suspended"
	case set && replicas == 0:
		return "it has no replicas"
	case object.GetKind() == "DaemonSet" && counted && scheduled == 0:
		return "no node takes its pods"
	}
	return ""
}
