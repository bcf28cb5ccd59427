// Package config is "kubectl rrsa config".
package config

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// options are the flags of the verb.
type options struct{ session.Flags }

// New returns the verb.
func New(base session.Base) *cobra.Command {
	o := &options{session.Flags{Base: base, Need: session.Need{Cluster: session.MustAsk, Every: true}}}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print which cluster it is, and the webhook's version and settings",
		Long: `Print what an injection has to know of the cluster and its webhook: account,
cluster, region, OIDC provider, issuer, webhook version and settings, each with its
source.

Flags come first, then the config, then the cluster's own sources: the environment of
an injected pod, the ConfigMap kube-system/ack-cluster-profile, the issuer of the API
server, the nodes, the labels of ACS pods, and the webhook's Helm release and
Deployment. All of them are read, and stderr has a warning where one contradicts
another; -v 1 tells which have no answer, and why.

-o yaml and -o json print an InjectRRSA object for kpt, kustomize and --config. It is
printed only if account, cluster and region are known.

Exit code 0, or 2 after an error.`,
		Example: `  kubectl rrsa config

  # For a pipeline, or for work without the cluster
  kubectl rrsa config -o yaml > rrsa.yaml`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.NoArgs,
		ValidArgsFunction:     cobra.NoFileCompletions,
		RunE:                  func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.Settings.AddIdentity(cmd)
	o.Settings.AddRules(cmd)
	o.Format.Add(cmd, "text", "output format: text, yaml or json", "text", "yaml", "json")
	return cmd
}

func (o *options) run(ctx context.Context, args []string) error {
	s, err := session.Open(ctx, o.Flags, args)
	if err != nil {
		return err
	}
	var talk strings.Builder
	for _, notice := range s.Injector.Config.Notices() {
		term.WriteReason(&talk, "", notice)
	}
	for _, conflict := range append(contradicted(s), s.Identity.Conflicts()...) {
		term.WriteLine(&talk, "warning: %s", conflict)
	}
	if o.Format.Name == "text" {
		fmt.Fprint(s.ErrOut, talk.String())
		return s.Write(table(s), "the config")
	}
	if err := completeIdentity(s.Injector.Config); err != nil {
		return err
	}
	document, err := s.Settings.Document()
	if err != nil {
		return err
	}
	fmt.Fprint(s.ErrOut, talk.String())
	return s.Encode(document, "the config")
}

// contradicted lists the flags and the config's settings that the cluster says
// otherwise of.
func contradicted(s *session.Session) []string {
	var out []string
	for _, set := range config.Settings() {
		if !set.Live {
			continue
		}
		live, ok := s.Identity.First(cluster.Field(set.Name))
		if value := set.Value(s.Settings); ok && value != "" && !strings.EqualFold(value, live.Value) {
			out = append(out, fmt.Sprintf("%s is %q by the %s, and %q by the %s: the first counts",
				set.Name, value, session.SourceText(s.Sources.Given(set.Flag, true)), live.Value, live.Source))
		}
	}
	return out
}

// table writes a line for each value.
func table(s *session.Session) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	row := func(name, value, from string) {
		fmt.Fprintf(w, "%s\t%s\t%s\n", term.OneLine(name), term.OneLine(value), term.OneLine(from))
	}
	row("SETTING", "VALUE", "SOURCE")
	for _, set := range s.Sources.Component(s.Settings, s.Injector.Config) {
		value := set.Value
		if value == "" {
			value = "-"
		}
		row(set.Name, value, session.SourceText(set.Source))
	}
	issuer, enabled, from := "-", "-", session.SourceText(cliapi.Source{From: cliapi.FromUnknown})
	if live, ok := s.Identity.First(cluster.Issuer); ok {
		issuer, from = live.Value, cluster.Source+", "+live.Source
		switch _, _, err := rrsa.ParseIssuer(live.Value); {
		case err == nil:
			enabled = "yes"
		case errors.Is(err, rrsa.ErrNotEnabled):
			enabled = "no"
		}
	}
	row("issuer", issuer, from)
	row("RRSA enabled", enabled, from)
	w.Flush() // to a strings.Builder, which never fails
	return b.String()
}

// completeIdentity fails if a pipeline couldn't do with the settings alone.
func completeIdentity(cfg rrsa.Config) error {
	var missing []string
	for _, s := range []struct{ name, value string }{{"accountID", cfg.AccountID}, {"clusterID", cfg.ClusterID}, {"region", cfg.Region}} {
		if s.value == "" && (s.name != "clusterID" || cfg.OIDCProviderARN == "") {
			missing = append(missing, s.name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("making the config: the cluster doesn't tell its %s: give them as flags (-v 1 says what was asked)", strings.Join(missing, ", "))
	}
	return nil
}
