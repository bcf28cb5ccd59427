// Package cliapi holds what "kubectl rrsa" promises to programs: the objects that
// -o json, -o jsonl and -o yaml print. docs/cli has what each verb prints.
//
// A field once released keeps its name and its meaning within a [Version]; new ones
// may come. The words that stand for something, such as states, verdicts and codes,
// are those of the engine, which more may join as well.
//
// The types are data and know no cluster and no terminal; the verbs fill them in and
// write them for people.
package cliapi

import (
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Version is the apiVersion of the objects.
const Version = "cli.rrsa.dev/v1alpha1"

// Reason says one thing about a decision, and what to do about it.
type Reason struct {
	Code     rrsa.Code     `json:"code"`
	Severity rrsa.Severity `json:"severity"`
	Blocking bool          `json:"blocking"`
	// First marks the first reason that blocks, which is the one to look at.
	First bool       `json:"first,omitempty"`
	Level rrsa.Level `json:"level"`
	// Object names what the reason is about, where that is known.
	Object string `json:"object,omitempty"`
	// Field is the path in that object.
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Setting is a value in force, with where it comes from.
type Setting struct {
	Name  string     `json:"name"`
	Value string     `json:"value,omitempty"`
	Level rrsa.Level `json:"level"`
	// Object names what the value comes from, and Key is its label or annotation.
	Object string `json:"object,omitempty"`
	Key    string `json:"key,omitempty"`
	Source Source `json:"source"`
}

// Source tells where an object or a value comes from.
type Source struct {
	// From is "input", "config", "flag", "live", "derived", "default" or "unknown".
	From string `json:"from"`
	// Flag is the flag's name without dashes.
	Flag string `json:"flag,omitempty"`
	// File, Document and Line tell the place, as far as it is known.
	File     string `json:"file,omitempty"`
	Document int    `json:"document,omitempty"`
	Line     int    `json:"line,omitempty"`
	// Path is the place in a config, such as "context[0]".
	Path string `json:"path,omitempty"`
	// Of names the settings that a derived value is made of, or the object of a
	// cluster that says a live one.
	Of string `json:"of,omitempty"`
}

// What Source.From may be.
const (
	FromInput   = "input"
	FromConfig  = "config"
	FromFlag    = "flag"
	FromLive    = "live"
	FromDerived = "derived"
	FromDefault = "default"
	FromUnknown = "unknown"
)

// ProgramVersion is what version prints: the program, and the webhook's releases
// that it knows.
type ProgramVersion struct {
	Program
	WebhookReleases []Release `json:"webhookReleases"`
}

// Program is what this program was built from.
type Program struct {
	Version   string `json:"version"`
	GitCommit string `json:"gitCommit,omitempty"`
	// Modified says that the commit isn't all that it was built from.
	Modified  bool   `json:"modified,omitempty"`
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

// Release is one of the webhook's.
type Release struct {
	Version string `json:"version"`
	Date    string `json:"date"`
	// Adds are the rules that came with it.
	Adds []Rule `json:"adds,omitempty"`
}

// Rule is one thing that the webhook does.
type Rule struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Upgrade is what version --changes prints.
type Upgrade struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Downgrade tells that the changes are taken away.
	Downgrade bool      `json:"downgrade,omitempty"`
	Changes   []Release `json:"changes"`
}
