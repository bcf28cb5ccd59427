package plugin

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

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
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
func (o *diffOptions) compareApplied(ctx context.Context, settings *config.InjectRRSA, injector manifest.Injector) (comparison, error) {
	streams, report, err := o.plan(ctx, injector)
	if err != nil {
		return comparison{}, err
	}
	if injector, err = o.placed(injector, streams); err != nil {
		return comparison{}, err
	}
	if !o.quiet {
		writeReport(o.ErrOut, report, settings)
	}
	if _, err := o.injected(settings, streams, report); err != nil {
		return comparison{}, err
	}
	objects, err := o.toApply(streams, report, injector.Namespace)
	if err != nil {
		return comparison{}, err
	}
	dryRun, err := o.live.DryRun()
	if err != nil {
		return comparison{}, err
	}
	out := comparison{from: "live", to: "merged"}
	for _, object := range objects {
		pair, err := o.applied(ctx, dryRun, object, objects)
		if err != nil {
			return comparison{}, o.withLocalHint(err)
		}
		out.pairs = append(out.pairs, pair)
	}
	return out, nil
}

// toApply reads from the injected text the objects that diff is about: those with
// pod templates, Namespaces and ServiceAccounts.
func (o *diffOptions) toApply(streams []*manifest.Stream, report *manifest.Report, namespace string) ([]*unstructured.Unstructured, error) {
	places := map[*manifest.Item]string{}
	for _, c := range report.Changes {
		if knownKind(c) {
			places[c.Item] = cmp.Or(c.Namespace, namespace)
		}
	}
	var out []*unstructured.Unstructured
	others := map[string]int{}
	for _, s := range streams {
		before := s.Items()
		after, err := manifest.Parse(s.Name, s.Bytes())
		if err != nil {
			return nil, fmt.Errorf("reading the injected manifests: %w", err)
		}
		for i, it := range after.Items() {
			place, hasTemplate := places[before[i]]
			beside := it.APIVersion == "v1" && (it.Kind == "Namespace" || it.Kind == "ServiceAccount")
			switch {
			case beside && !it.LocalConfig():
				place = cmp.Or(it.Namespace, namespace)
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
		o.note("left out, as they have no pod template or are marked as local config: " + strings.Join(left, ", "))
	}
	return out, nil
}

// knownKind tells whether it is known where a change's kind has its pod templates.
func knownKind(c *manifest.Change) bool {
	return len(c.Decision.Reasons) == 0 || c.Decision.Reasons[0].Code != manifest.CodeKindNotSupported
}
