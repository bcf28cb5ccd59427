package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// live is a control plane with all that a cluster with RRSA has: its profile, the webhook
// with its Deployment and its Helm release, and something that has pods become ready as
// nodes do.
type live struct {
	*cluster
	webhook *webhook

	mu sync.Mutex
	// down are the labels of pods that don't become ready.
	down string
}

const webhookApp = "ack-pod-identity-webhook"

func liveCluster(t *testing.T) *live {
	t.Helper()
	c := ownControlPlane(t)
	l := &live{cluster: c}
	c.profile(t, accountID, clusterID)
	sources := sources{t, c}
	sources.node("node-1", map[string]string{"topology.kubernetes.io/region": "cn-hangzhou"}, "")
	sources.release(1, "deployed", "0.4.2", map[string]any{"AutoInjectSTSEnvVars": true})
	sources.webhook("webhook:v0.4.2-g1f0c3a7-aliyun")
	l.run(t)
	l.scale(t, 1)
	l.webhook = c.webhook(t)
	return l
}

// run has every pod become ready that isn't held down, until the test is over.
func (l *live) run(t *testing.T) {
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var done sync.WaitGroup
	client := l.client(t)
	done.Go(func() {
		for ctx.Err() == nil {
			l.turn(ctx, client)
			time.Sleep(50 * time.Millisecond)
		}
	})
	t.Cleanup(func() { stop(); done.Wait() })
}

// turn is what nodes do once: pods run that don't, and those go that are to.
func (l *live) turn(ctx context.Context, client kubernetes.Interface) {
	pods, err := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return // the next turn asks again
	}
	l.mu.Lock()
	down := l.down
	l.mu.Unlock()
	for _, p := range pods.Items {
		ready := corev1.ConditionTrue
		if down != "" && p.Labels["app"] == down {
			ready = corev1.ConditionFalse
		}
		has := slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool { return c.Type == corev1.PodReady && c.Status == ready })
		switch {
		case p.DeletionTimestamp != nil:
			var now int64
			_ = client.CoreV1().Pods(p.Namespace).Delete(ctx, p.Name, metav1.DeleteOptions{GracePeriodSeconds: &now})
		case !has:
			p.Status.Phase = corev1.PodRunning
			p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}
			_, _ = client.CoreV1().Pods(p.Namespace).UpdateStatus(ctx, &p, metav1.UpdateOptions{})
		}
	}
}

// scale has the webhook's Deployment have pods, and waits until they are ready.
func (l *live) scale(t *testing.T, replicas int) {
	t.Helper()
	l.must(t, "", "scale", "deployment", webhookApp, "-n", "kube-system", fmt.Sprintf("--replicas=%d", replicas))
	l.ready(t, replicas)
}

// hold has the webhook's pods become unready, or ready again.
func (l *live) hold(t *testing.T, down bool) {
	t.Helper()
	l.mu.Lock()
	l.down = map[bool]string{true: webhookApp}[down]
	l.mu.Unlock()
	l.ready(t, map[bool]int{false: 1}[down])
}

func (l *live) ready(t *testing.T, n int) {
	t.Helper()
	eventually(t, "the webhook's Deployment", func() error {
		d, err := l.client(t).AppsV1().Deployments("kube-system").Get(t.Context(), webhookApp, metav1.GetOptions{})
		if err == nil && int(d.Status.ReadyReplicas) != n {
			err = fmt.Errorf("%d pods are ready", d.Status.ReadyReplicas)
		}
		return err
	})
}

// apply applies manifests and waits until there are as many pods in a namespace.
func (l *live) apply(t *testing.T, namespace string, pods int, manifest string) {
	t.Helper()
	l.must(t, strings.ReplaceAll(manifest, "WEBHOOK", webhookLabel), "apply", "-f", "-")
	l.settled(t, namespace, pods)
}

// settled waits until a namespace has as many pods, and none of them is about to go.
func (l *live) settled(t *testing.T, namespace string, pods int) {
	t.Helper()
	eventually(t, "the pods of "+namespace, func() error {
		list, err := l.client(t).CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, p := range list.Items {
			if p.DeletionTimestamp != nil || p.Status.Phase != corev1.PodRunning {
				return errors.New(p.Name + " isn't settled")
			}
		}
		if len(list.Items) != pods {
			return fmt.Errorf("there are %d", len(list.Items))
		}
		return nil
	})
}

// credentials tell of each workload, named by its pods' label "app", what its pods have:
// "none", or the role.
func (l *live) credentials(t *testing.T) map[string]string {
	t.Helper()
	pods, err := l.client(t).CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]bool{}
	for _, p := range pods.Items {
		have := "none"
		for _, e := range p.Spec.Containers[0].Env {
			if e.Name == rrsa.EnvRoleARN && rrsa.Touched(&corev1.PodTemplateSpec{Spec: p.Spec}) {
				have = e.Value
			}
		}
		key := p.Namespace + "/" + p.Labels["app"]
		if out[key] == nil {
			out[key] = map[string]bool{}
		}
		out[key][have] = true
	}
	all := map[string]string{}
	for key, have := range out {
		all[key] = strings.Join(slices.Sorted(maps.Keys(have)), ", ")
	}
	return all
}

