package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// The whole of it, as the webhook's documentation shows it.
func TestPlanDocumented(t *testing.T) {
	mode, seconds := int32(420), int64(3600)
	want := rrsa.Decision{
		Verdict: rrsa.Injected,
		Reasons: []rrsa.Reason{{
			Code: rrsa.CodeNamespaceLabelOn, Severity: rrsa.Info, Level: rrsa.LevelNamespace,
			Field:   "metadata.labels[pod-identity.alibabacloud.com/injection]",
			Message: `namespace "demo" has the label pod-identity.alibabacloud.com/injection=on`,
		}},
		Settings: []rrsa.Setting{
			{Name: "injection", Value: "on", Level: rrsa.LevelNamespace, Object: "demo", Key: "pod-identity.alibabacloud.com/injection"},
			{Name: "role-name", Value: "demo-role", Level: rrsa.LevelServiceAccount, Object: "app-sa", Key: "pod-identity.alibabacloud.com/role-name"},
			{Name: "service-account-token-expiration", Value: "3600", Level: rrsa.LevelComponent},
			{Name: "override-env", Value: "false", Level: rrsa.LevelComponent},
			{Name: "AutoInjectSTSEnvVars", Value: "true", Level: rrsa.LevelComponent},
			{Name: "initContainers", Value: "true", Level: rrsa.LevelComponent},
		},
		Containers: []string{"app"},
		Mutation: rrsa.Mutation{
			Volume: &corev1.Volume{Name: "rrsa-oidc-token", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
				DefaultMode: &mode,
				Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
					Audience: "sts.aliyuncs.com", ExpirationSeconds: &seconds, Path: "token",
				}}},
			}}},
			Containers: []rrsa.ContainerMutation{{
				Name: "app",
				Env: []corev1.EnvVar{
					{Name: "ALIBABA_CLOUD_ROLE_ARN", Value: roleARN},
					{Name: "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", Value: providerARN},
					{Name: "ALIBABA_CLOUD_OIDC_TOKEN_FILE", Value: "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token"},
					{Name: "ALIBABA_CLOUD_STS_ENDPOINT", Value: "sts-vpc.cn-hangzhou.aliyuncs.com"},
					{Name: "ALIBABA_CLOUD_STS_REGION", Value: "cn-hangzhou"},
					{Name: "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", Value: "true"},
				},
				Mounts: []corev1.VolumeMount{{
					Name: "rrsa-oidc-token", MountPath: "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens", ReadOnly: true,
				}},
			}},
		},
	}
	if diff := cmp.Diff(want, plan()); diff != "" {
		t.Errorf("decision (-want +got):\n%s", diff)
	}
}

// Without a template there is no container to select, and nothing to change.
func TestNoTemplate(t *testing.T) {
	check(t, []row{{
		"§2: no template", []edit{func(_ *rrsa.Config, in *rrsa.Input) { in.Template = nil }},
		rrsa.NotInjected, []string{"!info NoContainerSelected"},
	}})
}

// An invalid configuration decides nothing, not even about a pod left alone.
func TestConfigInvalid(t *testing.T) {
	check(t, []row{
		{"§2: a region that can't be one", []edit{nsNoLabel, func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.Region = "Hangzhou" }}, rrsa.Refused, []string{"!error ConfigInvalid"}},
		{"§4: a version that can't be one", []edit{webhook("newest")}, rrsa.Refused, []string{"!error ConfigInvalid"}},
	})
}
