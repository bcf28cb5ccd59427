package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// serverCheck holds a preview's result to what the API server says of it.
type serverCheck struct {
	*session.Session
	dryRun *cluster.DryRun
	// webhook, with the policies, is nil where there is nothing to compare with, which a note
	// has said.
	webhook *diagnose.Webhook
	// checked, refused and differing count pod templates, and expected those to which
	// the webhook should add something.
	checked, refused, differing, expected int
	// silent are those of them, as the webhook gets them, to which it adds nothing.
	silent []*inject.Template
	lines  strings.Builder
}

// checkServer checks the result that was made of the input with the API server. It
// writes what it finds to stderr. An error other than one of differences forbids to
// write the result.
func checkServer(ctx context.Context, opened *session.Session, input, result []*manifest.Stream) error {
	s := &serverCheck{Session: opened}
	var err error
	if s.dryRun, err = cluster.NewDryRun(s.Cluster); err != nil {
		return err
	}
	injected, err := s.Injector.Plan(session.Items(result))
	if err != nil {
		return err
	}
	if injected.Differs() {
		return errors.New("checking the result: injecting it again would change it, which is a fault of this program")
	}
	asWebhook, err := s.asWebhook(ctx, input)
	if err == nil {
		err = s.all(ctx, injected.Templates, asWebhook)
	}
	if _, writeErr := io.WriteString(s.Talk, s.lines.String()); writeErr != nil {
		return writeErr
	}
	return err
}

// all checks every pod template. The two lists are of the same templates.
func (s *serverCheck) all(ctx context.Context, injected, asWebhook []*inject.Template) error {
	if len(injected) == 0 {
		s.remark("there is no pod template to check with the API server")
	}
	if s.webhook != nil && len(asWebhook) != len(injected) {
		return errors.New("checking the result: without the injection it has other pod templates, which is a fault of this program")
	}
	for i, c := range injected {
		if !c.Known() {
			s.remark("%s is not checked: where its pod templates are isn't known", session.Name(c))
			continue
		}
		s.checked++
		pod, _, refusal, err := s.create(ctx, c)
		switch {
		case err == nil && refusal != nil:
			err = s.refuse(c, refusal)
		case err == nil && s.webhook != nil:
			err = s.compare(ctx, c, pod, asWebhook[i])
		}
		if err != nil {
			return err
		}
	}
	s.tellSilent()
	return s.outcome()
}

// create has the API server make the pod of a template, as a dry run. refusal is its
// answer if it takes none.
func (s *serverCheck) create(ctx context.Context, c *inject.Template) (pod *unstructured.Unstructured, answer *corev1.Pod, refusal, err error) {
	if pod, err = podOf(c, s.Input.Live()); err != nil {
		return nil, nil, nil, err
	}
	answer, err = s.dryRun.CreatePod(ctx, pod)
	var status apierrors.APIStatus
	switch {
	case errors.As(err, &status):
		return pod, nil, err, nil
	case err != nil:
		err = fmt.Errorf("checking %s with the API server: %w", c, err)
	}
	return pod, answer, nil, err
}

// refuse tells why the API server doesn't take the pod of an injected template. It
// fails where the answer says nothing about the pod.
func (s *serverCheck) refuse(c *inject.Template, refusal error) error {
	switch {
	case cluster.MissingNamespace(refusal) != "":
		return fmt.Errorf("checking %s with the API server: the cluster has no namespace %q yet, and without it no pod can be checked: %w", c, c.Namespace, refusal)
	case apierrors.IsForbidden(refusal) && strings.Contains(refusal.Error(), `cannot create resource "pods"`):
		return fmt.Errorf("checking %s with the API server needs the permission to create pods: %w", c, refusal)
	case apierrors.IsInvalid(refusal) && strings.Contains(c.Item.Group(), "."): // not one of Kubernetes' own
		s.remark("%s is not checked: its controller may complete the template, of which the API server says as it is: %v", session.Name(c), refusal)
		return nil
	}
	s.refused++
	term.WriteLine(&s.lines, "%s refused by the API server: %v", session.Name(c), refusal)
	account, err := s.Lookup.ServiceAccount(c.Namespace, c.ServiceAccount)
	if err != nil {
		return err
	}
	if account != nil && account.Object == nil && len(account.Reasons) > 0 && account.Reasons[0].Code == cluster.CodeNotInCluster {
		term.WriteLine(&s.lines, "  hint: apply the ServiceAccount %q first: without it the API server takes no pod", c.ServiceAccount)
	}
	return nil
}

// outcome is the error that the findings come to.
func (s *serverCheck) outcome() error {
	hides := ""
	if s.Quiet {
		hides = ", which --quiet hides"
	}
	switch {
	case s.refused > 0:
		return fmt.Errorf("the API server refuses the pods of %d of %d pod templates, so no manifest is written: see the lines with \"refused by the API server\"%s", s.refused, s.checked, hides)
	case s.differing > len(s.silent):
		lines := `"differs from the webhook"`
		if len(s.webhook.Policies.All) > 0 {
			lines = `"differs from"`
		}
		if len(s.silent) > 0 {
			lines += ` and "did not act"`
		}
		return term.Differs(fmt.Sprintf("%s makes other pods of %d of %d pod templates: see the lines with %s%s", anybody(s), s.differing, s.checked, lines, hides))
	case s.differing > 0:
		return term.Differs(fmt.Sprintf("%s did not act on the pods of %d of %d pod templates: see the lines with \"did not act\"%s", anybody(s), s.differing, s.checked, hides))
	}
	return nil
}

// remark tells what is no difference, and yet not as it may seem.
func (s *serverCheck) remark(format string, args ...any) {
	term.WriteLine(&s.lines, "note: "+format, args...)
}
