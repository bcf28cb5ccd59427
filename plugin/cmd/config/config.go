// Package config is "kubectl rrsa config".
package config

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// New returns the verb.
func New(base session.Base) *cobra.Command {
	flags := &session.Flags{Base: base, Need: session.Need{Cluster: session.MustAsk, Every: true}}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print which cluster it is, and the webhook's version and settings",
		Long: `Print what an injection has to know of the cluster and its webhook, or the policy that
injects in its place, each value with its source: account, cluster, region, OIDC provider,
issuer, version and settings.

All sources of the cluster are asked. That its own sources contradict each other, or the
flags, is an error; stderr has a warning if pods or the webhook's parts say otherwise,
and with -v 1 also which sources have no answer, and why.
-o yaml and -o json print an InjectRRSA object for kpt, kustomize and --config, if
account, cluster and region are known.
Exit code 0, or 2 after an error.`,
		Example: `  kubectl rrsa config

  # For a pipeline, or for work without the cluster
  kubectl rrsa config -o yaml > rrsa.yaml`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), *flags, args) },
	}
	flags.Settings.AddIdentity(cmd)
	flags.Settings.AddRules(cmd)
	flags.Format.Add(cmd, "text", "", "text", "yaml", "json")
	return cmd
}

func run(ctx context.Context, flags session.Flags, args []string) error {
	s, err := session.Open(ctx, flags, args)
	if err != nil {
		return err
	}
	var talk strings.Builder
	s.WriteReport(&talk, &inject.Report{Notices: s.Injector.Config.Notices()})
	for _, conflict := range contradicted(s) {
		term.WriteLine(&talk, "warning: %s", conflict)
	}
	if flags.Format.Name == "text" {
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
		field := cluster.Field(set.Name)
		if field == cluster.OIDCIssuer {
			field = cluster.Issuer // also one that a setting wouldn't have
		}
		live, ok := s.Identity.First(field)
		if value := set.Value(s.Settings); ok && value != "" && !strings.EqualFold(value, live.Value) {
			out = append(out, fmt.Sprintf("%s is %q by the %s, and %q by the %s: the first counts",
				set.Name, value, session.SourceText(s.Sources.Given(set.Flag, true)), live.Value, live.Source))
		}
	}
	return out
}

// table writes a line for each value.
func table(s *session.Session) string {
	lines := [][]string{{"SETTING", "VALUE", "SOURCE"}}
	for _, set := range s.Sources.Component(s.Settings, s.Injector.Config) {
		lines = append(lines, []string{set.Name, cmp.Or(set.Value, "-"), session.SourceText(set.Source)})
	}
	issuer, enabled, from := "-", "-", session.SourceText(cliapi.Source{From: cliapi.FromUnknown})
	if live, ok := s.Identity.First(cluster.Issuer); ok {
		issuer, enabled, from = live.Value, "yes", cluster.Source+", "+live.Source
		for _, f := range s.Enabled() {
			enabled = "-"
			if f.Code == diagnose.CodeRRSANotEnabled {
				enabled = "no"
			}
		}
	}
	var b strings.Builder
	term.WriteTable(&b, append(lines, []string{"issuer", issuer, from}, []string{"RRSA enabled", enabled, from}))
	return b.String()
}

// completeIdentity fails if a pipeline couldn't do with the settings alone.
func completeIdentity(cfg rrsa.Config) error {
	var missing []string
	for _, s := range []struct{ name, value string }{
		{"accountID", cfg.AccountID}, {"clusterID or oidcProviderARN", cmp.Or(cfg.ClusterID, cfg.OIDCProviderARN)}, {"region", cfg.Region},
	} {
		if s.value == "" {
			missing = append(missing, s.name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("making the config: the cluster doesn't tell its %s: give them as flags (-v 1 says what was asked)", strings.Join(missing, ", "))
	}
	return nil
}
