package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Group says which flags a verb takes together.
type Group int

// Groups of settings.
const (
	Identity Group = iota // which cluster it is
	Rules                 // what is injected
	Outcome               // what is done about it
)

// Setting is a setting that a single text can give: all that a reader, a writer, a
// flag, a schema and a page of help have to know of it.
type Setting struct {
	// Name is the one in a config, in messages and in explanations.
	Name string
	// Webhook is the webhook's name for it, where that is another one. Explanations
	// have it then.
	Webhook string
	// Flag is that of kubectl rrsa; empty for none.
	Flag string
	// Kubectl tells that each kubectl plugin has the flag.
	Kubectl bool
	Group   Group
	// Usage says in a line what it is.
	Usage string
	// Doc says it in a sentence or two.
	Doc string
	// Sample is how a config may write it; empty where samples do without.
	Sample string
	// Default is what counts where it isn't given; empty for nothing.
	Default string
	// Derive makes what counts where it isn't given out of the settings that
	// DerivedFrom names; nil for nothing.
	Derive      func(rrsa.Config) (string, error)
	DerivedFrom string
	// Optional tells that nothing is missing where it isn't given.
	Optional bool
	// Live tells that a cluster can answer it.
	Live bool
	// Values are all that there are; nil for any text.
	Values []string
	// Pattern is the regular expression of the values for which
	// [InjectRRSA.Injector] doesn't fail; empty for any.
	Pattern string

	text  func(*InjectRRSA) *string
	truth func(*InjectRRSA) **bool
}

// Value is the setting as text; empty where it isn't given.
func (s Setting) Value(c *InjectRRSA) string {
	switch {
	case s.text != nil:
		return *s.text(c)
	case *s.truth(c) != nil:
		return strconv.FormatBool(**s.truth(c))
	}
	return ""
}

// Set gives the setting a value; an empty one leaves it open.
func (s Setting) Set(c *InjectRRSA, value string) error {
	if s.truth != nil {
		b, err := strconv.ParseBool(value)
		switch {
		case value == "":
			return nil
		case err != nil || value != strconv.FormatBool(b):
			return fmt.Errorf("%q: want true or false", value)
		}
		*s.truth(c) = &b
		return nil
	}
	if s.Values != nil && value != "" && !slices.Contains(s.Values, value) {
		return fmt.Errorf("%q: want %s", value, choice(s.Values))
	}
	*s.text(c) = value
	return nil
}

// Truth tells whether the setting is true or false.
func (s Setting) Truth() bool { return s.truth != nil }

// Help is the usage, with the values that there are and what counts where none is
// given.
func (s Setting) Help() string {
	out := s.Usage
	if s.Values != nil {
		out += ": " + choice(s.Values)
	}
	if unset := s.Unset(); unset != "" {
		out += " (default: " + unset + ")"
	}
	return out
}

// Unset says what counts where the setting isn't given; empty for nothing.
func (s Setting) Unset() string {
	if s.Derive != nil {
		return "from " + s.DerivedFrom
	}
	return s.Default
}

// Label is the name in explanations, which have the webhook's where it has one.
func (s Setting) Label() string { return cmp.Or(s.Webhook, s.Name) }

// choice lists values as in a sentence.
func choice(values []string) string {
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " or " + values[last]
}
