package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/internal/sts"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// readPolicy reads the file of --policy, and refuses what is no policy before anybody is
// asked for anything.
func (o *options) readPolicy(ctx context.Context) (policy, error) {
	var out policy
	var err error
	switch o.policy {
	case "":
		return out, nil
	case "-":
		out.file = "stdin"
		out.data, err = term.Interruptible(ctx, func() ([]byte, error) { return io.ReadAll(o.In) })
	default:
		out.file = o.policy
		out.data, err = os.ReadFile(o.policy)
	}
	if err != nil {
		return out, fmt.Errorf("reading the trust policy: %w", err)
	}
	if _, _, err := trustpolicy.Grants(out.data); err != nil {
		return out, fmt.Errorf("checking %q: %w", out.file, err)
	}
	return out, nil
}

// begin opens the session and reads what is around the target.
func (o *options) begin(ctx context.Context, kind, name string) (chain, *session.Session, error) {
	flags := o.Flags
	var top *diagnose.Controller
	flags.Need.Meanwhile = func(ctx context.Context, c *cluster.Cluster, in session.Input) (err error) {
		for _, pod := range in.Pods {
			top, err = c.Top(ctx, pod)
		}
		return err
	}
	s, err := session.Open(ctx, flags, []string{kind + "/" + name})
	if err != nil {
		return chain{}, nil, err
	}
	if !s.Input.Live() {
		return chain{}, nil, fmt.Errorf("checking the arguments: there is a file %q here: run this in another folder to verify the object", kind+"/"+name)
	}
	var out chain
	if kind == aPod {
		out, err = beginPod(s, top)
	} else {
		out, err = beginAccount(s)
	}
	if answer, ok := s.Identity.First(cluster.Issuer); ok {
		out.discovery = answer.Value
	}
	return out, s, err
}

// judged is what the chain is judged by. That the cluster names an issuer says nothing of
// the one that RAM knows: only one that is given counts.
func judged(s *session.Session) diagnose.Live {
	out := session.Live(s)
	out.Config.OIDCIssuer = s.GivenIssuer()
	return out
}

// beginPod examines the pod as explain does.
func beginPod(s *session.Session, top *diagnose.Controller) (chain, error) {
	report, err := s.Injector.Plan(s.Input.Items())
	if err != nil {
		return chain{}, err
	}
	for _, c := range report.Templates {
		pod := s.Input.Pods[c.Item]
		if pod == nil {
			continue
		}
		around, err := session.Around(s, c, diagnose.Template(pod))
		if err != nil {
			return chain{}, err
		}
		var workload *diagnose.Workload
		if top != nil {
			workload = diagnose.WorkloadOf(*top)
		}
		return ofPod(judged(s), pod, around, workload), nil
	}
	return chain{}, fmt.Errorf("verifying %q: it is no pod", s.Input.Targets)
}

// beginAccount looks at what a plain pod of the ServiceAccount would get.
func beginAccount(s *session.Session) (chain, error) {
	for _, object := range s.Input.Workloads {
		account := types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}
		namespace, err := s.Lookup.Namespace(account.Namespace)
		if err != nil {
			return chain{}, err
		}
		known, err := s.Lookup.ServiceAccount(account.Namespace, account.Name)
		if err != nil {
			return chain{}, err
		}
		return ofAccount(judged(s), account, session.AroundOf(namespace, known)), nil
	}
	return chain{}, fmt.Errorf("verifying %q: it is no ServiceAccount", s.Input.Targets)
}

// exchange has the API server make the token, and with --sts takes it to STS. The token
// lives only in here.
func (o *options) exchange(ctx context.Context, s *session.Session, c *chain) error {
	token, err := cluster.RequestToken(ctx, s.Cluster, cluster.TokenRequest{Account: c.account, Audience: c.volume.audience, Seconds: c.volume.seconds, Pod: c.pod})
	c.now = time.Now()
	refused, isRefused := errors.AsType[*cluster.TokenRefused](err)
	switch {
	case isRefused:
		c.refused = refusal{refused.Forbidden, printable.URLs(refused.Error())}
	case err != nil:
		return err
	default:
		said, err := readClaims(token)
		if err != nil {
			return err
		}
		c.token = &said
	}
	if !o.asksSTS {
		return nil
	}
	c.sts.endpoint = o.endpoint
	if c.sts.unsent = unsent(*c); c.sts.unsent != "" {
		return nil
	}
	answer, err := sts.Client{}.AssumeRoleWithOIDC(ctx, sts.Request{
		Endpoint: o.endpoint, RoleARN: c.uses[0].role.text, ProviderARN: c.uses[0].provider.text, Token: token,
	})
	c.sts.at = time.Now()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		c.sts.fails = printable.URLs(err.Error())
	default:
		c.sts.answer = &answer
	}
	return nil
}

// unsent says why a token isn't sent to STS; empty if it is. One that is for somebody else
// opens that door to whoever has it.
func unsent(c chain) string {
	u := c.uses[0]
	switch {
	case c.token == nil:
		return noToken
	case u.role.text == "" || u.role.elsewhere || u.provider.text == "" || u.provider.elsewhere:
		return "the ARNs of the role and of the provider aren't known"
	case len(c.token.audience) != 1 || c.token.audience[0] != rrsa.Audience:
		return "it is for somebody else than " + rrsa.Audience
	}
	return ""
}
