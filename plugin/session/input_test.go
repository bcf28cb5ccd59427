package session

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// liveObject reads an object as the API server would answer with it.
func liveObject(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	out := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &out.Object); err != nil {
		t.Fatal(err)
	}
	return out
}

// What the API server, the scheduler and an injection have written goes,
// and what is left is untouched: a field that the Pod's type doesn't know, too.
const (
	runningPod = `
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  uid: 0a1b
  resourceVersion: "12"
  creationTimestamp: "2026-03-01T08:00:00Z"
  annotations:
    note: mine
  managedFields:
  - manager: kubectl
spec:
  nodeName: node-1
  ofTomorrow: {a: b}
  containers:
  - name: app
    image: app:1
    env:
    - {name: A, value: "1"}
    - {name: ALIBABA_CLOUD_ROLE_ARN, value: "acs:ram::1:role/cart"}
    volumeMounts:
    - {name: data, mountPath: /data}
    - {name: rrsa-oidc-token, mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens, readOnly: true}
  - name: log
    image: log:1
    env:
    - {name: ALIBABA_CLOUD_ROLE_ARN, value: mine, ofTomorrow: true}
  initContainers:
  - name: side
    image: side:1
    env:
    - {name: ALIBABA_CLOUD_STS_REGION, value: cn-hangzhou}
    volumeMounts:
    - {name: rrsa-oidc-token, mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens, readOnly: true}
  volumes:
  - name: rrsa-oidc-token
    projected:
      defaultMode: 420
      sources:
      - serviceAccountToken: {audience: sts.aliyuncs.com, expirationSeconds: 3600, path: token}
status:
  phase: Running
`
	barePod = `apiVersion: v1
kind: Pod
metadata:
  annotations:
    note: mine
  name: cart
  namespace: shop
spec:
  containers:
  - env:
    - name: A
      value: "1"
    image: app:1
    name: app
    volumeMounts:
    - mountPath: /data
      name: data
  - env:
    - name: ALIBABA_CLOUD_ROLE_ARN
      ofTomorrow: true
      value: mine
    image: log:1
    name: log
  initContainers:
  - image: side:1
    name: side
  ofTomorrow:
    a: b
`
)

func TestAddObjects(t *testing.T) {
	object := liveObject(t, runningPod)
	in := Input{Pods: map[*manifest.Item]*corev1.Pod{}}
	if err := in.addObjects([]*unstructured.Unstructured{object}); err != nil || len(in.Items()) != 1 {
		t.Fatalf("want one object, got %v", err)
	}
	pod := in.Pods[in.Items()[0]]
	if pod == nil {
		t.Fatal("want a pod, got none")
	}
	if diff := cmp.Diff(barePod, string(in.Streams[0].Bytes())); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(liveObject(t, runningPod), object); diff != "" {
		t.Errorf("the object itself (-want +got):\n%s", diff)
	}
	if pod.Spec.NodeName != "node-1" || len(pod.Spec.Volumes) != 1 {
		t.Errorf("want the pod as it is, got %+v", pod)
	}
}
