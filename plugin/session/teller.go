package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Title is how a report names a pod template: by its file and line, its object, and the
// namespace, such as "app.yaml:12: pod/cart (shop)".
func Title(c *inject.Template) string {
	return place(c.Item) + withNamespace(c.String(), c.Namespace)
}

// Name is the title without the line, for an object whose line may be another one in
// the input.
func Name(c *inject.Template) string {
	file := ""
	if place(c.Item) != "" {
		file = c.Item.Origin.File + ": "
	}
	return file + withNamespace(c.String(), c.Namespace)
}

func withNamespace(name, namespace string) string {
	if namespace == "" {
		return name
	}
	return name + " (" + namespace + ")"
}

// place is where an object is, as compilers write it; empty for a live one.
func place(it *manifest.Item) string {
	o := it.Origin
	switch {
	case o.File == "" || o.File == cluster.Source:
		return ""
	case o.Line == 0:
		return o.File + ": "
	}
	return o.File + ":" + strconv.Itoa(o.Line) + ": "
}

// Teller writes what becomes of the pod templates of a report. What several of them
// have in common, such as a Namespace that isn't known, it says once, with a count.
type Teller struct {
	mode  config.Mode
	count map[string]int
	said  map[string]bool
}

// NewTeller makes a Teller for some pod templates.
func NewTeller(s *Session, templates []*inject.Template) *Teller {
	t := &Teller{mode: s.Settings.Mode, count: map[string]int{}, said: map[string]bool{}}
	for _, c := range templates {
		if s.Ignores(c) {
			continue
		}
		first, rest := t.reasons(c)
		for _, r := range slices.Concat(first, rest) {
			t.count[common(c, r)]++
		}
	}
	return t
}

// Write writes the line of one pod template and what is below it.
func (t *Teller) Write(b *strings.Builder, c *inject.Template) {
	d := c.Decision
	first, rest := t.reasons(c)
	switch {
	case t.mode == config.ModeCheck && !c.Settled():
		term.WriteLine(b, "%s differs: %s", Title(c), c.Unsettled())
	case d.Verdict == rrsa.Injected:
		term.WriteLine(b, "%s injected: %s", Title(c), c.Summary())
	case len(first) == 0:
	case t.repeats(c, first[0]):
		term.WriteLine(b, "%s %s: %s, as above", Title(c), term.Verdict(d.Verdict), first[0].Code)
	default:
		r := t.counted(c, first[0])
		term.WriteLine(b, "%s %s: %s: %s", Title(c), term.Verdict(d.Verdict), r.Code, r.Message)
		term.WriteHint(b, "", term.Hint(r))
	}
	if d.Verdict != rrsa.Injected && t.mode != config.ModeCheck && c.Differs() {
		term.WriteLine(b, "  taken out what was injected before: %s", c.Difference())
	}
	for _, r := range rest {
		if !t.repeats(c, r) {
			term.WriteReason(b, "  ", t.counted(c, r))
		}
	}
}

// reasons are those that are told: the one that stands in the line of a pod template,
// none if that tells something else, and those below it.
func (t *Teller) reasons(c *inject.Template) (first, rest []rrsa.Reason) {
	all := c.Decision.Reasons
	differs := t.mode == config.ModeCheck && !c.Settled()
	if !differs && c.Decision.Verdict != rrsa.Injected && len(all) > 0 {
		first, all = all[:1], all[1:]
	}
	for _, r := range all {
		if r.Severity != rrsa.Info || r.Blocking {
			rest = append(rest, r)
		}
	}
	return first, rest
}

// common is what the same reason has in common for several pod templates; empty for
// one that is about the pod itself.
func common(c *inject.Template, r rrsa.Reason) string {
	if r.Level == rrsa.LevelPod || r.Level == rrsa.LevelWorkload {
		return ""
	}
	subject := ""
	if it := c.Subject(r); it != nil {
		subject = fmt.Sprint(it.Origin, it)
	}
	return strings.Join([]string{subject, string(r.Code), r.Field, r.Message}, "\x00")
}

// repeats tells whether a reason was written for another pod template already.
func (t *Teller) repeats(c *inject.Template, r rrsa.Reason) bool {
	key := common(c, r)
	said := key != "" && t.said[key]
	t.said[key] = true
	return said
}

// counted is a reason that says of how many pod templates it is true, and where its
// object is if that isn't the one that holds the pod template.
func (t *Teller) counted(c *inject.Template, r rrsa.Reason) rrsa.Reason {
	if it := c.Subject(r); it != nil && it != c.Item {
		r.Message = place(it) + withNamespace(it.String(), it.Namespace) + ": " + r.Message
	}
	if n := t.count[common(c, r)]; n > 1 && common(c, r) != "" {
		r.Message += fmt.Sprintf(" (%d pod templates)", n)
	}
	return r
}
