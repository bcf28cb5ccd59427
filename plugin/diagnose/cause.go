package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Codes of causes that only what is around a pod shows.
const (
	// CodeInjectionInTemplate is about a pod template that holds another injection than a
	// pod would get: what a container sets itself wins.
	CodeInjectionInTemplate rrsa.Code = "InjectionInTemplate"
	// CodeWebhookMissedPod is about a pod that the webhook should have injected, and didn't.
	CodeWebhookMissedPod rrsa.Code = "WebhookMissedPod"
	// CodeWebhookFails is about a webhook that is ready, and that pods don't show to answer.
	CodeWebhookFails rrsa.Code = "WebhookFails"
	// CodeRoleNotInjected is about a ServiceAccount with a role none of whose pods gets it.
	CodeRoleNotInjected rrsa.Code = "RoleNotInjected"
	// CodePodsRefused is about a workload whose pods the API server doesn't take.
	CodePodsRefused rrsa.Code = "PodsRefused"
)

// Subject is what a cause is about: a pod, or a pod template.
type Subject struct {
	// Namespace is the name of the pod's.
	Namespace string
	Around    Around
	// Decision is about the pod as if it were made now.
	Decision rrsa.Decision
	// Workload is around the pod; nil for none.
	Workload *Workload
	// Object names what holds the pod template, such as "deployment/cart".
	Object string
}

// finding gives a reason the object that it is about.
func (s Subject) finding(r rrsa.Reason) Finding {
	f := Finding{Reason: r, Object: s.Object}
	switch {
	case r.Level == rrsa.LevelNamespace:
		f.Object = "namespace/" + s.Namespace
	case r.Level == rrsa.LevelServiceAccount && s.Around.ServiceAccount != nil:
		f.Object = "serviceaccount/" + s.Around.ServiceAccount.Name
	case r.Level == rrsa.LevelComponent:
		f.Object = ""
	case r.Level == rrsa.LevelWorkload && s.Workload != nil:
		f.Object = s.Workload.String()
	}
	return f
}

// gate says why a pod isn't injected by the rules: what somebody did who meant to have
// it, such as a label in the wrong place, or else what is missing. Where both the label
// and the role are missing it says both. (§1, §5)
func (s Subject) gate(connection string) Finding {
	var causes []Finding
	for _, part := range []struct {
		key   string
		codes []rrsa.Code
	}{
		{rrsa.InjectionKey, []rrsa.Code{rrsa.CodeNamespaceNotEnabled}},
		{rrsa.RoleNameKey, []rrsa.Code{rrsa.CodeRoleNameMissing, rrsa.CodeRoleNameInvalid}},
	} {
		i := slices.IndexFunc(s.Decision.Reasons, func(r rrsa.Reason) bool { return r.Blocking && slices.Contains(part.codes, r.Code) })
		if i < 0 {
			continue
		}
		cause := s.finding(s.Decision.Reasons[i])
		if cause.Code == rrsa.CodeNamespaceNotEnabled || cause.Code == rrsa.CodeRoleNameMissing {
			cause.Hint += connection // it ends with a command
		}
		if meant, ok := s.Decision.Attempt(part.key); ok && cause.Code != rrsa.CodeRoleNameInvalid {
			cause = s.finding(meant)
			if cause.Code == rrsa.CodeKeyUnknown {
				cause.Hint = "rename it to " + part.key
			}
		}
		causes = append(causes, cause)
	}
	switch len(causes) {
	case 0:
		return s.finding(s.Decision.Reasons[0])
	case 1:
		return causes[0]
	}
	both := causes[0]
	both.Message += "; and " + causes[1].Message
	both.Hint += "; and " + causes[1].Hint
	return both
}

// traps are what keeps an injected pod's program from its credentials, the surest first. (§5)
func traps() []rrsa.Code {
	return []rrsa.Code{rrsa.CodeTokenHidden, rrsa.CodeStaticAccessKey, rrsa.CodeEnvReferenceEarly, rrsa.CodeMountedElsewhere, rrsa.CodeLegacyEnv}
}

