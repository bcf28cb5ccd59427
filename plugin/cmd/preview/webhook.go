package preview

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// asWebhook decides about the input as the cluster's webhook would: of templates
// without what an earlier run has put in, and by the Namespaces and ServiceAccounts of the cluster,
// whatever the input has. It finds the webhook, or says why there is nothing to
// compare with, and then returns nothing.
func (s *serverCheck) asWebhook(ctx context.Context, bare []*manifest.Stream) ([]*manifest.Change, error) {
	if s.Settings.Mode == config.ModeRemove {
		s.remark("only the API server's own checks are made: with the mode remove there is no injection to compare with the webhook's")
		return nil, nil
	}
	webhook, err := s.Cluster.Webhook(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range webhook.Judge(cluster.Target{}, s.version()).Findings {
		if f.Code == cluster.CodeWebhookNotInstalled || f.Code == cluster.CodeWebhookNotReadable && f.Object == "" {
			s.remark("only the API server's own checks are made: %s", f.Message)
			return nil, nil
		}
	}
	s.webhook = webhook
	remove := s.WithMode(config.ModeRemove)
	report, err := remove.Injector.Plan(session.Items(bare))
	if err != nil {
		return nil, err
	}
	if bare, err = remove.Applied(bare, report); err != nil {
		return nil, err
	}
	if bare, err = session.Reparse(bare); err != nil {
		return nil, err
	}
	injector := s.Injector
	injector.Context, injector.Lookup = nil, s.Lookup
	nextToPods := func(it *manifest.Item) bool {
		return it.APIVersion == "v1" && (it.Kind == "Namespace" || it.Kind == "ServiceAccount")
	}
	report, err = injector.Plan(slices.DeleteFunc(session.Items(bare), nextToPods))
	if err != nil {
		return nil, err
	}
	return report.Changes, nil
}

// version is the one whose rules are ours.
func (s *serverCheck) version() string { return s.Injector.Config.WebhookVersion }

// compare has the API server and its webhook make a pod of the template without an
// injection, and holds it to ours. injected is the template of the result, bare the
// same one as the webhook gets it.
func (s *serverCheck) compare(ctx context.Context, injected, bare *manifest.Change) error {
	d := bare.Decision
	if d.Verdict != rrsa.Injected && d.Verdict != rrsa.NotInjected {
		s.remark("%s is not compared with the webhook: by the cluster's objects: %s: %s", bare, d.Reasons[0].Code, d.Reasons[0].Message)
		return nil
	}
	pod, err := podOf(bare, s.Input.Live())
	if err != nil {
		return err
	}
	answer, err := s.dryRun.CreatePod(ctx, pod)
	var status apierrors.APIStatus
	switch {
	case errors.As(err, &status):
		s.remark("%s is not compared with the webhook: the API server refuses its pod without an injection: %v", bare, err)
		return nil
	case err != nil:
		return fmt.Errorf("checking %s with the API server: %w", bare, err)
	}
	ours, err := typedTemplate(pod)
	if err != nil {
		return err
	}
	d.Mutation.Apply(ours)
	theirs, foreign := withoutForeign(diagnose.Template(answer), ours)
	differences, orders, err := compareFields(theirs, ours)
	if err != nil {
		return err
	}
	for _, diff := range differences {
		term.WriteLine(&s.lines, "%s differs from the webhook: %s: webhook %s, ours %s", bare, diff.field, diff.webhook, diff.ours)
	}
	if len(differences) > 0 {
		s.differing++
		s.explain(bare)
	}
	for _, name := range foreign {
		s.remark("%s: container %q, which another webhook puts in, gets an injection from the webhook", bare, name)
	}
	for _, order := range orders {
		s.remark("%s: in container %q the webhook's order of variables is %s, ours %s", bare, order.field, order.webhook, order.ours)
	}
	return s.ownInput(injected, bare, ours)
}

// explain says what may be behind a difference: a webhook that isn't called, isn't
// ready or is of another version.
func (s *serverCheck) explain(bare *manifest.Change) {
	target, err := session.Target(bare)
	if err != nil {
		return // the API server has read the labels, which are no more than a help here
	}
	for _, f := range s.webhook.Judge(target, s.version()).Findings {
		if f.Blocking || f.Severity != rrsa.Info {
			term.WriteReason(&s.lines, "  ", f.Reason)
		}
	}
}

// ownInput says where the result is another one than the webhook's because the
// input's Namespace or ServiceAccount, or the config's, is not as the cluster's.
func (s *serverCheck) ownInput(injected, bare *manifest.Change, asWebhook *corev1.PodTemplateSpec) error {
	pod, err := podOf(injected, s.Input.Live())
	if err != nil {
		return err
	}
	ours, err := typedTemplate(pod)
	if err != nil {
		return err
	}
	differences, _, err := compareFields(asWebhook, ours)
	if err != nil || len(differences) == 0 {
		return err
	}
	var why []string
	have, live := injected.Sources(), bare.Sources()
	for _, o := range []struct {
		kind       string
		have, live manifest.Source
	}{{"Namespace", have.Namespace, live.Namespace}, {"ServiceAccount", have.ServiceAccount, live.ServiceAccount}} {
		why = append(why, otherKeys(o.kind, o.have, o.live)...)
	}
	if len(why) == 0 {
		return nil // the template's own, which the mark doesn't show to be ours
	}
	s.remark("%s is not what the cluster's webhook would make of it now, which goes by the cluster's objects until the input's are applied: %s", injected, strings.Join(why, "; "))
	return nil
}

// otherKeys lists the settings of an object that aren't the same in the cluster.
func otherKeys(kind string, have, live manifest.Source) []string {
	if have.Meta == nil || have.From == cluster.Source {
		return nil
	}
	here, there := settingsOf(have.Meta), settingsOf(live.Meta)
	both := maps.Clone(here)
	maps.Copy(both, there)
	var out []string
	for _, key := range slices.Sorted(maps.Keys(both)) {
		if here[key] != there[key] {
			out = append(out, fmt.Sprintf("%s %q has %s %s in the %s, %s in the cluster", kind, have.Meta.Name, key, term.OrNone(here[key]), have.From, term.OrNone(there[key])))
		}
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

// typedTemplate is a pod that the API server has taken, as the engine takes it.
func typedTemplate(pod *unstructured.Unstructured) (*corev1.PodTemplateSpec, error) {
	out := &corev1.Pod{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(pod.Object, out); err != nil {
		return nil, fmt.Errorf("reading a pod: %w", err)
	}
	return diagnose.Template(out), nil
}
