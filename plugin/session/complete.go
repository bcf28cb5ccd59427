package session

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// liveTypes are offered before a slash is written; behind one, any type's objects.
var liveTypes = []cobra.Completion{"pod/", "deployment/", "statefulset/", "daemonset/", "job/", "cronjob/", "replicaset/", "rollout/", "cloneset/"}

// completionTimeout is how long the shell waits for a cluster.
const completionTimeout = 3 * time.Second

// CompleteArguments offers live objects as TYPE/NAME, and else manifests and
// directories, which the shell knows. There is nowhere to say an error, so that
// one means that there is nothing to offer.
func (f *Flags) CompleteArguments(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	resourceType, _, slash := strings.Cut(typed, "/")
	switch {
	case f.local() || strings.HasPrefix(typed, ".") || strings.HasPrefix(typed, "/") || slash && isFile(resourceType):
		return term.CompleteFiles(cmd, args, typed)
	case !slash:
		var out []cobra.Completion
		types := liveTypes
		if f.Need.Sets {
			types = append(slices.Clone(types), "serviceaccount/", "namespace/")
		}
		for _, t := range types {
			if typed != "" && strings.HasPrefix(t, typed) {
				out = append(out, t)
			}
		}
		if len(out) == 0 {
			return term.CompleteFiles(cmd, args, typed)
		}
		// The shell can't be told to add its files to these.
		files, _ := filepath.Glob(typed + "*") // a pattern that isn't one matches nothing
		for _, name := range files {
			if term.HasManifestEnding(name) {
				out = append(out, name)
			}
		}
		return out, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
	names := live(cmd, f.Connection, func(ctx context.Context, c *cluster.Cluster) ([]string, error) { return c.Names(ctx, resourceType) })
	var out []cobra.Completion
	for _, name := range names {
		out = append(out, resourceType+"/"+name)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// complete offers for the flags that choose a cluster what the kubeconfig has, and for the
// namespace what the cluster has.
func (c *Connection) complete(root *cobra.Command) {
	offer := func(flag string, names func(*cobra.Command) []string) {
		term.CompleteWith(root, flag, func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if local := cmd.Flags().Lookup("local"); local != nil && local.Value.String() == "true" {
				return nil, cobra.ShellCompDirectiveNoFileComp // nothing is asked then, not even the kubeconfig
			}
			var out []cobra.Completion
			for _, name := range names(cmd) {
				if strings.HasPrefix(name, typed) {
					out = append(out, name)
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		})
	}
	named := func() cluster.Named {
		names, _ := cluster.NamesIn(c.flags) // there is nowhere to say an error
		return names
	}
	offer("context", func(*cobra.Command) []string { return named().Contexts })
	offer("cluster", func(*cobra.Command) []string { return named().Clusters })
	offer("user", func(*cobra.Command) []string { return named().Users })
	offer("namespace", func(cmd *cobra.Command) []string {
		return live(cmd, c, func(ctx context.Context, c *cluster.Cluster) ([]string, error) { return c.NamespaceNames(ctx) })
	})
}

// live asks a cluster for names, as long as a shell may wait. There is nowhere to say what
// went wrong.
func live(cmd *cobra.Command, connection *Connection, names func(context.Context, *cluster.Cluster) ([]string, error)) []string {
	ctx, stop := context.WithTimeout(cmd.Context(), completionTimeout)
	defer stop()
	// What types there are is read without a context.
	out, _ := term.Interruptible(ctx, func() ([]string, error) {
		c, err := cluster.Open(cluster.Options{Flags: connection.flags, Warnings: io.Discard})
		if err != nil {
			return nil, err
		}
		return names(ctx, c)
	})
	return out
}
