package inject_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// injected runs a case as far as it goes.
func injected(c golden.Case, input []byte) (*manifest.Stream, *inject.Report, error) {
	settings, err := config.Parse("config.yaml", c.Config)
	if err != nil {
		return nil, nil, err
	}
	injector, err := settings.Injector()
	if err != nil {
		return nil, nil, err
	}
	stream, err := manifest.Parse("input.yaml", input)
	if err != nil {
		return nil, nil, err
	}
	report, err := injector.Plan(stream.Items())
	if err != nil || report.Refused() {
		return stream, report, err
	}
	if err := settings.Blocked(report); err != nil {
		return stream, report, err
	}
	out, report, err := report.Rewrite(stream)
	if err != nil {
		return stream, report, err
	}
	return out[0], report, nil
}

// TestGolden compares each case with what was derived by hand from the rules, and
// the text with want.yaml. A second run on the output changes nothing.
func TestGolden(t *testing.T) {
	for _, c := range golden.Load(t, "../..") {
		t.Run(c.Name, func(t *testing.T) {
			stream, report, err := injected(c, c.Input)
			if c.Error != "" {
				if err == nil || !strings.Contains(err.Error(), c.Error) {
					t.Fatalf("want an error with %q, got %v", c.Error, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			expected(t, c, report)
			if report.Refused() {
				if c.Want != nil {
					t.Error("the case is refused and has a want.yaml")
				}
				if diff := cmp.Diff(string(c.Input), string(stream.Bytes())); diff != "" {
					t.Errorf("a refused input changed (-want +got):\n%s", diff)
				}
				return
			}
			if diff := cmp.Diff(string(c.Want), string(stream.Bytes())); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			takenOut(t, c, stream.Bytes())
			again, _, err := injected(c, stream.Bytes())
			if err != nil {
				t.Fatalf("second run: %v", err)
			}
			if !bytes.Equal(stream.Bytes(), again.Bytes()) {
				t.Errorf("a second run changes (-first +second):\n%s", cmp.Diff(string(stream.Bytes()), string(again.Bytes())))
			}
		})
	}
}

// takenOut removes what a case injects: the input comes back, byte for byte. What
// carries no mark, as in flow style, is taken out too unless the input has such
// entries of its own. Of an object that was written anew the meaning comes back.
func takenOut(t *testing.T, c golden.Case, injected []byte) {
	t.Helper()
	settings, err := config.Parse("config.yaml", c.Config)
	if err != nil {
		t.Fatal(err)
	}
	settings.Mode = config.ModeRemove
	injector, err := settings.Injector()
	if err != nil {
		t.Fatal(err)
	}
	stream, err := manifest.Parse("input.yaml", injected)
	if err != nil {
		t.Fatal(err)
	}
	injector.Unmarked = !bytes.Contains(c.Input, []byte(rrsa.VolumeName))
	report, err := injector.Plan(stream.Items())
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := report.Rewrite(stream)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(c.Input), string(out[0].Bytes())); diff != "" && !(c.Rewritten() && cmp.Equal(golden.Meaning(t, c.Input), golden.Meaning(t, out[0].Bytes()))) {
		t.Errorf("inject and remove (-input +removed):\n%s", diff)
	}
}

func expected(t *testing.T, c golden.Case, report *inject.Report) {
	t.Helper()
	var want, got []string
	for _, e := range c.Expect {
		want = append(want, e.Template+" "+e.Verdict)
	}
	codes := map[string][]string{}
	for _, change := range report.Templates {
		got = append(got, change.String()+" "+string(change.Decision.Verdict))
		for _, r := range change.Decision.Reasons {
			codes[change.String()] = append(codes[change.String()], string(r.Code))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	for _, e := range c.Expect {
		for _, code := range e.Codes {
			if !slices.Contains(codes[e.Template], code) {
				t.Errorf("%s: want reason %s, got %v", e.Template, code, codes[e.Template])
			}
		}
		for _, code := range e.Never {
			if slices.Contains(codes[e.Template], code) {
				t.Errorf("%s: got reason %s", e.Template, code)
			}
		}
	}
	for _, change := range report.Templates {
		if change.Decision.Verdict != rrsa.Injected && !change.Decision.Mutation.Empty() {
			t.Errorf("%s is %s and has a mutation", change, change.Decision.Verdict)
		}
	}
}
