package cluster

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// made is a pod of a controller; without a kind it is a bare one.
func made(name, kind, owner, hash string) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop", UID: types.UID("pod-" + name), ManagedFields: make([]metav1.ManagedFieldsEntry, 1)}}
	if kind != "" {
		version := "apps/v1"
		if kind == "Node" {
			version = "v1"
		}
		pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: version, Kind: kind, Name: owner, UID: types.UID(owner), Controller: new(true)}}
	}
	if hash != "" {
		pod.Labels = map[string]string{"pod-template-hash": hash}
	}
	return pod
}

// TestPicked: the bound is on workloads, so that two ReplicaSets of one Deployment are one,
// and of what is left out nothing is kept.
func TestPicked(t *testing.T) {
	p := &picked{most: 3}
	for _, pod := range []*corev1.Pod{
		made("web-1-a", "ReplicaSet", "web-1", "1"), made("web-2-a", "ReplicaSet", "web-2", "2"), made("web-1-b", "ReplicaSet", "web-1", "1"),
		made("bare", "", "", ""), made("static-node-1", "Node", "node-1", ""),
		made("db-0", "StatefulSet", "db", ""), made("db-1", "StatefulSet", "db", ""), made("other", "", "", ""),
		made("web-2-b", "ReplicaSet", "web-2", "2"),
	} {
		p.add(pod)
	}
	// As it is once what is above was read.
	for _, of := range p.ordered {
		if of.Top != nil {
			of.Top = &diagnose.Controller{OwnerReference: metav1.OwnerReference{Name: "web", UID: "web"}}
		}
	}
	var got []string
	for _, of := range p.merged() {
		line := of.name()
		for _, pod := range of.Pods {
			line += " " + pod.Name
			if pod.ManagedFields != nil {
				t.Errorf("%s has what no decision is made from", pod.Name)
			}
		}
		got = append(got, line)
	}
	if diff := cmp.Diff([]string{"bare bare", "static-node-1 static-node-1", "web web-1-a web-1-b web-2-a web-2-b"}, got); diff != "" {
		t.Errorf("pods (-want +got):\n%s", diff)
	}
	if len(p.left) != 2 {
		t.Errorf("want two left out, got %v", p.left)
	}
}

// TestPickedMany: of one owner no more than a page of pods is kept.
func TestPickedMany(t *testing.T) {
	p := &picked{most: 1}
	for i := range pageSize + 1 {
		p.add(made(fmt.Sprint("db-", i), "StatefulSet", "db", ""))
	}
	if of := p.merged()[0]; len(of.Pods) != pageSize || !of.More {
		t.Errorf("want a page, and that there are more, got %d and %t", len(of.Pods), of.More)
	}
	exact := &picked{most: 1}
	for i := range pageSize {
		exact.add(made(fmt.Sprint("db-", i), "StatefulSet", "db", ""))
	}
	if exact.merged()[0].More {
		t.Error("want no more where a page is all")
	}
}

func TestOfPods(t *testing.T) {
	for types, want := range map[string]bool{"": true, "pods": true, "Pod": true, "po": true, "deployments": false, "pods,deployments": false} {
		if got := (Selection{Types: types}).OfPods(); got != want {
			t.Errorf("%q: want %t, got %t", types, want, got)
		}
	}
}
