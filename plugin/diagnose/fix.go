package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Made is a set of pods of one workload, or one pod without a controller, and what a pod
// is made of if it is made again.
type Made struct {
	Namespace string
	// Workload makes them; nil for a pod without a controller.
	Workload *Workload
	// Around is next to the pods that are made now. Their ServiceAccount may be another
	// one than that of the pods that there are.
	Around Around
	// States count the pods there are, and Pods are the names of those that aren't ok.
	States map[rrsa.State]int
	Pods   []string
	// Doubt is what a pod shows that speaks against the webhook answering now; zero for
	// nothing.
	Doubt Finding
	// Bare is the pod without a controller as it was before an injection.
	Bare *corev1.PodTemplateSpec
}

// Remake says what making pods again would do to them: whether it fixes them, changes
// nothing, or takes away what they have. A command is there only if it is proven that a
// pod made now is better than those there are, and worse than none. (§9)
func (l Live) Remake(m Made) cliapi.Fix {
	broken, have := 0, m.States[rrsa.StateOK]+m.States[rrsa.StateStale]+m.States[rrsa.StateOrphaned]
	for state, n := range m.States {
		if Broken(state) {
			broken += n
		}
	}
	if broken == 0 {
		return cliapi.Fix{}
	}
	out := cliapi.Fix{Namespace: m.Namespace}
	template := m.Bare
	if w := m.Workload; w != nil {
		out.Owner, template = &w.Owner, w.Template
	} else {
		out.Pod = m.Pods[0]
	}
	switch {
	case template == nil && m.Workload.Gone:
		return unproven(out, m.Workload.Unread, "nothing makes these pods again: apply what should, and delete them")
	case template == nil:
		return unproven(out, "what its pods are made of isn't known: "+cmp.Or(m.Workload.Unread, "it has no pod template at a known place"),
			"ask for permission to get "+OwnerName(m.Workload.Owner)+", or see its pod template with kubectl rrsa explain")
	}
	now := remake(l, m.Namespace, m.Around, template, m.Workload)
	doubt := l.doubt(m)
	switch {
	case now.state == rrsa.StateOK && doubt.Code != "":
		return unproven(out, doubt.Message, doubt.Hint)
	case now.state == rrsa.StateOK:
		return l.replace(out, m)
	case now.state == rrsa.StateUnknown:
		return unproven(out, now.why.Message, now.why.Hint)
	case have > 0 && now.refused:
		out.Outcome, out.Why = cliapi.FixTakesAway, "no pod could be made in its place: "+now.why.Message
	case have > 0 && (now.state == rrsa.StateMissing || now.state == rrsa.StateMistake || now.state == rrsa.StateNotApplicable):
		out.Outcome, out.Why = cliapi.FixTakesAway, "it works until its pods are replaced; made now, they would get nothing: "+now.why.Message
	default:
		out.Outcome, out.Why = cliapi.FixNot, now.why.Message
	}
	out.Instead = l.instead(m, template, now.why)
	return out
}

// doubt is what is in the way of pods that would be ok by their template and the webhook;
// zero for nothing.
func (l Live) doubt(m Made) Finding {
	switch {
	case len(l.Faults) > 0:
		return l.Faults[0]
	case m.Doubt.Code != "":
		return m.Doubt
	case m.Workload != nil && m.Workload.Fails != "":
		return Finding{Object: m.Workload.String(), Reason: rrsa.Reason{
			Code: CodePodsRefused, Severity: rrsa.Warning, Level: rrsa.LevelWorkload,
			Message: "the API server refuses its pods: " + m.Workload.Fails, Hint: "see to that first",
		}}
	}
	return Finding{}
}

