package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// serverCheck holds a preview's result to what the API server says of it.
type serverCheck struct {
	*session.Session
	dryRun *cluster.DryRun
	// webhook is nil where there is nothing to compare with, which a note has said.
	webhook *cluster.Webhook
	// checked, refused and differing count pod templates.
	checked, refused, differing int
	lines                       strings.Builder
}

// checkable fails where no injection is made that could be checked.
func checkable(s *session.Session) error {
	if s.Settings.Mode == config.ModeCheck {
		return errors.New("checking the arguments: --dry-run=server checks what an injection makes, and with --check or the mode check none is made")
	}
	return nil
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
	if !s.Quiet {
		if _, writeErr := io.WriteString(s.ErrOut, s.lines.String()); writeErr != nil {
			return writeErr
		}
	}
	if err != nil {
		return err
	}
	return s.outcome()
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
	case s.differing > 0:
		return term.Differs(fmt.Sprintf("the cluster's webhook makes other pods of %d of %d pod templates: see the lines with \"differs from the webhook\"%s", s.differing, s.checked, hides))
	}
	return nil
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
			s.remark("%s is not checked: where its pod templates are isn't known", c)
			continue
		}
		s.checked++
		accepted, err := s.accepted(ctx, c)
		if err != nil {
			return err
		}
		if accepted && s.webhook != nil {
			if err := s.compare(ctx, c, asWebhook[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// custom tells whether a kind is not one of Kubernetes' own, whose groups have no
// domain.
func custom(it *manifest.Item) bool {
	group, _, _ := strings.Cut(it.APIVersion, "/")
	return strings.Contains(group, ".")
}

// accepted has the API server check the pod of an injected template.
func (s *serverCheck) accepted(ctx context.Context, c *inject.Template) (bool, error) {
	pod, err := podOf(c, s.Input.Live())
	if err != nil {
		return false, err
	}
	_, err = s.dryRun.CreatePod(ctx, pod)
	var status apierrors.APIStatus
	switch {
	case err == nil:
		return true, nil
	case !errors.As(err, &status):
		return false, fmt.Errorf("checking %s with the API server: %w", c, err)
	case cluster.MissingNamespace(err) != "":
		return false, fmt.Errorf("checking %s with the API server: the cluster has no namespace %q yet, and without it no pod can be checked: %w", c, c.Namespace, err)
	case apierrors.IsForbidden(err) && strings.Contains(err.Error(), `cannot create resource "pods"`):
		return false, fmt.Errorf("checking %s with the API server takes the permission to create pods: %w", c, err)
	case apierrors.IsInvalid(err) && custom(c.Item):
		s.remark("%s is not checked: its controller may complete the template, of which the API server says as it is: %v", c, err)
		return false, nil
	}
	s.refused++
	term.WriteLine(&s.lines, "%s refused by the API server: %v", c, err)
	account, err := s.Lookup.ServiceAccount(c.Namespace, c.ServiceAccount)
	if err != nil {
		return false, err
	}
	if account != nil && account.Object == nil && len(account.Reasons) > 0 && account.Reasons[0].Code == cluster.CodeNotInCluster {
		term.WriteLine(&s.lines, "  hint: apply the ServiceAccount %q first: without it the API server takes no pod", c.ServiceAccount)
	}
	return false, nil
}

// remark tells what is no difference, and yet not as it may seem.
func (s *serverCheck) remark(format string, args ...any) {
	term.WriteLine(&s.lines, "note: "+format, args...)
}
