package inject

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// FuzzSequences writes a manifest and injects under one setting after the other,
// takes out and checks, and moves the text in between as people and tools do. What
// comes out is what a first injection of the person's own text gives, and that text
// once the injection is taken out.
func FuzzSequences(f *testing.F) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, 200)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &dice{data}
		w := &writer{dice: d}
		text := w.stream()
		q := &sequence{T: t, dice: d, person: text, text: text, flow: w.flow, shared: w.shared, exact: !w.shared, notes: w.notes, meaning: map[string]any{}}
		q.note(text)
		for range 12 {
			if len(d.data) == 0 {
				break
			}
			q.step()
		}
	})
}

// sequence is a text between runs, and what it would be if nothing had ever been
// injected.
type sequence struct {
	*testing.T
	*dice
	text, person string
	// flow and shared are as the writer says. exact says that the person's text comes
	// back byte for byte.
	flow, shared, exact bool
	// settled are the settings that the text was injected under, if it still is.
	settled *settings
	notes   int
	log     []string
	// meaning remembers what texts mean.
	meaning map[string]any
}

func (q *sequence) step() {
	switch q.roll(8) {
	case 0, 1, 2:
		q.inject(q.settings())
	case 3:
		q.remove()
	case 4:
		q.check()
	default:
		q.move()
	}
	q.kept()
}

// note remembers what has happened, for the message of a failure.
func (q *sequence) note(text string) { q.log = append(q.log, text) }

func (q *sequence) failed(format string, args ...any) {
	q.Helper()
	q.Fatalf(format+"\nthe steps:\n%s", append(args, strings.Join(q.log, "\n=====\n"))...)
}

func (q *sequence) settings() settings {
	return settings{
		role: pick(q.dice, "role", "other", "no/role"), expiration: pick(q.dice, "", "7200"), endpoint: pick(q.dice, "", rrsa.On),
		injection: pick(q.dice, rrsa.On, rrsa.On, "off"), override: pick(q.dice, "", rrsa.True), unknown: q.yes(12),
		version: pick(q.dice, "", "0.1.0", "0.3.0", "0.4.0"), without: q.yes(2), main: q.yes(4),
	}
}

// run makes one run on a text. Not ok if it is refused.
func (q *sequence) run(in Injector, text string) (out string, report *Report, ok bool) {
	q.Helper()
	s, err := manifest.Parse("input.yaml", []byte(text))
	if err != nil {
		q.failed("%v\n%s", err, text)
	}
	report, err = in.Plan(s.Items())
	if err != nil {
		q.failed("planning: %v\n%s", err, text)
	}
	if report.Refused() {
		return text, report, false
	}
	streams, after, err := report.Rewrite(s)
	if err != nil {
		if !q.shared {
			q.failed("rewriting: %v\n%s", err, text)
		}
		return text, report, false
	}
	out = string(streams[0].Bytes())
	if report.Differs() == (out == text) {
		q.failed("Differs is %v, and the text\n%s", report.Differs(), out)
	}
	if isRewritten(after) && !q.shared && !q.flow {
		q.failed("written anew: %v\n%s", says(after), out)
	}
	return out, report, true
}

// settle makes a run and another one, which changes nothing.
func (q *sequence) settle(in Injector) bool {
	q.Helper()
	out, report, ok := q.run(in, q.text)
	if !ok {
		return false
	}
	q.note(out)
	again, _, ok := q.run(in, out)
	if !ok || again != out {
		q.failed("a second run changes (-first +second):\n%s", cmp.Diff(out, again))
	}
	q.text = out
	return !report.Unresolved()
}

// inject converges: it gives what a first injection gives.
func (q *sequence) inject(s settings) {
	q.Helper()
	q.note(fmt.Sprintf("inject %+v", s))
	before := q.text
	if !q.settle(s.injector()) {
		if before != q.text && s.unknown {
			q.failed("what isn't known changes something (-before +after):\n%s", cmp.Diff(before, q.text))
		}
		return
	}
	q.settled = &s
	fresh, _, ok := q.run(s.injector(), q.person)
	if q.flow || !ok {
		return
	}
	if diff := cmp.Diff(q.sorted(fresh), q.sorted(q.text)); diff != "" {
		q.failed("it isn't what a first injection gives (-first +this):\n%s\n%s", diff, q.text)
	}
}

