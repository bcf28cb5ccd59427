package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// sources makes what tells the identity of a cluster. All of it is for the whole
// cluster, and gone after the test.
type sources struct {
	t testing.TB
	c *cluster
}

// sources waits until the pods of former tests are gone, which would
// tell something too.
func (c *cluster) sources(t testing.TB) sources {
	t.Helper()
	eventually(t, "the end of all pods", func() error {
		pods, err := c.client(t).CoreV1().Pods("").List(t.Context(), metav1.ListOptions{Limit: 1})
		if err == nil && len(pods.Items) > 0 {
			err = errors.New("there is " + pods.Items[0].Namespace + "/" + pods.Items[0].Name)
		}
		return err
	})
	return sources{t, c}
}

// made fails the test on an error, and deletes the object after the test.
func (o sources) made(err error, remove func(ctx context.Context, name string, o metav1.DeleteOptions) error, name string) {
	o.t.Helper()
	if err != nil {
		o.t.Fatalf("making %q: %v", name, err)
	}
	o.t.Cleanup(func() {
		if err := remove(context.WithoutCancel(o.t.Context()), name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			o.t.Errorf("deleting %q: %v", name, err)
		}
	})
}

func (o sources) node(name string, labels map[string]string, providerID string) {
	o.t.Helper()
	api := o.c.client(o.t).CoreV1().Nodes()
	_, err := api.Create(o.t.Context(), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}, Spec: corev1.NodeSpec{ProviderID: providerID}}, metav1.CreateOptions{})
	o.made(err, api.Delete, name)
}

func (o sources) pod(pod *corev1.Pod) {
	o.t.Helper()
	api := o.c.client(o.t).CoreV1().Pods(pod.Namespace)
	_, err := api.Create(o.t.Context(), pod, metav1.CreateOptions{})
	o.made(err, api.Delete, pod.Name)
}

// injectedPod is a pod as the webhook of a cluster leaves it.
func injectedPod(namespace, name, account, id, region string) *corev1.Pod {
	const dir = "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens"
	seconds := int64(3600)
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: corev1.PodSpec{
			Containers: []corev1.Container{{
				Name: "app", Image: "app:1",
				Env: []corev1.EnvVar{
					{Name: "ALIBABA_CLOUD_ROLE_ARN", Value: "acs:ram::" + account + ":role/app-oss"},
					{Name: "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", Value: "acs:ram::" + account + ":oidc-provider/ack-rrsa-" + id},
					{Name: "ALIBABA_CLOUD_OIDC_TOKEN_FILE", Value: dir + "/token"},
					{Name: "ALIBABA_CLOUD_STS_REGION", Value: region},
				},
				VolumeMounts: []corev1.VolumeMount{{Name: "rrsa-oidc-token", MountPath: dir, ReadOnly: true}},
			}},
			Volumes: []corev1.Volume{{Name: "rrsa-oidc-token", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
				Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
					Audience: "sts.aliyuncs.com", ExpirationSeconds: &seconds, Path: "token",
				}}},
			}}}},
		},
	}
}

// acsPod is a pod with what ACS notes on it.
func acsPod(namespace, name, account, id string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name,
			Labels:      map[string]string{"alibabacloud.com/cluster-id": id},
			Annotations: map[string]string{"alibabacloud.com/user-id": account},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "app:1"}}},
	}
}

// release is the Secret in which Helm keeps a release of the webhook.
func (o sources) release(number int, status, version string, values map[string]any) {
	o.t.Helper()
	text, err := json.Marshal(map[string]any{
		"name": "ack-pod-identity-webhook", "namespace": "kube-system", "version": number,
		"info":   map[string]any{"status": status},
		"chart":  map[string]any{"metadata": map[string]any{"name": "ack-pod-identity-webhook", "version": version, "appVersion": version}, "values": map[string]any{}},
		"config": values,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, err = zip.Write(text)
	if err := errors.Join(err, zip.Close()); err != nil {
		o.t.Fatal(err)
	}
	name := fmt.Sprintf("sh.helm.release.v1.ack-pod-identity-webhook.v%d", number)
	api := o.c.client(o.t).CoreV1().Secrets("kube-system")
	_, err = api.Create(o.t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			"owner": "helm", "name": "ack-pod-identity-webhook", "status": status, "version": fmt.Sprint(number),
		}},
		Type: "helm.sh/release.v1",
		Data: map[string][]byte{"release": []byte(base64.StdEncoding.EncodeToString(packed.Bytes()))},
	}, metav1.CreateOptions{})
	o.made(err, api.Delete, name)
}

// webhook is the webhook's Deployment.
func (o sources) webhook(image string) {
	o.t.Helper()
	labels := map[string]string{"app": "ack-pod-identity-webhook"}
	none := int32(0)
	api := o.c.client(o.t).AppsV1().Deployments("kube-system")
	_, err := api.Create(o.t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "ack-pod-identity-webhook"},
		Spec: appsv1.DeploymentSpec{
			Replicas: &none, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "webhook", Image: image}}},
			},
		},
	}, metav1.CreateOptions{})
	o.made(err, api.Delete, "ack-pod-identity-webhook")
}