// MadeNow says how a pod of a workload comes out that is made now, and what keeps it from
// being ok, or its program from its credentials; zero if nothing does. The workload's
// template has to be known. (§9)
func (l Live) MadeNow(m Made) (rrsa.State, Finding) {
	w := m.Workload
	now := remake(l, m.Namespace, m.Around, w.Template, w)
	if doubt := l.doubt(m); now.state == rrsa.StateOK && doubt.Code != "" {
		return rrsa.StateUnknown, doubt
	}
	_, judged := l.Acts(m.Around, m.Namespace, w.Template)
	by := l.By(judged)
	e := rrsa.Examination{Decision: rrsa.PlanChain(m.Around.Input(m.Namespace, w.Template, w), by.chain(variant{config: by.Config})...)}
	m.Around.explain(&e)
	s := Subject{Namespace: m.Namespace, Around: m.Around, Decision: e.Decision, Workload: w, Object: w.String()}
	cause := l.Template(s, judged, e.Decision.Verdict == rrsa.Injected && e.Decision.Mutation.Empty())
	if cause.Code == "" {
		cause = now.why
	}
	return now.state, cause
}

func unproven(f cliapi.Fix, why, instead string) cliapi.Fix {
	f.Outcome, f.Why, f.Instead = cliapi.FixUnproven, why, instead
	return f
}

// replace is the fix for pods that are better off made again.
func (l Live) replace(f cliapi.Fix, m Made) cliapi.Fix {
	f.Outcome = cliapi.FixHelps
	switch {
	case m.Workload == nil && m.States[rrsa.StateMissing] == 0:
		return unproven(f, "it has no controller, so what it is made of isn't known", "apply its manifest again, and render it first if it holds the injection")
	case m.Workload == nil:
		f.Outcome, f.Instead = cliapi.FixOtherwise, "delete it and create it again: it has no controller"
		return f
	}
	command, how, why := m.Workload.replaces(m.Pods, l.Connection)
	f.Command, f.Instead, f.Why = command, how, why
	if command == "" {
		f.Outcome = cliapi.FixOtherwise
	}
	return f
}

// instead says what would fix pods that a restart doesn't.
func (l Live) instead(m Made, template *corev1.PodTemplateSpec, why Finding) string {
	switch why.Code {
	case rrsa.CodeNamespaceNotEnabled:
		return "label the namespace first: " + labelNamespace(m.Namespace, m.Around, l.Connection)
	case rrsa.CodeRoleNameMissing:
		return "give the ServiceAccount its role first: " + annotate(m.Namespace, m.Around, l.Connection)
	case CodeServiceAccountNotSelected:
		policy, with := l.Webhook.Policies.Acting(), m.Around
		with.ServiceAccount = policy.Chosen(with.ServiceAccount)
		if now := remake(l, m.Namespace, with, template, m.Workload); now.state == rrsa.StateOK {
			return "label the ServiceAccount first: " + policy.chooseHint(m.Namespace, m.Around.ServiceAccount, l.Connection)
		}
	}
	return why.Hint
}

// FixLine is a line for a shell: the command, or a comment.
func FixLine(f cliapi.Fix) string {
	if f.Command != "" {
		return f.Command
	}
	return fmt.Sprintf("# %s -n %s: %s", FixName(f), f.Namespace, FixText(f))
}

// FixName names what would be made again, such as "deployment/cart".
func FixName(f cliapi.Fix) string {
	if f.Owner != nil {
		return OwnerName(*f.Owner)
	}
	if f.Pods > 1 {
		return fmt.Sprintf("%d pods, such as pod/%s", f.Pods, f.Pod)
	}
	return "pod/" + f.Pod
}

// FixText says what making pods again would do, and what to do instead.
func FixText(f cliapi.Fix) string {
	lead := map[cliapi.FixOutcome]string{
		cliapi.FixNot: "this would not fix it", cliapi.FixUnproven: "it isn't proven that this would fix it",
	}[f.Outcome]
	if f.Outcome == cliapi.FixOtherwise && f.Why != "" {
		lead = "this would not fix it"
	}
	notEmpty := func(parts ...string) []string {
		return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	}
	return strings.Join(notEmpty(strings.Join(notEmpty(lead, f.Why), ": "), f.Instead), "; ")
}
