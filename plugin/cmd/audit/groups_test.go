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

// because is a diagnosis with a cause.
func because(state rrsa.State, code rrsa.Code, level rrsa.Level, object, message string) diagnose.Diagnosis {
	return diagnose.Diagnosis{
		Examination: rrsa.Examination{State: state},
		Cause:       diagnose.Finding{Object: object, Reason: rrsa.Reason{Code: code, Level: level, Message: message, Hint: "do it"}},
	}
}

func podOf(namespace, name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
}

// TestGroups: pods have one cause if the same is said of the same object, in however many
// namespaces, and not if it is said of objects with one name in two of them.
func TestGroups(t *testing.T) {
	g := newGroups()
	deployment := &cliapi.Owner{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"}
	add := func(namespace string, shown *cliapi.Owner, top *diagnose.Workload, of ...diagnose.Diagnosis) {
		o := &owned{Controller: diagnose.Controller{Namespace: namespace}, shown: shown}
		for i, d := range of {
			name := string(rune('a' + i))
			o.note(g.causeOf(podOf(namespace, name), d, d.Cause), name)
			if d.State == rrsa.StateStale {
				o.own = g.causeOf(podOf(namespace, name), d, d.Own)
			}
		}
		g.add(o, top)
	}
	down := because(rrsa.StateMissing, "Down", rrsa.LevelComponent, "deployment/webhook", "it is down")
	late := func(at string) diagnose.Diagnosis {
		d := because(rrsa.StateMissing, "Late", rrsa.LevelServiceAccount, "serviceaccount/app", "app is late; the pod was made at "+at)
		d.Cause.Shared = "app is late"
		return d
	}
	stale := because(rrsa.StateStale, "Late", rrsa.LevelServiceAccount, "serviceaccount/app", "app is late")
	stale.Differences = []rrsa.Difference{{Kind: rrsa.DifferenceMissing, Field: "spec.volumes[rrsa-oidc-token]"}}
	stale.Own = diagnose.Finding{Reason: rrsa.Reason{Code: "Own", Level: rrsa.LevelPod, Message: "its own: it lacks rrsa-oidc-token"}}
	trap := because(rrsa.StateOK, "Trap", rrsa.LevelPod, "pod/a", "a key in c")

	add("one", deployment, nil, down, down)
	add("two", deployment, nil, down)
	add("one", deployment, nil, late("8:00"), late("8:01"))
	add("two", deployment, nil, late("8:00"))
	add("one", deployment, nil, stale)
	injects := &diagnose.Workload{Owner: *deployment, Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Volumes: []corev1.Volume{{Name: rrsa.VolumeName}}}}}
	add("one", deployment, injects, stale)
	add("one", nil, nil, trap)

	fixes := []cliapi.Fix{{Namespace: "two", Owner: deployment, Outcome: cliapi.FixHelps, Command: "restart two"}, {Namespace: "one", Owner: deployment, Outcome: cliapi.FixNot, Instead: "not one"}}
	type said struct {
		state         rrsa.State
		code          rrsa.Code
		message       string
		differs, next string
		pods, owners  int
	}
	var got []said
	for _, r := range g.report(fixes) {
		got = append(got, said{r.State, r.Cause.Code, r.Cause.Message, r.Differs, r.Cause.Next, r.Pods, len(r.Owners)})
	}
	below := "what making each of them again would do is said below"
	if diff := cmp.Diff([]said{
		{"missing", "Down", "it is down", "", below, 3, 2},
		{"missing", "Late", "app is late", "", "not one", 2, 1},
		{"missing", "Late", "app is late", "", "restart two", 1, 1},
		{"stale", "Late", "app is late", "it lacks rrsa-oidc-token", "not one", 1, 1},
		{"stale", "Own", "its own: it lacks rrsa-oidc-token", "", "not one", 1, 1},
		{"ok", "Trap", "a key in c", "", "do it", 1, 1},
	}, got, cmp.AllowUnexported(said{})); diff != "" {
		t.Errorf("the groups (-want +got):\n%s", diff)
	}
}

// TestKeyUses: the pods of a workload are counted once, however many of their objects have
// an AccessKey, and those that have one themselves too.
func TestKeyUses(t *testing.T) {
	pod := func(name string, env []corev1.EnvVar, from ...string) *corev1.Pod {
		p := podOf("shop", name)
		c := corev1.Container{Name: "c", Env: env}
		for _, f := range from {
			c.EnvFrom = append(c.EnvFrom, corev1.EnvFromSource{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: f}}})
		}
		p.Spec.Containers = []corev1.Container{c}
		return p
	}
	k := keyUses{}
	owner := &cliapi.Owner{Kind: "Deployment", Name: "web"}
	k.note(pod("old", []corev1.EnvVar{{Name: "OSS_ACCESS_KEY_ID", Value: "x"}}, "one"), owner)
	k.note(pod("a", nil, "one", "two", "none"), owner)
	k.note(pod("b", nil, "one", "two", "none"), owner)
	k.note(pod("c", nil, "one"), owner)
	k.note(pod("alone", nil, "none"), nil)
	for _, use := range k {
		use.settle(func(f rrsa.EnvFrom) []string {
			return map[string][]string{"one": {"ALICLOUD_ACCESS_KEY"}, "two": {"ALIBABA_CLOUD_ACCESS_KEY_ID"}, "none": {"PASSWORD"}}[f.Name]
		})
	}
	got := k.report()
	if len(got) != 1 || got[0].Pods != 4 || len(got[0].Variables) != 3 || got[0].Example != "old" {
		t.Errorf("want four pods of one workload with three variables, got %+v", got)
	}
}