// trap is the first thing that keeps an injected pod's program from its credentials.
func (s Subject) trap() Finding {
	for _, code := range traps() {
		if i := slices.IndexFunc(s.Decision.Reasons, func(r rrsa.Reason) bool { return r.Code == code }); i >= 0 {
			return s.finding(s.Decision.Reasons[i])
		}
	}
	return Finding{}
}

// ownInjection says what a pod template sets itself where a pod would get something else.
func ownInjection(e rrsa.Examination, d rrsa.Decision) Finding {
	out := Finding{Reason: rrsa.Reason{
		Code: CodeInjectionInTemplate, Severity: rrsa.Warning, Level: rrsa.LevelPod,
		Message: "its pod template holds an injection of its own",
		Hint:    "render its manifest again (kubectl rrsa preview), or take the injection out of it (kubectl rrsa uninject --unmarked)",
	}}
	if len(e.Differences) > 0 {
		out.Field = e.Differences[0].Field
		out.Message += ": " + Summary(e.Differences)
	}
	return out
}

// Summary says in a line what sets a pod apart: the first thing that has another value, or
// else all that it lacks and has too much, by name.
func Summary(differences []rrsa.Difference) string {
	names := map[rrsa.DifferenceKind][]string{}
	for _, d := range differences {
		if d.Kind == rrsa.DifferenceChanged {
			return DifferenceText(d)
		}
		name := d.Field[strings.LastIndex(d.Field, ".")+1:]
		for _, list := range []string{"env[", "volumeMounts[", "volumes["} {
			if at := strings.LastIndex(d.Field, list); at >= 0 {
				name = strings.TrimSuffix(d.Field[at+len(list):], "]")
			}
		}
		if d.Container != "" {
			name += " in " + d.Container
		}
		names[d.Kind] = append(names[d.Kind], name)
	}
	var out []string
	for _, kind := range []struct {
		kind rrsa.DifferenceKind
		verb string
	}{{rrsa.DifferenceMissing, "it lacks "}, {rrsa.DifferenceExtra, "it would not get "}} {
		if len(names[kind.kind]) > 0 {
			out = append(out, kind.verb+strings.Join(names[kind.kind], ", "))
		}
	}
	return strings.Join(out, "; ")
}

// DifferenceText says a difference in a line.
func DifferenceText(d rrsa.Difference) string {
	text := string(d.Kind) + " " + d.Field
	switch {
	case d.Kind == rrsa.DifferenceChanged:
		text += fmt.Sprintf(": %q, and would get %q", d.Got, d.Want)
	case d.Got+d.Want != "":
		text += " = " + d.Got + d.Want
	}
	if d.Note != "" {
		text += " (" + d.Note + ")"
	}
	return text
}

// labelNamespace is the command that opens the gate for a namespace. (§1)
func labelNamespace(namespace string, around Around, connection string) string {
	overwrite := ""
	if around.Namespace != nil && around.Namespace.Labels[rrsa.InjectionKey] != "" {
		overwrite = " --overwrite"
	}
	return fmt.Sprintf("kubectl label namespace %s %s=%s%s%s", namespace, rrsa.InjectionKey, rrsa.On, overwrite, connection)
}

// annotate is the command that gives a ServiceAccount a role. (§1)
func annotate(namespace string, around Around, connection string) string {
	name, overwrite := "NAME", ""
	if sa := around.ServiceAccount; sa != nil {
		name = quoted(sa.Name)
		if _, there := sa.Annotations[rrsa.RoleNameKey]; there {
			overwrite = " --overwrite"
		}
	}
	return fmt.Sprintf("kubectl annotate serviceaccount %s %s=ROLE_NAME -n %s%s%s", name, rrsa.RoleNameKey, namespace, overwrite, connection)
}
