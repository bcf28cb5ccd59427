package diagnose

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func variables(namesAndValues ...string) []corev1.EnvVar {
	var out []corev1.EnvVar
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		out = append(out, corev1.EnvVar{Name: namesAndValues[i], Value: namesAndValues[i+1]})
	}
	return out
}

func podWith(containers ...corev1.Container) *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: containers}}
}

// TestCompareFields: what differs is RRSA's, and no default or order.
func TestCompareFields(t *testing.T) {
	field := func(pod *corev1.PodTemplateSpec, apiVersion string) *corev1.PodTemplateSpec {
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{
			Name: rrsa.EnvSTSRegion, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: apiVersion, FieldPath: "metadata.name"}},
		})
		return pod
	}
	volume := func(v corev1.ServiceAccountTokenProjection, mode *int32) *corev1.PodTemplateSpec {
		return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Volumes: []corev1.Volume{
			{Name: "other"},
			{Name: rrsa.VolumeName, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
				DefaultMode: mode, Sources: []corev1.VolumeProjection{{ServiceAccountToken: &v}},
			}}},
		}}}
	}
	mode, seconds, hour := rrsa.VolumeMode, rrsa.DefaultExpiration, int64(7200)
	for _, tt := range []struct {
		name          string
		webhook, ours *corev1.PodTemplateSpec
		differences   []Difference
		orders        []Difference
	}{
		{"what isn't RRSA's", podWith(corev1.Container{Name: "a", Image: "a", Env: variables("X", "1")}), podWith(corev1.Container{Name: "a", Env: variables("X", "2")}), nil, nil},
		{
			"values", podWith(corev1.Container{Name: "a", Env: variables(rrsa.EnvRoleARN, "x")}), podWith(corev1.Container{Name: "a", Env: variables(rrsa.EnvRoleARN, "y", rrsa.EnvSTSRegion, "z")}),
			[]Difference{
				{"spec.containers[a].env[ALIBABA_CLOUD_ROLE_ARN]", `"x"`, `"y"`},
				{"spec.containers[a].env[ALIBABA_CLOUD_STS_REGION]", "none", `"z"`},
			}, nil,
		},
		{
			"order", podWith(corev1.Container{Name: "a", Env: variables(rrsa.EnvRoleARN, "x", "NEW", "", "OWN", "")}), podWith(corev1.Container{Name: "a", Env: variables("OWN", "", rrsa.EnvRoleARN, "x")}),
			nil, []Difference{{"a", "ALIBABA_CLOUD_ROLE_ARN, OWN", "OWN, ALIBABA_CLOUD_ROLE_ARN"}},
		},
		{"defaults of a variable", field(podWith(corev1.Container{Name: "a"}), "v1"), field(podWith(corev1.Container{Name: "a"}), ""), nil, nil},
		{"defaults of the volume", volume(corev1.ServiceAccountTokenProjection{Path: "token", ExpirationSeconds: &seconds}, &mode), volume(corev1.ServiceAccountTokenProjection{Path: "token"}, nil), nil, nil},
		{
			"the volume", volume(corev1.ServiceAccountTokenProjection{Path: "token", ExpirationSeconds: &hour}, &mode), &corev1.PodTemplateSpec{},
			[]Difference{{"spec.volumes[rrsa-oidc-token]", `{"projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":7200,"path":"token"}}],"defaultMode":420}}`, "none"}}, nil,
		},
		{
			"a mount", podWith(corev1.Container{Name: "a", VolumeMounts: []corev1.VolumeMount{{Name: "x", MountPath: rrsa.TokenDir}, {Name: "y", MountPath: "/y"}}}), podWith(corev1.Container{Name: "a"}),
			[]Difference{{"spec.containers[a].volumeMounts[/var/run/secrets/ack.alibabacloud.com/rrsa-tokens]", `{"name":"x","mountPath":"/var/run/secrets/ack.alibabacloud.com/rrsa-tokens"}`, "none"}}, nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			differences, orders := CompareFields(tt.webhook, tt.ours), CompareOrders(tt.webhook, tt.ours)
			if diff := cmp.Diff(tt.differences, differences); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.orders, orders); diff != "" {
				t.Errorf("orders (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWithoutForeign: a container that another webhook has put in is no
// difference, and is told where it is injected.
func TestWithoutForeign(t *testing.T) {
	app, proxy, plain := corev1.Container{Name: "app"}, corev1.Container{Name: "proxy", Env: variables(rrsa.EnvRoleARN, "x")}, corev1.Container{Name: "plain"}
	answer := podWith(proxy, app, plain)
	got, injected := WithoutForeign(answer, podWith(app))
	if diff := cmp.Diff(podWith(app), got); diff != "" {
		t.Errorf("pod (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"proxy"}, injected); diff != "" {
		t.Errorf("injected (-want +got):\n%s", diff)
	}
	if len(answer.Spec.Containers) != 3 {
		t.Errorf("want the answer to stay as it is, got %v", answer.Spec.Containers)
	}
}