// diagnosed is what tests compare of an explanation.
type diagnosed struct {
	Cause struct{ Code, Message, Object, Next string }
	Pod   struct {
		State  string
		Remedy fix
	}
	Pods struct {
		States map[string]int
		Groups []struct {
			State string
			Pods  int
		}
		Remedy fix
	}
	Items []diagnosed
}

type fix struct{ Outcome, Command, Instead string }

// restart is a command that restarts a workload, wherever it stands.
var restart = regexp.MustCompile(`kubectl rollout restart (\S+/|on its workload)`)

// symptom is what is asked, and what all verbs have to say to it.
type symptom struct {
	name, ns string
	// target is explained: TYPE/NAME, or a file with arguments before it.
	target string
	// app is the label of the pods that audit and diff are asked about; empty for none.
	app, state string
	// code is in the first line, and next is part of the action in the second one.
	code, next string
	// outcome is what making the pods again would do, and command whether a command says
	// it.
	outcome string
	command bool
}

// asks explains a target, and compares what the text and the JSON say, and with that what
// audit and diff say of the pods.
func (l *live) asks(t *testing.T, s symptom, flags ...string) diagnosed {
	t.Helper()
	args := slices.Concat([]string{"explain", "-n", s.ns}, flags, strings.Fields(s.target))
	text, data := l.rrsa(t, "", args...), l.rrsa(t, "", append(args, "-o", "json")...)
	var e diagnosed
	if err := json.Unmarshal([]byte(data.stdout), &e); err != nil || text.code != 0 || data.code != 0 {
		t.Fatalf("%v: want explanations, got %+v and %+v", err, text, data)
	}
	if len(e.Items) == 1 {
		e = e.Items[0]
	}
	lines := strings.Split(text.stdout, "\n")
	for strings.HasPrefix(lines[0], "warning: ") { // what is wrong with the whole cluster, with a hint and an empty line
		lines = lines[3:]
	}
	first, second := lines[0], lines[1]
	switch {
	case e.Cause.Code != s.code || !strings.Contains(first, s.code) || !strings.Contains(e.Cause.Next, s.next):
		t.Errorf("want %s and %q, got %+v\n%s", s.code, s.next, e.Cause, first)
	case s.code == "" && !strings.HasSuffix(first, " ok"), s.code != "" && second != "  next: "+e.Cause.Next:
		t.Errorf("want the same in the text, got %+v\n%s\n%s", e.Cause, first, second)
	}
	remedy := e.Pods.Remedy
	if e.Pod.State != "" {
		remedy = e.Pod.Remedy
	}
	if remedy.Outcome != s.outcome || (remedy.Command != "") != s.command || restart.MatchString(text.stdout) != s.command {
		t.Errorf("want the outcome %q and a restart %t, got %+v:\n%s", s.outcome, s.command, remedy, text.stdout)
	}
	if s.app != "" {
		l.agree(t, s, e, flags)
	}
	return e
}

// agree checks that explain, audit and diff have one state for all pods of a symptom.
func (l *live) agree(t *testing.T, s symptom, e diagnosed, flags []string) {
	t.Helper()
	pods, err := l.client(t).CoreV1().Pods(s.ns).List(t.Context(), metav1.ListOptions{LabelSelector: "app=" + s.app})
	if err != nil || len(pods.Items) == 0 {
		t.Fatalf("want pods with the label app=%s, got %d: %v", s.app, len(pods.Items), err)
	}
	if e.Pod.State != s.state && (e.Pod.State != "" || len(e.Pods.States) > 0) && e.Pods.States[s.state] != len(pods.Items) {
		t.Errorf("want %d pods %s, got %+v", len(pods.Items), s.state, e)
	}
	audited := l.rrsa(t, "", slices.Concat([]string{"audit", "-n", s.ns, "-o", "json", "--fail-on", "none"}, flags)...)
	var report struct {
		Items   []struct{ Name, State string }
		Summary struct {
			Remedies []struct {
				fix
				Pod   string
				Owner struct{ Name string }
			}
		}
	}
	if err := json.Unmarshal([]byte(audited.stdout), &report); err != nil || audited.code != 0 {
		t.Fatalf("want an audit, got %+v: %v", audited, err)
	}
	states := map[string]string{}
	for _, p := range report.Items {
		states[p.Name] = p.State
	}
	for _, p := range pods.Items {
		if states[p.Name] != s.state {
			t.Errorf("audit: want %s %s, got %s", p.Name, s.state, states[p.Name])
		}
	}
	outcome, command := "", false
	for _, r := range report.Summary.Remedies {
		if cmp.Or(r.Pod, r.Owner.Name) == s.app {
			outcome, command = r.Outcome, r.Command != ""
		}
	}
	if outcome != s.outcome || command != s.command || strings.Contains(audited.stdout, "restart on its workload") {
		t.Errorf("audit: want the outcome %q and a restart %t, got %s", s.outcome, s.command, audited.stdout)
	}
	if !strings.HasPrefix(s.target, "-f ") {
		l.agreeSet(t, s, len(pods.Items), flags)
	}
	name := pods.Items[0].Name
	told := l.rrsa(t, "", slices.Concat([]string{"diff", "pod/" + name, "-n", s.ns}, flags)...)
	if !strings.HasPrefix(told.stderr, "pod/"+name+" ("+s.ns+") "+s.state) {
		t.Errorf("diff: want %s, got %+v", s.state, told)
	}
}
