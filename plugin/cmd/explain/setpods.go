package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

func (s *set) addUnread(message, hint string) {
	s.unread = append(s.unread, cliapi.Reason{Code: cluster.CodeNotReadable, Severity: rrsa.Info, Level: rrsa.LevelWorkload, Message: message, Hint: hint})
}

// podSet is what the pods and the workloads without pods have come to.
func (s *set) podSet() (cliapi.PodSet, error) {
	out := cliapi.PodSet{Listed: !s.podsUnread, States: s.states, Groups: []cliapi.OwnedGroup{}, WouldServe: []cliapi.Prospect{}, Inconsistent: s.inconsistent}
	for _, of := range s.gathering.Owners() {
		fix, err := s.remake(of)
		if err != nil {
			return out, err
		}
		for _, g := range of.Groups {
			group := cliapi.OwnedGroup{State: g.State, Pods: g.Pods, Example: g.Example}
			if diagnose.Broken(g.State) {
				group.Fix = fix
			}
			if of.Workload != nil {
				group.Owner = &of.Workload.Owner
			}
			group.Cause = cause(g.Said(), group.Fix)
			out.Groups = addGroup(out.Groups, group)
		}
	}
	var err error
	if out.WouldServe, err = s.prospects(); err != nil {
		return out, err
	}
	for _, u := range s.inventory.Unread {
		s.addUnread(fmt.Sprintf("the %s can't be listed, so it isn't known which of them would make pods: %s", u.Resource, u.Why), "ask for permission to list "+u.Resource)
	}
	out.Unread = s.unread
	return out, nil
}

// addGroup adds pods of an owner. Pods without one are together that are so for the same
// cause, and can be fixed in the same way.
func addGroup(groups []cliapi.OwnedGroup, g cliapi.OwnedGroup) []cliapi.OwnedGroup {
	same := func(have cliapi.OwnedGroup) bool {
		code, of := rrsa.Code(""), rrsa.Code("")
		if g.Cause != nil {
			code = g.Cause.Code
		}
		if have.Cause != nil {
			of = have.Cause.Code
		}
		return g.Owner == nil && have.Owner == nil && g.State == have.State && code == of && (g.Fix == nil) == (have.Fix == nil) &&
			(g.Fix == nil || g.Fix.Outcome == have.Fix.Outcome)
	}
	if i := slices.IndexFunc(groups, same); i >= 0 {
		groups[i].Pods++
		return groups
	}
	return append(groups, g)
}

// remake says what making the pods of an owner again would do; nil for nothing to fix.
func (s *set) remake(of *diagnose.Gathered) (*cliapi.Fix, error) {
	made := of.Made
	made.Doubt = cmp.Or(made.Doubt, s.doubt)
	if of.Workload != nil && of.Workload.Template != nil {
		var err error
		if made.Around, err = s.near.Around(s.namespace, rrsa.ServiceAccountName(of.Workload.Template)); err != nil {
			return nil, err
		}
	}
	slices.Sort(made.Pods)
	fix := s.live.Remake(made)
	if fix.Outcome == "" {
		return nil, nil
	}
	return &fix, nil
}

// prospects are the workloads that have no pods now and would make some, by their names; all
// of them where the pods can't be listed. For a namespace those are left out whose
// ServiceAccounts have no role, unless something shows that somebody meant to serve them.
func (s *set) prospects() ([]cliapi.Prospect, error) {
	out := []cliapi.Prospect{}
	for uid, w := range s.inventory.Workloads {
		if w.Template == nil || w.Ended || s.gathering.Owns(uid) {
			continue
		}
		account := rrsa.ServiceAccountName(w.Template)
		if s.account != "" && account != s.account {
			continue
		}
		around, err := s.near.Around(s.namespace, account)
		if err != nil {
			return nil, err
		}
		state, why := s.live.MadeNow(diagnose.Made{Namespace: s.namespace, Workload: w, Around: around, Doubt: s.doubt})
		sa := around.ServiceAccount
		if s.account == "" && state != rrsa.StateMistake && sa != nil && !metav1.HasAnnotation(sa.ObjectMeta, rrsa.RoleNameKey) {
			continue
		}
		out = append(out, cliapi.Prospect{Owner: w.Owner, ServiceAccount: account, State: state, Cause: cause(why, nil)})
	}
	slices.SortFunc(out, func(a, b cliapi.Prospect) int {
		return strings.Compare(diagnose.OwnerName(a.Owner), diagnose.OwnerName(b.Owner))
	})
	return out, nil
}
