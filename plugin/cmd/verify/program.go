package verify

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// envOIDCToken holds a token that credentials-go takes before the file. (§5)
const envOIDCToken = "ALIBABA_CLOUD_OIDC_TOKEN"

// programLink tells whether something in the pod keeps its program from what is injected. (§5)
func programLink(c chain) cliapi.Check {
	if c.pod == nil {
		return skipped(linkProgram, "a ServiceAccount has no containers: name a pod of it")
	}
	reasons := surroundings(c)
	for _, traps := range []struct {
		codes  []rrsa.Code
		status cliapi.CheckStatus
	}{
		// With these no program comes to the injected credentials, with the others some do.
		{[]rrsa.Code{rrsa.CodeTokenHidden, rrsa.CodeStaticAccessKey}, cliapi.CheckFailed},
		{[]rrsa.Code{rrsa.CodeEnvReferenceEarly, rrsa.CodeMountedElsewhere, rrsa.CodeLegacyEnv}, cliapi.CheckWarning},
	} {
		if i := slices.IndexFunc(reasons, func(r rrsa.Reason) bool { return slices.Contains(traps.codes, r.Code) }); i >= 0 {
			return session.CheckOf(linkProgram, traps.status, diagnose.Finding{Reason: reasons[i], Object: c.target})
		}
	}
	for _, container := range slices.Concat(c.pod.Spec.InitContainers, c.pod.Spec.Containers) {
		has := slices.ContainsFunc(container.Env, func(e corev1.EnvVar) bool { return e.Name == envOIDCToken })
		if has && slices.ContainsFunc(c.uses, func(u use) bool { return u.container == container.Name }) {
			return unknown(linkProgram, "remove that variable", "container %q sets %s, which credentials-go from 1.4.14 on takes before the token's file; what it holds isn't judged",
				container.Name, envOIDCToken)
		}
	}
	return passed(linkProgram, "nothing in the containers is known to keep a program from the injected credentials")
}

// surroundings are the reasons about the pod itself, as if it were injected: they don't
// depend on whether it is, and by which account.
func surroundings(c chain) []rrsa.Reason {
	template := rrsa.Uninjected(diagnose.Template(c.pod))
	template.UID, template.Spec.NodeName = "", ""
	around := diagnose.Around{
		Namespace:      &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{rrsa.InjectionKey: rrsa.On}}},
		ServiceAccount: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{rrsa.RoleNameKey: "any"}}},
	}
	cfg := c.live.Config
	cfg.AccountID, cfg.ClusterID, cfg.Region, cfg.OIDCProviderARN = "1", "c"+strings.Repeat("0", 32), "any-region", ""
	return rrsa.Plan(cfg, around.Input(c.account.Namespace, template, c.workload)).Reasons
}
