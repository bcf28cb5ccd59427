package diff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// applyFlags are kubectl's, with its meaning.
type applyFlags struct {
	cluster.Apply
	flags interface{ Changed(string) bool }
}

func (a *applyFlags) add(cmd *cobra.Command) {
	a.flags = cmd.Flags()
	cmd.Flags().BoolVar(&a.ServerSide, "server-side", false, "compare with what a server-side apply would make of the live objects")
	cmd.Flags().StringVar(&a.FieldManager, "field-manager", "kubectl", "manager that applies, for --server-side")
	cmd.Flags().BoolVar(&a.ForceConflicts, "force-conflicts", false, "take over fields that others manage, for --server-side")
	for _, flag := range []string{"server-side", "force-conflicts"} {
		term.CompleteWith(cmd, flag, cobra.NoFileCompletions)
	}
	term.CompleteWith(cmd, "field-manager", cobra.FixedCompletions([]cobra.Completion{"kubectl", "argocd-controller", "kustomize-controller"}, cobra.ShellCompDirectiveNoFileComp))
}

// check refuses flags that have no part in what is compared.
func (a *applyFlags) check(applied bool) error {
	for _, flag := range []string{"field-manager", "force-conflicts"} {
		if a.flags.Changed(flag) && !a.ServerSide {
			return fmt.Errorf("checking the arguments: --%s is for --server-side", flag)
		}
	}
	if a.ServerSide && !applied {
		return errors.New("checking the arguments: --server-side is for files that are compared with live objects")
	}
	return nil
}

// compareApplied compares live objects with what applying the injected manifests
// would make of them.
func compareApplied(ctx context.Context, s *session.Session, how cluster.Apply) (comparison, error) {
	after, report, err := s.Changed(s.Injector, s.Input.Streams, s.Tell)
	if err != nil {
		return comparison{}, err
	}
	objects, err := toApply(s, report, after)
	if err != nil {
		return comparison{}, err
	}
	dryRun, err := cluster.NewDryRun(s.Cluster)
	if err != nil {
		return comparison{}, err
	}
	out := comparison{from: "live", to: "merged"}
	for _, object := range objects {
		pair, err := merged(ctx, s, dryRun, how, object, objects)
		if err != nil {
			return comparison{}, s.LocalHint(err)
		}
		out.pairs = append(out.pairs, pair)
	}
	return out, nil
}

// toApply reads from the injected text the objects that diff is about: those with
// pod templates, Namespaces and ServiceAccounts.
func toApply(s *session.Session, report *inject.Report, injected []*manifest.Stream) ([]*unstructured.Unstructured, error) {
	places := map[*manifest.Item]string{}
	for _, c := range report.Templates {
		if c.Known() {
			places[c.Item] = cmp.Or(c.Namespace, s.Injector.Namespace)
		}
	}
	var out []*unstructured.Unstructured
	others := map[string]int{}
	for i, stream := range s.Input.Streams {
		before := stream.Items()
		for n, it := range injected[i].Items() {
			place, hasTemplate := places[before[n]]
			nextToPods := it.APIVersion == "v1" && (it.Kind == "Namespace" || it.Kind == "ServiceAccount")
			switch {
			case nextToPods && !it.LocalConfig():
				place = cmp.Or(it.Namespace, s.Injector.Namespace)
			case !hasTemplate:
				others[it.Kind]++
				continue
			}
			object, err := it.Object()
			if err != nil {
				return nil, err
			}
			u := &unstructured.Unstructured{Object: object}
			if u.GetName() == "" {
				return nil, fmt.Errorf("%s: %s has no name, so that it can't be applied: with --local the manifests are compared", it.Origin, it)
			}
			if u.GetNamespace() == "" && it.Kind != "Namespace" {
				u.SetNamespace(place)
			}
			out = append(out, u)
		}
	}
	var left []string
	for _, kind := range slices.Sorted(maps.Keys(others)) {
		left = append(left, fmt.Sprintf("%s (%d)", kind, others[kind]))
	}
	if len(left) > 0 {
		s.Note("left out, as they have no pod template or are marked as local config: " + strings.Join(left, ", "))
	}
	return out, nil
}
