package inject

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// findOutdated looks for an injection without a mark that would turn out differently
// now. It stays, as it could be a person's, but the pod isn't what was decided.
func findOutdated(r *run, t *Template) error {
	switch t.Decision.Verdict {
	case rrsa.Injected, rrsa.NotInjected:
	default:
		return nil
	}
	exists := func(reason rrsa.Reason) bool {
		return reason.Code == rrsa.CodePodExists || reason.Code == rrsa.CodeMirrorPod
	}
	found, ok := findUnmarked(t.source, t.view, t.marks)
	if !ok || slices.ContainsFunc(t.Decision.Reasons, exists) {
		return nil
	}
	fresh := Template{Item: t.Item, Path: t.Path, Namespace: t.Namespace, ServiceAccount: t.ServiceAccount, view: t.view, source: t.source, marks: found}
	if err := r.decide(&fresh); err != nil {
		return err
	}
	if _, err := r.reconcile(&fresh, false); err != nil {
		return err
	}
	// What it lacks is added in any case.
	fresh.changes = slices.DeleteFunc(fresh.changes, func(c yamledit.Change) bool { return c.Op == yamledit.Append })
	if !fresh.Differs() {
		return nil
	}
	t.outdated = fresh.Difference()
	t.Decision.Reasons = append(t.Decision.Reasons, rrsa.Reason{
		Code: CodeUnmarkedOutdated, Severity: rrsa.Warning, Level: rrsa.LevelPod, Field: "spec.volumes",
		Message: fmt.Sprintf("an injection without the mark %q stays as it is, and what is decided now differs: %s", Mark, t.outdated),
		Hint:    "take it out, then inject again",
	})
	return nil
}

// Settled tells whether the pod template holds what was decided: nothing has to
// change, and no injection without a mark is there that would turn out differently.
func (t *Template) Settled() bool { return !t.Differs() && t.outdated == "" }

// Unsettled says what the pod template lacks to hold what was decided, as
// [Template.Difference] does; empty if nothing.
func (t *Template) Unsettled() string {
	if t.outdated == "" {
		return t.Difference()
	}
	outdated := t.outdated + ", in an injection without a mark"
	if t.Differs() {
		return t.Difference() + ", " + outdated
	}
	return outdated
}

// keptRoles says, by container, which roles the pod keeps that aren't the one of its
// ServiceAccount, as "role r1 stays in a".
func (t *Template) keptRoles() (kept []string, containers []string) {
	role := t.role()
	keeps := func(r rrsa.Reason) bool { return r.Code == rrsa.CodeEnvKept }
	if !slices.ContainsFunc(t.Decision.Reasons, keeps) {
		return nil, nil
	}
	for i, c := range t.view.Containers {
		field := fmt.Sprintf("spec.%s[%d].env[%s]", podtemplate.ListKey(c.Init), c.Index, rrsa.EnvRoleARN)
		if !slices.ContainsFunc(t.Decision.Reasons, func(r rrsa.Reason) bool { return r.Code == rrsa.CodeEnvKept && r.Field == field }) {
			continue
		}
		container, what := t.nameOf(c), "its own "+rrsa.EnvRoleARN
		for _, own := range slices.Backward(t.marks.of(i).strip(*c.Typed).Env) { // the last one counts
			if own.Name != rrsa.EnvRoleARN {
				continue
			}
			switch kept := roleARN.FindStringSubmatch(own.Value); {
			case kept != nil && kept[2] == role:
				what = own.Value // of another account
			case kept != nil:
				what = "role " + kept[2]
			}
			break
		}
		kept, containers = append(kept, what+" stays in "+container), append(containers, container)
	}
	return kept, containers
}

// role is the one that is injected; empty for none.
func (t *Template) role() string {
	for _, s := range t.Decision.Settings {
		if s.Name == "role-name" {
			return s.Value
		}
	}
	return ""
}

// Summary says in a sentence what an injection does.
func (t *Template) Summary() string {
	account := t.ServiceAccount
	if t.Namespace != "" {
		account = t.Namespace + "/" + account
	}
	done := "into"
	if !t.Differs() {
		done = "already in"
	}
	gets := slices.DeleteFunc(slices.Clone(t.Decision.Containers), func(name string) bool { return slices.Contains(t.keeping, name) })
	injected := fmt.Sprintf("role %s of ServiceAccount %s", t.role(), account)
	switch {
	case len(gets) == 0:
		return strings.Join(t.kept, ", ") + ", and not " + injected
	case len(t.kept) > 0:
		return fmt.Sprintf("%s, %s %s; %s", injected, done, strings.Join(gets, ", "), strings.Join(t.kept, ", "))
	}
	return fmt.Sprintf("%s, %s %s", injected, done, strings.Join(gets, ", "))
}
