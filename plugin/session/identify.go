package session

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// open are the settings that a cluster can answer, and that neither the flags nor the
// config give.
func open(settings *config.InjectRRSA) []config.Setting {
	var out []config.Setting
	for _, set := range config.Settings() {
		if set.Live && set.Value(settings) == "" && !derived(set, settings) {
			out = append(out, set)
		}
	}
	return out
}

// derived tells whether a setting follows from others that are given.
func derived(set config.Setting, settings *config.InjectRRSA) bool {
	if set.Derive == nil {
		return false
	}
	in, _ := settings.Injector() // a wrong form is told elsewhere
	_, err := set.Derive(in.Config)
	return err == nil
}

// identify asks the cluster for what the settings leave open and the verb needs. What
// the settings give is held to what the cluster itself says: settings for one are never
// mixed with what another one says.
func identify(ctx context.Context, s *Session, input func() (Input, error), policies func() (diagnose.Policies, error)) (cluster.Identity, error) {
	q := cluster.Question{Need: slices.Clone(s.flags.Need.Fields), Every: s.flags.Need.Every, Policies: policies}
	for _, set := range open(s.Settings) {
		q.Need = append(q.Need, cluster.Field(set.Name))
	}
	for _, set := range config.Settings() {
		if value := set.Value(s.Settings); set.Live && value != "" {
			q.Given = append(q.Given, cluster.Answer{
				Field: cluster.Field(set.Name), Value: value, Source: SourceText(s.Sources.Given(set.Flag, true)),
			})
		}
	}
	if s.Input.Live() || s.flags.HasFiles() {
		q.About = func() ([]types.NamespacedName, error) {
			in, err := input()
			if err != nil || in.Live() {
				return in.About, err
			}
			var out []types.NamespacedName
			for _, it := range in.Items() {
				out = append(out, workloadOf(it))
			}
			return out, nil
		}
	}
	return cluster.Identify(ctx, s.Cluster, q)
}

// workloadOf is what makes the pods of an object in a file, which may be one that the
// cluster has made itself.
func workloadOf(it *manifest.Item) types.NamespacedName {
	if slices.Contains([]string{"Pod", "ReplicaSet", "Job"}, it.Kind) {
		if object, err := it.Object(); err == nil {
			return cluster.WorkloadOf(it.Kind, &unstructured.Unstructured{Object: object})
		}
	}
	return types.NamespacedName{Namespace: it.Namespace, Name: it.Name}
}

// fill takes what the cluster has answered for the settings that are open.
func fill(s *Session) {
	s.Sources.live = map[string]cluster.Answer{}
	for _, set := range open(s.Settings) {
		answer, ok := s.Identity.First(cluster.Field(set.Name))
		if !ok {
			continue
		}
		s.Sources.live[set.Flag] = answer
		value := answer.Value
		if set.Truth() {
			value = strconv.FormatBool(strings.EqualFold(value, "true"))
		}
		_ = set.Set(s.Settings, value) // what a cluster says has the right form
	}
}

// contradicted says what settles a contradiction.
func contradicted(s *Session, c *cluster.Contradiction) error {
	for _, set := range config.Settings() {
		switch {
		case cluster.Field(set.Name) != c.First.Field:
		case !c.Given:
			return fmt.Errorf("%w: say which one it is with --%s", c, set.Flag)
		default:
			other := "correct it, or choose another cluster with --context"
			if s.flags.hasLocal {
				other += ", or work on files with --local"
			}
			is := "is for the cluster %s, and the cluster at %s is %s (%s)"
			if c.First.Field != cluster.ClusterID {
				is = "is for the " + strings.TrimSuffix(set.Name, "ID") + " %s, and that of the cluster at %s is %s (%s)"
			}
			return fmt.Errorf("checking the cluster: the %s "+is+": %s", c.First.Source, c.First.Value, s.Cluster.Server, c.Second.Value, c.Second.Source, other)
		}
	}
	return c
}
