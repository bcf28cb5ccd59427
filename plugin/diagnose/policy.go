package diagnose

import (
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Codes of a policy that injects in the API server, and what each is about.
const (
	CodePolicyNotReadable         rrsa.Code = "PolicyNotReadable"         // policies that the user may not read
	CodePolicyAltered             rrsa.Code = "PolicyAltered"             // a policy that isn't what its settings make
	CodePolicySettingsDiffer      rrsa.Code = "PolicySettingsDiffer"      // a policy with other settings than those in force
	CodePolicyExcludesNamespace   rrsa.Code = "PolicyExcludesNamespace"   // a namespace that the policy leaves alone
	CodePolicyLeavesPod           rrsa.Code = "PolicyLeavesPod"           // a pod that the policy can't evaluate
	CodeServiceAccountNotSelected rrsa.Code = "ServiceAccountNotSelected" // a ServiceAccount without the label that the policy goes by
	CodePolicyActs                rrsa.Code = "PolicyActs"                // a cluster whose pods a policy injects
)

// Policies are what a cluster has of MutatingAdmissionPolicies that say of themselves that
// they inject.
type Policies struct {
	All []Policy
	// Unreadable says why they can't be read; empty if they could, or if the API server has
	// none.
	Unreadable string
}

// Policy is one of them.
type Policy struct {
	Name     string
	Settings admissionpolicy.Settings
	// Stored is the policy as it is there.
	Stored *admissionpolicy.Policy
	// Altered says in what it, or its bindings, are not what the settings make; without
	// any it does what they say.
	Altered []string
	// Written is when something of it was last written, as far as that is noted.
	Written metav1.Time
}

// PoliciesOf are those of a cluster's policies that are meant.
func PoliciesOf(policies []admissionregistrationv1.MutatingAdmissionPolicy, bindings []admissionregistrationv1.MutatingAdmissionPolicyBinding) Policies {
	var out Policies
	for _, p := range policies {
		found, altered := admissionpolicy.Read(p, bindings)
		if found == nil {
			continue
		}
		one := Policy{Name: p.Name, Settings: found.Settings, Stored: found, Altered: altered, Written: written(p.ObjectMeta)}
		for _, b := range bindings {
			if w := written(b.ObjectMeta); b.Spec.PolicyName == p.Name && w.After(one.Written.Time) {
				one.Written = w
			}
		}
		out.All = append(out.All, one)
	}
	return out
}

// written is when an object was created, or its settings were.
func written(meta metav1.ObjectMeta) metav1.Time {
	out := meta.CreationTimestamp
	if w := lastWrite(meta, "f:annotations", admissionpolicy.SettingsAnnotation); w != nil && w.Time.After(out.Time) {
		out = *w.Time
	}
	return out
}

// Object names the policy as kubectl does.
func (p *Policy) Object() string { return "mutatingadmissionpolicy/" + p.Name }

// Acting is the policy that does what its settings say, which is one at the most, as the
// names are among what they make; nil for none.
func (p *Policies) Acting() *Policy {
	if i := slices.IndexFunc(p.All, func(one Policy) bool { return len(one.Altered) == 0 }); i >= 0 {
		return &p.All[i]
	}
	return nil
}

// unclear says why it isn't known what policies do; false if it is.
func (p *Policies) unclear() (Finding, bool) {
	if p.Unreadable != "" {
		return Finding{Reason: rrsa.Reason{
			Code: CodePolicyNotReadable, Severity: rrsa.Info, Level: rrsa.LevelComponent,
			Message: "it isn't known whether a policy of the API server injects pods: " + p.Unreadable,
			Hint:    "ask for permission to list mutatingadmissionpolicies and mutatingadmissionpolicybindings",
		}}, true
	}
	for i := range p.All {
		if one := &p.All[i]; len(one.Altered) > 0 {
			return Finding{Object: one.Object(), Reason: rrsa.Reason{
				Code: CodePolicyAltered, Severity: rrsa.Warning, Level: rrsa.LevelComponent,
				Message: fmt.Sprintf("it isn't known what MutatingAdmissionPolicy %q does, as it isn't what this program makes of its settings: %s", one.Name, strings.Join(one.Altered, "; ")),
				Hint:    "see what was changed: kubectl rrsa admission-policy --diff",
			}}, true
		}
	}
	return Finding{}, false
}

// Doubts say why it isn't known what the policies do; none if it is.
func (p *Policies) Doubts() []Finding {
	if f, ok := p.unclear(); ok {
		return []Finding{f}
	}
	return nil
}

// SettingDifference is a setting that a policy has otherwise than the cluster.
type SettingDifference struct {
	Name          string
	Policy, Ours  string
	ofTheIdentity bool
}

// Compare lists the settings that a policy has otherwise than those in force. What isn't
// known of those is no difference.
func (p *Policy) Compare(cfg rrsa.Config) []SettingDifference {
	arn := func(c rrsa.Config) string {
		out, err := c.ProviderARN()
		if err != nil {
			return ""
		}
		return out
	}
	have := p.Settings.Config
	var out []SettingDifference
	for _, s := range []SettingDifference{
		{"accountID", have.AccountID, cfg.AccountID, true},
		{"clusterID", have.ClusterID, cfg.ClusterID, true},
		{"region", have.Region, cfg.Region, true},
		{"oidcProviderARN", arn(have), arn(cfg), true},
		{string(WebhookVersion), have.WebhookVersion, strings.TrimPrefix(cfg.WebhookVersion, "v"), false},
		{string(AutoInjectSTSEnvVars), fmt.Sprint(have.AutoInjectSTSEnvVars), fmt.Sprint(cfg.AutoInjectSTSEnvVars), false},
		{string(InitContainers), fmt.Sprint(have.InitContainers), fmt.Sprint(cfg.InitContainers), false},
	} {
		if s.Policy != "" && s.Ours != "" && strings.TrimPrefix(s.Policy, "v") != s.Ours {
			out = append(out, s)
		}
	}
	return out
}

// Foreign says if the policy injects the identity of another account, cluster or region than
// the cluster's: no pod gets credentials by that.
func (p *Policy) Foreign(cfg rrsa.Config) []Finding {
	var parts []string
	for _, d := range p.Compare(cfg) {
		if d.ofTheIdentity {
			parts = append(parts, fmt.Sprintf("%s %q, and the cluster's is %q", d.Name, d.Policy, d.Ours))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []Finding{{Object: p.Object(), Reason: rrsa.Reason{
		Code: CodePolicySettingsDiffer, Severity: rrsa.Warning, Level: rrsa.LevelComponent, Field: "metadata.annotations[" + admissionpolicy.SettingsAnnotation + "]",
		Message: fmt.Sprintf("MutatingAdmissionPolicy %q injects for another cluster: %s", p.Name, strings.Join(parts, "; ")),
		Hint:    "make it again for this cluster with kubectl rrsa admission-policy",
	}}}
}
