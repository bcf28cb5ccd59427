// Package session turns flags and arguments into what a verb works with: the
// settings, the cluster, and the input. A verb has its options, opens a session with
// them, and goes on with what that returns:
//
//	s, err := session.Open(ctx, o.Flags, args)
//	report, err := s.Injector.Plan(s.Input.Items())
//
// Flags win over the config, and the config over the cluster, which is asked for what
// neither of them says. Nothing of a session is filled in later.
package session

import (
	"cmp"
	"context"
	"fmt"
	"io"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Session is what flags and arguments have led to.
type Session struct {
	genericiooptions.IOStreams
	// Settings are those of the flags, the config and the cluster together, and
	// Sources tells where each comes from.
	Settings *config.InjectRRSA
	Sources  Sources
	// Injector has the settings. It asks the cluster for what is not in the input.
	Injector inject.Injector
	// Cluster is nil if none is asked; then there is no Lookup either.
	Cluster *cluster.Cluster
	// Lookup is what the cluster was asked for, once for all of a run.
	Lookup *cluster.Lookup
	// Identity is what the cluster has said of itself.
	Identity cluster.Identity
	// Webhook is what the cluster has of the webhook, for a verb that needs it.
	Webhook *diagnose.Webhook
	// Input is what was read.
	Input Input
	// Quiet tells that stderr is for errors. Talk is stderr for all else, and drops it then.
	Quiet bool
	Talk  io.Writer

	flags Flags
}

// Open reads the settings and the files, opens the cluster, has it fill in what the
// settings leave open, and reads the live objects. The cluster's own part is left out where flags say so, or
// where no kubeconfig names one and the verb can do without.
func Open(ctx context.Context, flags Flags, args []string) (*Session, error) {
	return openWith(ctx, flags, args, nil)
}

// Again is the session of the same flags and arguments, with the same cluster asked once
// more: for who waits for other answers. What was said as talk isn't said again.
func (s *Session) Again(ctx context.Context) (*Session, error) {
	flags := s.flags
	flags.Quiet = true
	return openWith(ctx, flags, s.Input.Targets, s.Cluster)
}

// openWith opens a session with a cluster that is connected already; nil for none.
func openWith(ctx context.Context, flags Flags, args []string, connected *cluster.Cluster) (*Session, error) {
	flags, targets, err := sort(flags, args)
	if err != nil {
		return nil, err
	}
	if err := flags.Format.Check(); err != nil {
		return nil, err
	}
	s := &Session{IOStreams: flags.IOStreams, Quiet: flags.Quiet, Talk: flags.ErrOut, Input: Input{Targets: targets, Selection: flags.Selection}, flags: flags}
	if s.Quiet {
		s.Talk = io.Discard
	}
	if s.Settings, err = flags.Settings.load(flags.Connection.Namespace()); err != nil {
		return nil, err
	}
	if _, err := s.Settings.Injector(); err != nil {
		return nil, err // before anything is read
	}
	s.Sources = Sources{file: flags.Settings.file, flags: flags.Settings.flags, liveInput: s.Input.Live()}
	if s.Cluster = connected; connected == nil {
		if s.Cluster, err = connect(flags); err != nil {
			return nil, s.LocalHint(err)
		}
	}
	namespace := ""
	if s.Cluster != nil {
		namespace = s.Cluster.Namespace
	}
	switch {
	case s.Input.Selection != nil && s.Cluster == nil:
		return nil, cluster.ErrNone
	case s.Input.Live() && s.Cluster == nil:
		return nil, fmt.Errorf("reading %q: %w", targets, cluster.ErrNone)
	case s.Input.Live():
	case flags.HasFiles() || flags.Need.Input:
		if s.Input, err = readManifests(ctx, flags); err != nil {
			return nil, err
		}
	}
	if s.Cluster != nil {
		if err := ask(ctx, s); err != nil {
			return nil, err
		}
	}
	lookup := s.Injector.Lookup
	if s.Injector, err = s.Settings.Injector(); err != nil {
		return nil, err
	}
	s.Injector.Existing = flags.Need.Pods
	s.Injector.Lookup = lookup
	if flags.Need.Input && s.Injector.Namespace == "" && namespace != "" {
		// Where kubectl apply would put objects that name none.
		only, err := OnlyNamespace(s.Input.Items())
		if err != nil {
			return nil, err
		}
		s.Injector.Namespace = cmp.Or(only, namespace)
	}
	return s, nil
}

// WithMode is the same session with another mode than the settings'.
func (s *Session) WithMode(mode config.Mode) *Session {
	out, settings := *s, *s.Settings
	settings.Mode = mode
	out.Settings, out.Injector.Remove = &settings, mode == config.ModeRemove
	return &out
}

// GivenIssuer is the issuer that a flag or the config says; empty if none does, also
// where the cluster has filled in the one that its tokens have.
func (s *Session) GivenIssuer() string {
	for _, set := range config.Settings() {
		if set.Name == string(cluster.OIDCIssuer) && s.Sources.Given(set.Flag, true).From != cliapi.FromLive {
			return set.Value(s.Settings)
		}
	}
	return ""
}

// Enabled says if RRSA isn't enabled in the cluster, or if that isn't known. (§6)
func (s *Session) Enabled() []diagnose.Finding { return s.Identity.Enabled(s.GivenIssuer()) }

// Note says with -v 1 what is no failure.
func (s *Session) Note(text string) { s.flags.note(text) }

// Connection is the words that lead another kubectl to the same cluster.
func (s *Session) Connection() string { return s.flags.Connection.Arguments() }

// LocalHint adds the way out to an error of a cluster that isn't needed, unless
// the cluster has said something about the input.
func (s *Session) LocalHint(err error) error {
	if s.Input.Live() || !s.flags.hasLocal || s.flags.Need.Cluster == MustAsk || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) {
		return err
	}
	return fmt.Errorf("%w (--local works on files without a cluster)", err)
}

// Write writes all of a text to stdout, or fails. what names it in the error.
func (s *Session) Write(text, what string) error { return term.Write(s.Out, []byte(text), what) }

// Encode writes a value to stdout as -o says.
func (s *Session) Encode(v any, what string) error {
	return s.flags.Format.Encode(s.Out, v, what)
}
