package session

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
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
	// Input is what was read.
	Input Input
	// Quiet tells that stderr is for errors.
	Quiet bool

	flags Flags
}

// Open reads the settings, opens the cluster, has it fill in what the settings leave
// open, and reads the input. The cluster's own part is left out where flags say so, or
// where no kubeconfig names one and the verb can do without.
func Open(ctx context.Context, flags Flags, args []string) (*Session, error) {
	named, err := sort(args, flags)
	if err != nil {
		return nil, err
	}
	if err := flags.Format.Check(); err != nil {
		return nil, err
	}
	s := &Session{IOStreams: flags.IOStreams, Quiet: flags.Quiet, Input: Input{Targets: named.targets}, flags: flags}
	if s.Settings, err = flags.Settings.load(flags.Connection.Namespace()); err != nil {
		return nil, err
	}
	s.Sources = Sources{file: flags.Settings.file, flags: flags.Settings.flags, liveInput: s.Input.Live()}
	if s.Cluster, err = connect(flags); err != nil {
		return nil, s.LocalHint(err)
	}
	if s.Cluster != nil {
		if s.Identity, err = identify(ctx, s.Cluster, s.Settings, flags.Need); err != nil {
			return nil, s.LocalHint(err)
		}
		if err := sameCluster(s.Cluster, s.Settings, s.Identity, s.Sources); err != nil {
			return nil, err
		}
		s.Sources.live = adopt(s.Settings, s.Identity)
	}
	if s.Injector, err = s.Settings.Injector(); err != nil {
		return nil, err
	}
	if s.Cluster != nil {
		s.Lookup = cluster.NewLookup(ctx, s.Cluster)
		s.Injector.Lookup = s.Lookup
	}
	if s.Input, err = read(ctx, flags, s.Cluster, named); err != nil {
		return nil, err
	}
	if flags.Need.Input {
		s.Injector, err = placed(s.Injector, s.Input.Items(), s.Cluster)
	}
	return s, err
}

// WithMode is the same session with another mode than the settings'.
func (s *Session) WithMode(mode config.Mode) *Session {
	out, settings := *s, *s.Settings
	settings.Mode = mode
	out.Settings, out.Injector.Remove = &settings, mode == config.ModeRemove
	return &out
}

// Note says with -v 1 what is no failure.
func (s *Session) Note(text string) { s.flags.note(text) }

// Connection is the words that lead another kubectl to the same cluster.
func (s *Session) Connection() string { return s.flags.Connection.Arguments() }

// LocalHint adds the way out to an error of a cluster that isn't needed, unless
// the cluster has said something about the input.
func (s *Session) LocalHint(err error) error {
	if s.Input.Live() || !s.flags.hasLocal || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) {
		return err
	}
	return fmt.Errorf("%w (--local works on files without a cluster)", err)
}

// Write writes all of a text to stdout, or fails. what names it in the error.
func (s *Session) Write(text, what string) error { return term.Write(s.Out, []byte(text), what) }

// Encode writes a value to stdout as -o says, yaml or json.
func (s *Session) Encode(v any, what string) error {
	return term.Encode(s.Out, s.flags.Format.Name, v, what)
}
