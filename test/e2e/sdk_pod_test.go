package e2e

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// admit injects a manifest with preview, applies what comes out, and reads back
// the pod with that label "app".
func (c *cluster) admit(t testing.TB, namespace, name, manifest string, args ...string) corev1.Pod {
	t.Helper()
	injected := c.rrsa(t, manifest, append([]string{"preview", "-f", "-"}, args...)...)
	if injected.code != 0 {
		t.Fatalf("preview: %+v", injected)
	}
	if got := c.kubectlWith(t, injected.stdout, "apply", "-f", "-"); got.code != 0 {
		t.Fatalf("applying what preview printed: %+v\n%s", got, injected.stdout)
	}
	return c.created(t, namespace, name)
}

// created is the pod with that label "app", as soon as there is one.
func (c *cluster) created(t testing.TB, namespace, name string) corev1.Pod {
	t.Helper()
	var pod corev1.Pod
	eventually(t, "the pod", func() error {
		pods, err := c.client(t).CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app=" + name})
		if err == nil && len(pods.Items) == 0 {
			err = errors.New("there is none yet")
		}
		if err == nil {
			pod = pods.Items[0]
		}
		return err
	})
	return pod
}

// mountedToken is what a container of a pod gets to see.
type mountedToken struct {
	env     []string
	seconds int64
}

// token does the kubelet's part: it asks the API server for the token that the
// pod's volume describes, and lays it where the container finds it. There is no
// container, so the file can't be at the path of the mount; the variable with that
// path is the only one that is changed. An audience that isn't empty replaces the
// volume's.
func (c *cluster) token(t testing.TB, pod corev1.Pod, audience string) mountedToken {
	t.Helper()
	container := pod.Spec.Containers[0]
	at := slices.IndexFunc(container.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == "rrsa-oidc-token" })
	volume := slices.IndexFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == "rrsa-oidc-token" })
	if at < 0 || volume < 0 {
		t.Fatalf("the pod has no token volume: %+v", pod.Spec)
	}
	source := pod.Spec.Volumes[volume].Projected.Sources[0].ServiceAccountToken
	if audience == "" {
		audience = source.Audience
	}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		Audiences: []string{audience}, ExpirationSeconds: source.ExpirationSeconds,
		BoundObjectRef: &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID},
	}}
	asked := time.Now()
	answer, err := c.client(t).CoreV1().ServiceAccounts(pod.Namespace).CreateToken(t.Context(), pod.Spec.ServiceAccountName, request, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("asking for the pod's token: %v", err)
	}
	out := mountedToken{seconds: int64(answer.Status.ExpirationTimestamp.Sub(asked).Round(time.Minute).Seconds())}
	file := filepath.Join(t.TempDir(), source.Path)
	write(t, answer.Status.Token, file)
	mounted := path.Join(container.VolumeMounts[at].MountPath, source.Path)
	for _, e := range container.Env {
		if e.ValueFrom != nil {
			t.Fatalf("the test can't resolve the variable %q", e.Name)
		}
		if e.Name == "ALIBABA_CLOUD_OIDC_TOKEN_FILE" {
			if e.Value != mounted {
				t.Errorf("want the variable to lead to the mounted file %q, got %q", mounted, e.Value)
			}
			e.Value = file
		}
		out.env = append(out.env, e.Name+"="+e.Value)
	}
	return out
}
