package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// configOptions are the flags of "kubectl rrsa config".
type configOptions struct{ common }

func newConfig(base common) *cobra.Command {
	o := &configOptions{base}
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
another; -v tells which have no answer, and why.

-o yaml and -o json print an InjectRRSA object for kpt, kustomize and --config. It is
printed only if account, cluster and region are known.

Exit code 0, or 2 after an error.`,
		Example: `  kubectl rrsa config

  # For a pipeline, or for work without the cluster
  kubectl rrsa config -o yaml > rrsa.yaml`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.NoArgs,
		ValidArgsFunction:     cobra.NoFileCompletions,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	o.settings.addIdentity(cmd)
	o.settings.addRules(cmd)
	o.format.Add(cmd, "text", "output format: text, yaml or json", "text", "yaml", "json")
	return cmd
}

func (o *configOptions) run(ctx context.Context) error {
	if err := o.format.Check(); err != nil {
		return err
	}
	settings, err := o.settings.load(*o.connection.flags.Namespace)
	if err != nil {
		return err
	}
	if o.live, err = o.mustOpen(); err != nil {
		return err
	}
	if o.identity, err = o.live.Identify(ctx, true); err != nil {
		return err
	}
	if err := o.sameCluster(settings); err != nil {
		return err
	}
	o.settings.adopt(settings, o.identity)
	injector, err := settings.Injector()
	if err != nil {
		return err
	}
	var talk strings.Builder
	for _, notice := range injector.Config.Notices() {
		term.WriteReason(&talk, "", notice)
	}
	for _, conflict := range append(o.contradicted(settings), o.identity.Conflicts()...) {
		term.WriteLine(&talk, "warning: %s", conflict)
	}
	if o.format.Name == "text" {
		fmt.Fprint(o.ErrOut, talk.String())
		return o.write(o.table(settings, injector.Config), "the config")
	}
	if err := completeIdentity(injector.Config); err != nil {
		return err
	}
	document, err := settings.Document()
	if err != nil {
		return err
	}
	fmt.Fprint(o.ErrOut, talk.String())
	return o.encode(document, "the config")
}

// contradicted lists the flags and the config's settings that the cluster says
// otherwise of.
func (o *configOptions) contradicted(settings *config.InjectRRSA) []string {
	var out []string
	for _, set := range config.Settings() {
		live, ok := o.identity.First(cluster.Field(set.Name))
		if value := set.Value(settings); ok && value != "" && !strings.EqualFold(value, live.Value) {
			out = append(out, fmt.Sprintf("%s is %q by the %s, and %q by the %s: the first counts", set.Name, value, o.settings.given(set.Flag, true), live.Value, live.Source))
		}
	}
	return out
}

// table writes a line for each value.
func (o *configOptions) table(settings *config.InjectRRSA, cfg rrsa.Config) []byte {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	row := func(name, value, from string) {
		fmt.Fprintf(w, "%s\t%s\t%s\n", term.OneLine(name), term.OneLine(value), term.OneLine(from))
	}
	row("SETTING", "VALUE", "SOURCE")
	for _, s := range o.settings.component(settings, cfg) {
		value := s.Value
		if value == "" {
			value = "-"
		}
		row(s.Name, value, s.Source.String())
	}
	issuer, enabled, from := "-", "-", unknownSource.String()
	if live, ok := o.identity.First(cluster.Issuer); ok {
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
	return []byte(b.String())
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
		return fmt.Errorf("making the config: the cluster doesn't tell its %s: give them as flags (-v says what was asked)", strings.Join(missing, ", "))
	}
	return nil
}
