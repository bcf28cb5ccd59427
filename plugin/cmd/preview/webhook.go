package preview

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// asWebhook decides about the input as the cluster's webhook, or a policy, would: of templates
// without what an earlier run has added, and by the Namespaces and ServiceAccounts of
// the cluster, whatever the input has. It finds them, or says why there is nothing to
// compare with, and then returns nothing. A user who may not read the webhook's
// configuration sees its answers all the same.
func (s *serverCheck) asWebhook(ctx context.Context, bare []*manifest.Stream) ([]*inject.Template, error) {
	if s.Settings.Mode == config.ModeRemove {
		s.remark("only the API server's own checks are made: with the mode remove there is no injection to compare with the webhook's")
		return nil, nil
	}
	policies := func() (diagnose.Policies, error) { return cluster.ReadPolicies(ctx, s.Cluster) }
	webhook, err := cluster.ReadWebhook(ctx, s.Cluster, policies)
	if err != nil {
		return nil, err
	}
	for _, f := range webhook.Judge(diagnose.Target{}, s.Injector.Config.WebhookVersion).Findings {
		if f.Code == diagnose.CodeWebhookNotInstalled {
			s.remark("only the API server's own checks are made: %s", f.Message)
			return nil, nil
		}
	}
	s.webhook = webhook
	remove := s.WithMode(config.ModeRemove)
	if bare, _, err = remove.Changed(remove.Injector, bare, func(*inject.Report) {}); err != nil {
		return nil, err
	}
	injector := s.Injector
	injector.Context, injector.Lookup = nil, s.Lookup
	nextToPods := func(it *manifest.Item) bool {
		return it.APIVersion == "v1" && (it.Kind == "Namespace" || it.Kind == "ServiceAccount")
	}
	report, err := injector.Plan(slices.DeleteFunc(session.Items(bare), nextToPods))
	if err != nil {
		return nil, err
	}
	return report.Templates, nil
}

// compare has the API server, with its policy and webhook, make a pod of the template without an
// injection, and holds it to ours. injected is the template of the result with its pod,
// bare the same template as the webhook gets it.
func (s *serverCheck) compare(ctx context.Context, injected *inject.Template, result *unstructured.Unstructured, bare *inject.Template) error {
	d := bare.Decision
	unknown := ""
	if d.Verdict != rrsa.Injected && d.Verdict != rrsa.NotInjected {
		unknown = fmt.Sprintf("by the cluster's objects: %s: %s", d.Reasons[0].Code, d.Reasons[0].Message)
	}
	pod, answer, refusal, err := s.create(ctx, bare)
	if err != nil {
		return err
	}
	if refusal != nil {
		s.remark("%s is not compared with %s: the API server refuses its pod without an injection: %v", session.Name(bare), who(s, bare), refusal)
		return nil
	}
	sent, sentErr := typedTemplate(pod)
	made, madeErr := typedTemplate(result)
	if err := errors.Join(sentErr, madeErr); err != nil {
		return err
	}
	ours := sent.DeepCopy()
	d.Mutation.Apply(ours)
	theirs, foreign := diagnose.WithoutForeign(diagnose.Template(answer), ours)
	if unknown != "" {
		// What the webhook does is seen all the same.
		does := "the dry run shows that the cluster injects nothing into the pod"
		if len(diagnose.CompareFields(theirs, sent)) > 0 {
			does = "the dry run shows that the cluster injects the pod"
		}
		s.remark("%s is not compared with %s: %s; %s", session.Name(bare), who(s, bare), unknown, does)
		return nil
	}
	differences, orders := diagnose.CompareFields(theirs, ours), diagnose.CompareOrders(theirs, ours)
	adds, other := len(diagnose.CompareFields(sent, ours)) > 0, len(diagnose.CompareFields(ours, made)) > 0
	if adds {
		s.expected++
	}
	switch {
	case adds && len(foreign) == 0 && len(diagnose.CompareFields(theirs, sent)) == 0:
		s.differing++
		s.silent = append(s.silent, bare)
	case len(differences) > 0:
		s.differing++
		for _, diff := range differences {
			term.WriteLine(&s.lines, "%s differs from %s: %s: %s %s, ours %s", session.Name(bare), who(s, bare), diff.What, who(s, bare).Short(), diff.Webhook, diff.Ours)
		}
		s.explain(bare)
	case len(orders) == 0 && !other:
		s.agrees(bare, adds)
	}
	for _, name := range foreign {
		s.remark("%s: container %q, which another webhook puts in, gets an injection from %s", session.Name(bare), name, who(s, bare))
	}
	for _, diff := range orders {
		s.remark("%s: in container %q the %s's order of variables is %s, ours %s", session.Name(bare), diff.What, who(s, bare).Short(), diff.Webhook, diff.Ours)
	}
	if other {
		s.ownInput(injected, bare)
	}
	return nil
}

// explain says what may be behind a difference: a webhook that isn't called, isn't
// ready or is of another version, a policy with other settings, or what would tell.
func (s *serverCheck) explain(bare *inject.Template) {
	judged := judge(s, bare)
	for _, f := range slices.Concat(judged.Findings, judged.Policy.Findings) {
		if f.Blocking || f.Severity != rrsa.Info || f.Code == diagnose.CodeWebhookNotReadable || f.Code == diagnose.CodePolicyNotReadable {
			term.WriteReason(&s.lines, "  ", f.Reason)
		}
	}
	if policy := judged.Policy.Policy; judged.Policy.Call == diagnose.Called {
		for _, d := range policy.Compare(s.Injector.Config) {
			term.WriteLine(&s.lines, "  the policy has %s %s, and %s is used here", d.Name, d.Policy, d.Ours)
		}
	}
}

// ownInput says where a result is another one than the webhook's because the input's
// Namespace or ServiceAccount, or the config's, is not as the cluster's.
func (s *serverCheck) ownInput(injected, bare *inject.Template) {
	have, live := injected.Sources(), bare.Sources()
	why := append(otherKeys("Namespace", have.Namespace, live.Namespace), otherKeys("ServiceAccount", have.ServiceAccount, live.ServiceAccount)...)
	if len(why) > 0 { // else it is the template's own, which the mark doesn't show to be ours
		s.remark("%s is not what the cluster's %s would make of it now, which goes by the cluster's objects until the input's are applied: %s", session.Name(injected), who(s, bare).Short(), strings.Join(why, "; "))
	}
}

// otherKeys lists the settings of an object that aren't the same in the cluster.
func otherKeys(kind string, have, live inject.Source) []string {
	if have.Meta == nil || have.From == cluster.Source {
		return nil
	}
	var out []string
	for _, d := range diagnose.Differing(settingsOf(live.Meta), settingsOf(have.Meta)) {
		out = append(out, fmt.Sprintf("%s %q has %s %s in the %s, %s in the cluster", kind, have.Meta.Name, d.What, d.Ours, have.From, d.Webhook))
	}
	return out
}

// settingsOf are an object's labels and annotations that are RRSA's, quoted.
func settingsOf(meta *metav1.ObjectMeta) map[string]string {
	out := map[string]string{}
	if meta == nil {
		return out
	}
	for what, values := range map[string]map[string]string{"label ": meta.Labels, "annotation ": meta.Annotations} {
		for key, value := range values {
			if strings.HasPrefix(key, rrsa.KeyPrefix) {
				out[what+key] = fmt.Sprintf("%q", value)
			}
		}
	}
	return out
}
