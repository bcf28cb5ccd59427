package inject

import (
	"cmp"
	"regexp"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

var (
	roleARN     = regexp.MustCompile(`^acs:ram::([0-9]+):role/(.+)$`)
	stsEndpoint = regexp.MustCompile(`^sts-vpc\.(.+)\.aliyuncs\.com$`)
)

// planLike asks the engine what it adds to all containers of a pod under the
// settings that follow from variables and a token volume.
func planLike(pod *corev1.PodTemplateSpec, env []corev1.EnvVar, token corev1.Volume) rrsa.Mutation {
	value := func(name string) string {
		for _, e := range env {
			if e.Name == name {
				return e.Value
			}
		}
		return ""
	}
	role, provider := roleARN.FindStringSubmatch(value(rrsa.EnvRoleARN)), value(rrsa.EnvOIDCProviderARN)
	if role == nil || provider == "" {
		// Without them the variables don't come back, but the rest may.
		role, provider = []string{"", "1", "none"}, "acs:ram::1:oidc-provider/none"
	}
	cfg := rrsa.Default()
	cfg.AccountID, cfg.OIDCProviderARN, cfg.Region = role[1], provider, value(rrsa.EnvSTSRegion)
	cfg.AutoInjectSTSEnvVars = value(rrsa.EnvSTSRegion)+value(rrsa.EnvVPCEndpointEnabled) != ""
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{rrsa.RoleNameKey: role[2]}}}
	if region := stsEndpoint.FindStringSubmatch(value(rrsa.EnvSTSEndpoint)); region != nil {
		cfg.Region = cmp.Or(cfg.Region, region[1])
		account.Annotations[rrsa.InjectSTSEndpointKey] = rrsa.On
	}
	cfg.Region = cmp.Or(cfg.Region, "cn-none")
	if p := token.Projected; p != nil && len(p.Sources) == 1 && p.Sources[0].ServiceAccountToken != nil && p.Sources[0].ServiceAccountToken.ExpirationSeconds != nil {
		account.Annotations[rrsa.TokenExpirationKey] = strconv.FormatInt(*p.Sources[0].ServiceAccountToken.ExpirationSeconds, 10)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{rrsa.InjectionKey: rrsa.On}}}
	return rrsa.Plan(cfg, rrsa.Input{Template: pod, Namespace: namespace, ServiceAccount: account}).Mutation
}
