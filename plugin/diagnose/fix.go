package diagnose

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
)

// FixOf is what has pods created again that would be better off then. name is that
// of the pod, for one without an owner; connection has the flags that lead kubectl to
// its cluster.
func FixOf(namespace, name string, owner *cliapi.Owner, connection string) cliapi.Fix {
	out := cliapi.Fix{Namespace: namespace, Owner: owner}
	switch {
	case owner == nil:
		out.Pod = name
		out.Message = "it has no controller: delete it and create it anew"
	case !restarts(*owner):
		out.Message = "kubectl rollout restart doesn't know it: recreate its pods"
		if owner.Kind == "Job" && group(*owner) == "batch" {
			out.Message = "a Job's pods are not replaced: create the Job anew; the next one of a CronJob is right by itself"
		}
	default:
		out.Command = fmt.Sprintf("kubectl rollout restart %s -n %s%s", OwnerName(*owner), namespace, connection)
	}
	return out
}

// FixLine is a line for a shell: the command, or a comment.
func FixLine(f cliapi.Fix) string {
	if f.Command != "" {
		return f.Command
	}
	what := "pod/" + f.Pod
	if f.Owner != nil {
		what = OwnerName(*f.Owner)
	}
	return fmt.Sprintf("# %s -n %s: %s", what, f.Namespace, f.Message)
}
