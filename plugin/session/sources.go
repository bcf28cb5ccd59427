package session

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Sources tells where settings and objects come from.
type Sources struct {
	file  string
	flags *pflag.FlagSet
	// live has what the cluster has filled in, by the settings' flags.
	live      map[string]cluster.Answer
	liveInput bool
}

// InInput is the place of an object of the input.
func (s Sources) InInput(it *manifest.Item) cliapi.Source {
	if s.liveInput {
		return cliapi.Source{From: cliapi.FromLive}
	}
	return cliapi.Source{From: cliapi.FromInput, File: it.Origin.File, Document: it.Origin.Document, Line: it.Origin.Line}
}

// Of is the place of a Namespace or a ServiceAccount.
func (s Sources) Of(known inject.Source) cliapi.Source {
	switch {
	case known.From == "":
		return cliapi.Source{From: cliapi.FromUnknown}
	case known.Item == nil:
		return cliapi.Source{From: known.From}
	case known.From == cliapi.FromConfig:
		_, path, _ := strings.Cut(known.Item.Origin.File, ", ")
		return cliapi.Source{From: cliapi.FromConfig, File: s.file, Path: path, Line: known.Item.Origin.Line}
	}
	return s.InInput(known.Item)
}

// Given is the source of a component setting: its flag, or else the cluster, or the
// config if the merged settings have it at all.
func (s Sources) Given(flag string, has bool) cliapi.Source {
	switch {
	case s.flags.Changed(flag):
		return cliapi.Source{From: cliapi.FromFlag, Flag: flag}
	case s.live[flag].Source != "":
		return cliapi.Source{From: cliapi.FromLive, Of: s.live[flag].Source}
	case has:
		return cliapi.Source{From: cliapi.FromConfig, File: s.file}
	}
	return cliapi.Source{From: cliapi.FromDefault}
}

// Unread are the settings of the webhook that a default stands in for, as neither a flag
// nor the config nor the cluster gives them. (§6) With a webhook a policy is no source.
func (s Sources) Unread(settings *config.InjectRRSA, webhook bool) []diagnose.Setting {
	var out []diagnose.Setting
	for _, set := range config.Settings() {
		for _, open := range []diagnose.Setting{diagnose.WebhookVersion, diagnose.AutoInjectSTSEnvVars, diagnose.InitContainers} {
			from := s.Given(set.Flag, set.Value(settings) != "")
			ofPolicy := webhook && from.From == cliapi.FromLive && strings.HasPrefix(from.Of, cluster.PolicySource)
			if set.Name == string(open) && (from.From == cliapi.FromDefault || ofPolicy) {
				out = append(out, open)
			}
		}
	}
	return out
}

// Component lists the settings that no manifest has, each with its source. What
// isn't set has no value and the source "unknown".
func (s Sources) Component(settings *config.InjectRRSA, cfg rrsa.Config) []cliapi.Setting {
	var out []cliapi.Setting
	for _, set := range config.Settings() {
		value := set.Value(settings)
		from := s.Given(set.Flag, value != "")
		switch {
		case set.Group == config.Outcome || set.Optional && value == "":
			continue
		case set.Derive != nil && value == "":
			if derived, err := set.Derive(cfg); err == nil {
				value, from = derived, cliapi.Source{From: cliapi.FromDerived, Of: set.DerivedFrom}
			}
		case value == "":
			value = set.Default
		}
		if value == "" {
			from = cliapi.Source{From: cliapi.FromUnknown}
		}
		out = append(out, cliapi.Setting{Name: set.Label(), Value: value, Level: rrsa.LevelComponent, Source: from})
	}
	return out
}

// SourceText writes a source as a person looks for it.
func SourceText(s cliapi.Source) string {
	place := manifest.Origin{File: s.File, Document: s.Document, Line: s.Line}
	switch s.From {
	case cliapi.FromInput:
		if text := place.String(); text != "" {
			return text
		}
		return s.From
	case cliapi.FromConfig:
		place.File = strings.Join(term.NonEmpty(place.File, s.Path), ", ")
		return strings.TrimSpace("config " + place.String())
	case cliapi.FromFlag:
		return "flag --" + s.Flag
	case cliapi.FromLive:
		return strings.Join(term.NonEmpty(s.From, s.Of), ", ")
	case cliapi.FromDerived:
		return "follows from " + s.Of
	case cliapi.FromUnknown:
		return "not known"
	}
	return s.From
}