// remove gives the person's text back.
func (q *sequence) remove() {
	q.Helper()
	q.settled = nil
	if q.flow && q.yes(2) {
		// What a second run takes for ours depends on what the first has left.
		q.note("remove, unmarked too")
		q.text, _, _ = q.run(remover(true), q.text)
		return
	}
	q.note("remove")
	if !q.settle(remover(false)) {
		return
	}
	if strings.Contains(q.text, Mark) && !q.flow { // a mount in flow style may hold the volume
		q.failed("a mark is left:\n%s", q.text)
	}
	switch {
	case q.flow:
	case q.exact:
		if diff := cmp.Diff(q.person, q.text); diff != "" {
			q.failed("it isn't the person's text (-person +text):\n%s", diff)
		}
	default:
		if diff := cmp.Diff(q.sorted(q.person), q.sorted(q.text)); diff != "" {
			q.failed("it isn't what the person's text means (-person +text):\n%s", diff)
		}
		q.person, q.shared = q.text, strings.Contains(q.text, "*env")
		q.exact = !q.shared
	}
}

// check: what was injected holds, whatever has been moved since.
func (q *sequence) check() {
	q.Helper()
	if q.settled == nil {
		return
	}
	q.note("check")
	out, report, ok := q.run(q.settled.injector(), q.text)
	if !ok || report.Differs() {
		q.failed("a check finds a difference (-text +wanted):\n%s", cmp.Diff(q.text, out))
	}
}

// move moves both texts, unless that loses a mark.
func (q *sequence) move() {
	q.Helper()
	m := moves(q.dice, func() string {
		w := writer{notes: q.notes}
		defer func() { q.notes = w.notes }()
		return w.note()
	})
	if q.shared && m.unlike {
		return
	}
	person, text := m.do(q.person), m.do(q.text)
	if person == q.person || text == q.text || strings.Count(text, Mark) != strings.Count(q.text, Mark) {
		return
	}
	// A comment behind an empty list has a line of its own while that is filled.
	if !slices.Equal(notesOf(person), notesOf(text)) {
		return
	}
	q.note(m.name + "\n" + text)
	if m.unsettles {
		q.settled = nil
	}
	q.person, q.text, q.exact = person, text, q.exact && !m.encodes
}

var noteText = regexp.MustCompile(`# note \d+\.`)

// notesOf are the comments of a text, each once.
func notesOf(text string) []string {
	return slices.Compact(slices.Sorted(slices.Values(noteText.FindAllString(text, -1))))
}

// kept: the person's entries, values and comments are all there. An alias that was
// written out has copied its comments into the person's text too.
func (q *sequence) kept() {
	q.Helper()
	for _, note := range noteText.FindAllString(q.person, -1) {
		if n := strings.Count(q.text, note); n == 0 || n > strings.Count(q.person, note) && !q.shared {
			q.failed("comment %q: %d times in\n%s", note, n, q.text)
		}
	}
	if diff := cmp.Diff(q.foreign(q.person), q.foreign(q.text)); diff != "" {
		q.failed("something of the person's changes (-person +text):\n%s\n%s", diff, q.text)
	}
}

// sorted are the objects of a text, their variables, mounts and volumes by name: an
// update in place may give another order.
func (q *sequence) sorted(text string) any { return q.objects(text, false) }

// foreign are the objects of a text, less all that has a name of an injection's.
func (q *sequence) foreign(text string) any {
	out, ok := q.meaning[text]
	if !ok {
		out = q.objects(text, true)
		q.meaning[text] = out
	}
	return out
}

func (q *sequence) objects(text string, foreign bool) any {
	q.Helper()
	objects, err := objectsOf(text)
	if err != nil {
		q.failed("%v", err)
	}
	var clean func(v any)
	clean = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, value := range v {
				if list, ok := value.([]any); ok && slices.Contains([]string{"env", "volumeMounts", "volumes"}, key) {
					if list = slices.Clone(list); foreign {
						list = slices.DeleteFunc(list, isOurs)
					}
					slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(nameOf(a), nameOf(b)) })
					v[key] = list
				}
				clean(v[key])
			}
		case []any:
			for _, entry := range v {
				clean(entry)
			}
		}
	}
	clean(objects)
	return withoutEmpty(objects)
}

func nameOf(entry any) string {
	m, _ := entry.(map[string]any)
	name, _ := m["name"].(string)
	return name
}

func isOurs(entry any) bool {
	name := nameOf(entry)
	return name == rrsa.VolumeName || slices.Contains(rrsa.EnvNames(), name)
}
