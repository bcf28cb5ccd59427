package audit

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// judge examines a pod.
func (a *auditor) judge(t *tally, pod *corev1.Pod) error {
	template := diagnose.Template(pod)
	around, err := a.around.Around(pod.Namespace, rrsa.ServiceAccountName(template))
	if err != nil {
		return err
	}
	ref := metav1.GetControllerOfNoCopy(pod)
	var meant *diagnose.Workload
	if ref != nil {
		meant = a.meant[ref.UID]
	}
	d := a.live.Pod(pod, around, meant)
	a.count(t, pod, d)
	t.witness(pod, d)
	if diagnose.Broken(d.State) && ref == nil {
		t.fix(a.bare(around, pod, d.State), a.rows == rowsAll)
	}
	return nil
}

// count counts a pod, and keeps of it what the report has.
func (a *auditor) count(t *tally, pod *corev1.Pod, d diagnose.Diagnosis) *cliapi.PodAudit {
	namespace, account := once(a.names, pod.Namespace), once(a.names, rrsa.ServiceAccountName(diagnose.Template(pod)))
	if t.counts[*namespace] == nil {
		t.counts[*namespace] = map[rrsa.State]int{}
	}
	t.counts[*namespace][d.State]++
	for _, key := range []types.NamespacedName{{Name: *namespace}, {Namespace: *namespace, Name: *account}} {
		s := a.served[key]
		if s == nil {
			s = &served{}
			a.served[key] = s
		}
		switch {
		case d.Decision.Verdict != rrsa.NotInjected || d.State == rrsa.StateOrphaned:
			s.open++
		case d.State == rrsa.StateNotApplicable:
			s.shut++
		}
	}
	var owner *cliapi.Owner
	if o := ownerOf(pod); o != nil {
		owner = once(a.owners, *o)
	}
	t.keys.note(pod, owner)
	if isFinding(d) {
		a.finding(t, pod, owner, d)
	} else if ref := metav1.GetControllerOfNoCopy(pod); ref != nil && d.State == rrsa.StateOK {
		t.right[ref.UID]++
	}
	if a.rows == rowsNone || a.rows == rowsOfFindings && !diagnose.IsFinding(d.State) {
		return nil
	}
	row := cliapi.PodAudit{
		APIVersion: cliapi.Version, Kind: "PodAudit", Namespace: *namespace, Name: pod.Name, State: d.State, ServiceAccount: *account, Owner: owner,
	}
	if d.State != rrsa.StateOK {
		reason := session.Reason(d.Reason)
		if diagnose.Broken(d.State) {
			reason.Hint = "" // the fixes say what helps, where that is proven
		}
		row.Reason = once(a.reasons, reason)
	}
	if d.Cause.Code != "" {
		row.Cause = once(a.said, cliapi.Cause{Code: d.Cause.Code, Message: d.Cause.Message, Object: d.Cause.Object, Field: d.Cause.Field})
	}
	t.rows = append(t.rows, row)
	return &t.rows[len(t.rows)-1]
}

// finding notes a pod with the others of its controller.
func (a *auditor) finding(t *tally, pod *corev1.Pod, shown *cliapi.Owner, d diagnose.Diagnosis) {
	ref := metav1.GetControllerOfNoCopy(pod)
	var o *owned
	if ref == nil {
		if o = t.alone[pod.Namespace]; o == nil {
			o = &owned{Controller: diagnose.Controller{Namespace: pod.Namespace}}
			t.alone[pod.Namespace] = o
		}
	} else if o = t.owners[ref.UID]; o == nil {
		o = &owned{shown: shown, Controller: diagnose.Controller{
			OwnerReference: metav1.OwnerReference{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: ref.UID}, Namespace: pod.Namespace,
		}}
		t.owners[ref.UID] = o
	}
	o.note(a.groups.causeOf(pod, d, d.Cause), pod.Name)
	if d.State == rrsa.StateStale && o.own == nil {
		o.own = a.groups.causeOf(pod, d, d.Own)
	}
	if ref == nil || !diagnose.Broken(d.State) {
		return
	}
	if o.states == nil {
		o.states = map[rrsa.State]int{}
	}
	o.states[d.State]++
	if ref.Kind == "StatefulSet" || len(o.broken) == 0 { // whose update may leave some of them alone
		o.broken = append(o.broken, pod.Name)
	}
}

// ownerOf is the pod's controller, and for a Deployment's ReplicaSet the Deployment, by
// the hash that the pods have as a label; nil without a controller. It is for the report:
// before anything is restarted, what makes the pods is read.
func ownerOf(pod *corev1.Pod) *cliapi.Owner {
	ref := metav1.GetControllerOfNoCopy(pod)
	if ref == nil {
		return nil
	}
	o := &cliapi.Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name}
	hash := pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
	if name, ok := strings.CutSuffix(o.Name, "-"+hash); ok && hash != "" && name != "" && diagnose.IsKind(*o, appsv1.GroupName, "ReplicaSet") {
		o.Kind, o.Name = "Deployment", name
	}
	return o
}

// once is where the value is kept, equal ones in one place.
func once[T comparable](kept map[T]*T, value T) *T {
	if kept[value] == nil {
		kept[value] = &value
	}
	return kept[value]
}
