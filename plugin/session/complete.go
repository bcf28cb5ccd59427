package session

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// liveTypes are offered before a slash is written; behind one, any type's objects.
var liveTypes = []cobra.Completion{"pod/", "deployment/", "statefulset/", "daemonset/", "job/", "cronjob/"}

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
		for _, t := range liveTypes {
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
	ctx, stop := context.WithTimeout(cmd.Context(), completionTimeout)
	defer stop()
	quiet := *f
	quiet.Quiet = true
	// What types there are is read without a context.
	names, _ := term.Interruptible(ctx, func() ([]string, error) {
		c, err := openCluster(quiet)
		if err != nil {
			return nil, err
		}
		return c.Names(ctx, resourceType)
	})
	var out []cobra.Completion
	for _, name := range names {
		out = append(out, resourceType+"/"+name)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
