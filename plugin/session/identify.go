package session

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// identify asks the cluster for what neither the flags nor the config say of it.
func identify(ctx context.Context, c *cluster.Cluster, settings *config.InjectRRSA, need Need) (cluster.Identity, error) {
	// The cluster's id is needed in any case, to compare it.
	fields := append([]cluster.Field{cluster.ClusterID}, need.Fields...)
	for _, set := range config.Settings() {
		if set.Live && set.Value(settings) == "" {
			fields = append(fields, cluster.Field(set.Name))
		}
	}
	return cluster.Identify(ctx, c, need.Every, fields...)
}

// sameCluster fails if the settings name another cluster than the one that is
// asked: settings for one are never mixed with what another one says.
func sameCluster(c *cluster.Cluster, settings *config.InjectRRSA, identity cluster.Identity, sources Sources) error {
	live, ok := identity.First(cluster.ClusterID)
	if given := settings.ClusterID; ok && given != "" && given != live.Value {
		return fmt.Errorf("checking the cluster: the %s is for the cluster %s, and the cluster at %s is %s (%s): choose another one with --context, or work on files with --local",
			SourceText(sources.Given("cluster-id", true)), given, c.Server, live.Value, live.Source)
	}
	return nil
}

// adopt takes the cluster's answers for the settings that are not given, and returns
// them by the names of the settings' flags.
func adopt(settings *config.InjectRRSA, identity cluster.Identity) map[string]cluster.Answer {
	out := map[string]cluster.Answer{}
	for _, set := range config.Settings() {
		if !set.Live || set.Value(settings) != "" {
			continue
		}
		answer, ok := identity.First(cluster.Field(set.Name))
		if !ok {
			continue
		}
		out[set.Flag] = answer
		value := answer.Value
		if set.Truth() {
			value = strconv.FormatBool(strings.EqualFold(value, "true"))
		}
		_ = set.Set(settings, value) // what a cluster says has the right form
	}
	return out
}

// CheckNamespace fails for a namespace that isn't there: an empty one would look
// the same.
func CheckNamespace(lookup *cluster.Lookup, name string) error {
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
