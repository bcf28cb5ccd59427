package plugin

import (
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// source tells where an object or a value comes from.
type source struct {
	// From is "input", "config", "flag", "derived", "default" or "unknown".
	From string `json:"from"`
	// Flag is the flag's name without dashes.
	Flag string `json:"flag,omitempty"`
	// File, Document and Line tell the place, as far as it is known.
	File     string `json:"file,omitempty"`
	Document int    `json:"document,omitempty"`
	Line     int    `json:"line,omitempty"`
	// Path is the place in a config, such as "context[0]".
	Path string `json:"path,omitempty"`
	// Of names the settings that a derived value is made of.
	Of string `json:"of,omitempty"`
}

var (
	unknownSource = source{From: "unknown"}
	defaultSource = source{From: "default"}
)

// String writes the source as a person looks for it.
func (s source) String() string {
	place := manifest.Origin{File: s.File, Document: s.Document, Line: s.Line}
	switch s.From {
	case "input":
		if text := place.String(); text != "" {
			return text
		}
		return "input"
	case "config":
		place.File = strings.Join(term.NonEmpty(place.File, s.Path), ", ")
		return strings.TrimSpace("config " + place.String())
	case "flag":
		return "flag --" + s.Flag
	case cluster.Source:
		return strings.Join(term.NonEmpty(s.From, s.Of), ", ")
	case "derived":
		return "follows from " + s.Of
	case "unknown":
		return "not known"
	}
	return s.From
}

// inInput is the place of an object of the input.
func (s *settingFlags) inInput(it *manifest.Item) source {
	if s.liveInput {
		return source{From: cluster.Source}
	}
	return source{From: "input", File: it.Origin.File, Document: it.Origin.Document, Line: it.Origin.Line}
}

// sourceOf is the place of a Namespace or a ServiceAccount.
func (s *settingFlags) sourceOf(known manifest.Source) source {
	switch {
	case known.From == "":
		return unknownSource
	case known.Item == nil:
		return source{From: known.From}
	case known.From == "config":
		_, path, _ := strings.Cut(known.Item.Origin.File, ", ")
		return source{From: "config", File: s.file, Path: path, Line: known.Item.Origin.Line}
	}
	return s.inInput(known.Item)
}

// given is the source of a component setting: its flag, or else the config if the
// merged settings have it at all.
func (s *settingFlags) given(flag string, has bool) source {
	switch {
	case s.flags.Changed(flag):
		return source{From: "flag", Flag: flag}
	case s.live[flag].Source != "":
		return source{From: cluster.Source, Of: s.live[flag].Source}
	case has:
		return source{From: "config", File: s.file}
	}
	return defaultSource
}
