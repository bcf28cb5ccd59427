package audit

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// served counts the pods of a ServiceAccount that may be injected, and those that nobody seems
// to want to be.
type served struct{ open, shut int }

// tally is what one list of pods has come to.
type tally struct {
	// rows are kept if each pod is printed.
	rows   []cliapi.PodAudit
	counts map[string]map[rrsa.State]int
	// owners are the controllers of pods that are findings, right counts the pods of a
	// controller that are ok, and alone has the pods of each namespace that nothing makes.
	owners map[types.UID]*owned
	right  map[types.UID]int
	alone  map[string]*owned
	keys   keyUses
	fixes  []cliapi.Fix
	alike  map[cliapi.Fix]int
	witnesses
}

// owned are the pods of one controller that are findings.
type owned struct {
	diagnose.Controller
	// shown is how the report names it; nil for pods that nothing makes.
	shown *cliapi.Owner
	parts []part
	// own is the cause of stale ones if their template holds an injection.
	own *cause
	// states count those that may be better off made again, broken are their names where
	// these count, and right is how many others there are.
	states map[rrsa.State]int
	broken []string
	right  int
}

func newTally() tally {
	return tally{
		counts: map[string]map[rrsa.State]int{}, owners: map[types.UID]*owned{}, right: map[types.UID]int{}, alone: map[string]*owned{},
		keys: keyUses{}, alike: map[cliapi.Fix]int{},
	}
}
