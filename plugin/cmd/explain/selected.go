package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// maxBlocks is how many workloads are explained that nobody has named one by one. More are
// a report, as audit makes it.
const maxBlocks = 50

// selects tells whether live objects are selected and not named. An empty selector selects
// all, as for kubectl.
func (o *options) selects(cmd *cobra.Command) bool {
	return cmd.Flags().Changed("selector") || o.allNamespaces
}

// selection is what -l and -A select: pods, or the objects of the type that the arguments
// name.
func (o *options) selection(args []string) (*cluster.Selection, error) {
	if _, err := labels.Parse(o.selector); err != nil {
		return nil, fmt.Errorf("checking --selector %q: %w", o.selector, err)
	}
	const flags = "-l and -A select live objects"
	switch {
	case o.Local:
		return nil, errors.New("checking the arguments: " + flags + ", and --local asks no cluster")
	case o.HasFiles():
		return nil, errors.New("checking the arguments: " + flags + ": give them, or files")
	case slices.ContainsFunc(args, func(arg string) bool { return arg == "-" || term.HasManifestEnding(arg) }):
		return nil, fmt.Errorf("checking the arguments %q: %s: give them, or files", args, flags)
	case len(args) > 1, len(args) == 1 && strings.Contains(args[0], "/"):
		return nil, fmt.Errorf("checking the arguments %q: %s, and not those that are named: give a type, such as deployments, or none for pods", args, flags)
	}
	return &cluster.Selection{Types: strings.Join(args, ""), Selector: o.selector, AllNamespaces: o.allNamespaces, Most: maxBlocks}, nil
}

// templateless is the error for live objects that there is nothing to say about.
func templateless(in session.Input) error {
	if s := in.Selection; s != nil {
		return fmt.Errorf("explaining the %s: they have no pod template: select pods or workloads", s.Types)
	}
	return fmt.Errorf("explaining %q: it has no pod template: name a pod or a workload", in.Targets)
}

// tellOmitted says on stderr what is left out.
func tellOmitted(x *explainer) {
	if x.Input.Left == 0 {
		return
	}
	s := x.Input.Selection
	args := fmt.Sprintf("-n %s", x.Cluster.Namespace)
	if s.AllNamespaces {
		args = "-A"
	}
	if s.Selector != "" && s.OfPods() { // audit selects pods
		args += " -l '" + s.Selector + "'"
	}
	fmt.Fprintln(x.Talk, "note:", printable.Message(fmt.Sprintf("%d more are left out: see kubectl rrsa audit %s%s", x.Input.Left, args, x.Connection())))
}

// titles name the explanations: by the namespace too where there are several.
func titles(x *explainer, changes []*inject.Template) []string {
	var out []string
	for _, c := range changes {
		title := c.String()
		if w := x.around.workloads[c.Item]; w != nil && x.Input.Workloads[c.Item] == nil {
			title = diagnose.OwnerName(w.Owner) // the manifest is its first pod's
		}
		if s := x.Input.Selection; s != nil && s.AllNamespaces {
			title += " (" + c.Namespace + ")"
		}
		out = append(out, title)
	}
	return out
}
