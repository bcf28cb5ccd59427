package session

import (
	"fmt"
	"io"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Rewriting is how a verb prints the input with changes.
type Rewriting struct {
	// Injector decides.
	Injector inject.Injector
	// Tell writes what was decided, unless -q forbids it.
	Tell func(io.Writer, *inject.Report)
	// Check holds the result to something, before it is printed; nil for nothing. The
	// streams are the input and the result. An error forbids to print the result, but
	// for one of differences, which ends the run after it.
	Check func(before, after []*manifest.Stream) error
}

// errDiffers ends a check that has found differences.
const errDiffers = term.Differs("the manifests are not as an injection would make them: see the lines with \"differs\"")

// Rewrite decides for the input's pods, tells it, and prints the input with the
// changes as -o says. In the mode check it prints nothing, and fails if there are any.
func (s *Session) Rewrite(r Rewriting) error {
	after, report, err := s.Changed(r.Injector, s.Input.Streams, func(report *inject.Report) {
		if !s.Quiet {
			r.Tell(s.ErrOut, report)
		}
	})
	if err != nil {
		return err
	}
	if s.Settings.Mode == config.ModeCheck {
		if report.Differs() {
			return errDiffers
		}
		return nil
	}
	var found error
	if r.Check != nil {
		if found = r.Check(s.Input.Streams, after); found != nil && !term.IsDiffers(found) {
			return found
		}
	}
	if err := printStreams(s.Out, after, s.flags.Format.Name); err != nil {
		return err
	}
	return found
}

// Changed decides for the pods of streams and returns the streams with the changes,
// and the report, unless something forbids to write any. tell gets the report either
// way, before that; nil tells nobody.
func (s *Session) Changed(injector inject.Injector, streams []*manifest.Stream, tell func(*inject.Report)) ([]*manifest.Stream, *inject.Report, error) {
	report, err := injector.Plan(Items(streams))
	if err != nil {
		return nil, nil, err
	}
	forbidden := s.blocked(report)
	var after []*manifest.Stream
	if forbidden == nil {
		if after, report, err = report.Rewrite(streams...); err != nil {
			return nil, nil, err
		}
	}
	if tell != nil {
		tell(report)
	}
	return after, report, forbidden
}

// blocked is the error that forbids to write anything, if there is one.
func (s *Session) blocked(report *inject.Report) error {
	err := s.Settings.Blocked(report)
	if err != nil && s.Quiet {
		return fmt.Errorf("%w, which --quiet hides", err)
	}
	return err
}

// Texts are the texts of streams.
func Texts(streams []*manifest.Stream) []string {
	var out []string
	for _, s := range streams {
		out = append(out, string(s.Bytes()))
	}
	return out
}
