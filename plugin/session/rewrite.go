package session

import (
	"fmt"
	"io"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Rewriting is how a verb prints the input with changes.
type Rewriting struct {
	// Injector decides.
	Injector manifest.Injector
	// Tell writes what was decided, unless -q forbids it.
	Tell func(io.Writer, *manifest.Report)
	// Check holds the result to something, before it is printed; nil for nothing. The
	// streams are the input and the result, read for it alone. An error forbids to
	// print the result, but for one of differences, which ends the run after it.
	Check func(before, after []*manifest.Stream) error
}

// errDiffers ends a check that has found differences.
const errDiffers = term.Differs("the manifests are not as an injection would make them: see the lines with \"differs\"")

// Rewrite decides for the input's pods, tells it, and prints the input with the
// changes as -o says. In the mode check it prints nothing, and fails if there are any.
func (s *Session) Rewrite(r Rewriting) error {
	report, err := r.Injector.Plan(s.Input.Items())
	if err != nil {
		return err
	}
	if !s.Quiet {
		r.Tell(s.ErrOut, report)
	}
	if s.Settings.Mode == config.ModeCheck {
		if err := s.blocked(report); err != nil || !report.Differs() {
			return err
		}
		return errDiffers
	}
	var before []*manifest.Stream
	if r.Check != nil {
		if before, err = Reparse(s.Input.Streams); err != nil {
			return err
		}
	}
	after, err := s.Applied(s.Input.Streams, report)
	if err != nil {
		return err
	}
	var found error
	if r.Check != nil {
		checked, err := Reparse(after)
		if err != nil {
			return err
		}
		if found = r.Check(before, checked); found != nil && !term.IsDiffers(found) {
			return found
		}
	}
	if err := printStreams(s.Out, after, s.flags.Format.Name); err != nil {
		return err
	}
	return found
}

// Applied returns the streams with the changes of a report about them, unless
// something forbids to write any. The given ones are not to be used after it.
func (s *Session) Applied(streams []*manifest.Stream, report *manifest.Report) ([]*manifest.Stream, error) {
	if err := s.blocked(report); err != nil {
		return nil, err
	}
	if err := report.Apply(); err != nil {
		return nil, err
	}
	return streams, nil
}

// blocked is the error that forbids to write anything, if there is one.
func (s *Session) blocked(report *manifest.Report) error {
	err := s.Settings.Blocked(report)
	if err != nil && s.Quiet {
		return fmt.Errorf("%w, which --quiet hides", err)
	}
	return err
}

// Reparse reads the text of streams again, so that it can be decided about without
// a trace of what was decided before.
func Reparse(streams []*manifest.Stream) ([]*manifest.Stream, error) {
	var out []*manifest.Stream
	for _, s := range streams {
		again, err := manifest.Parse(s.Name, s.Bytes())
		if err != nil {
			return nil, fmt.Errorf("reading the result: %w", err)
		}
		out = append(out, again)
	}
	return out, nil
}

// Texts are the texts of streams.
func Texts(streams []*manifest.Stream) []string {
	var out []string
	for _, s := range streams {
		out = append(out, string(s.Bytes()))
	}
	return out
}
