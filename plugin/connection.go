package plugin

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// connection is what leads to a cluster: kubectl's flags, which every verb has.
type connection struct {
	flags   *genericclioptions.ConfigFlags
	verbose bool
}

// open opens the cluster; nil if --local is set, or if no kubeconfig names one and
// no flag chooses one. It asks the cluster nothing yet.
func (o *common) open() (*cluster.Cluster, error) {
	if o.local {
		return nil, nil
	}
	c, err := o.mustOpen()
	if errors.Is(err, cluster.ErrNone) && *o.connection.flags.Context+*o.connection.flags.ClusterName == "" {
		o.note("no kubeconfig names a cluster, so none is asked")
		return nil, nil
	}
	if err != nil {
		return nil, o.withLocalHint(err)
	}
	return c, nil
}

// mustOpen opens the cluster for what can't do without one.
func (o *common) mustOpen() (*cluster.Cluster, error) {
	return cluster.Open(cluster.Options{
		Flags: o.connection.flags, Warnings: term.PrintableWriter{Writer: o.ErrOut}, Note: o.note,
	})
}

// arguments are the flags that lead another kubectl to the same cluster, as words
// for a shell with a space before each; empty if the kubeconfig alone leads there.
func (c *connection) arguments() string {
	var out strings.Builder
	for _, f := range []struct {
		name  string
		value *string
	}{{"kubeconfig", c.flags.KubeConfig}, {"context", c.flags.Context}, {"cluster", c.flags.ClusterName}, {"user", c.flags.AuthInfoName}} {
		if *f.value == "" {
			continue
		}
		word, err := syntax.Quote(*f.value, syntax.LangPOSIX)
		if err != nil {
			word = "..." // control codes, which no kubeconfig needs
		}
		fmt.Fprintf(&out, " --%s=%s", f.name, word)
	}
	return out.String()
}

// note says with -v what is no failure.
func (o *common) note(text string) {
	if o.connection.verbose {
		fmt.Fprintln(o.ErrOut, "note:", term.Printable(text))
	}
}

// identify fills in from the cluster what neither the flags nor the config say of
// it. Settings for one cluster are never mixed with what another one says.
func (o *common) identify(ctx context.Context, settings *config.InjectRRSA, also ...cluster.Field) error {
	// The cluster's id is needed in any case, to compare it.
	need := append([]cluster.Field{cluster.ClusterID}, also...)
	for _, set := range config.Settings() {
		if set.Value(settings) == "" {
			need = append(need, cluster.Field(set.Name))
		}
	}
	var err error
	if o.identity, err = o.live.Identify(ctx, false, need...); err != nil {
		return o.withLocalHint(err)
	}
	if err := o.sameCluster(settings); err != nil {
		return err
	}
	o.settings.adopt(settings, o.identity)
	return nil
}

// withLocalHint adds the way out to an error of a cluster that isn't needed, unless
// the cluster has said something about the input.
func (o *common) withLocalHint(err error) error {
	if len(o.targets) > 0 || o.settings.flags.Lookup("local") == nil || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) {
		return err
	}
	return fmt.Errorf("%w (--local works on files without a cluster)", err)
}

// sameCluster fails if the settings name another cluster than the one that is
// asked.
func (o *common) sameCluster(settings *config.InjectRRSA) error {
	live, ok := o.identity.First(cluster.ClusterID)
	if given := settings.ClusterID; ok && given != "" && given != live.Value {
		return fmt.Errorf("checking the cluster: the %s is for the cluster %s, and the cluster at %s is %s (%s): choose another one with --context, or work on files with --local",
			o.settings.given("cluster-id", true), given, o.live.Server, live.Value, live.Source)
	}
	return nil
}

// adopt takes the cluster's answers for the settings that are not given.
func (s *settingFlags) adopt(settings *config.InjectRRSA, identity cluster.Identity) {
	s.live = map[string]cluster.Answer{}
	for _, set := range config.Settings() {
		answer, ok := identity.First(cluster.Field(set.Name))
		if !ok || set.Value(settings) != "" {
			continue
		}
		s.live[set.Flag] = answer
		value := answer.Value
		if set.Truth() {
			value = strconv.FormatBool(strings.EqualFold(value, "true"))
		}
		_ = set.Set(settings, value) // what a cluster says has the right form
	}
}

// checkNamespace fails for a namespace that isn't there: an empty one would look
// the same.
func checkNamespace(lookup *cluster.Lookup, name string) error {
	known, err := lookup.Namespace(name)
	if err != nil {
		return err
	}
	for _, r := range known.Reasons {
		if r.Code == cluster.CodeNotInCluster {
			return fmt.Errorf("%s: name another one with -n", r.Message)
		}
	}
	return nil
}
