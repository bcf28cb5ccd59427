package diagnose

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Codes of what is newer than a pod, which the pod's creation didn't see.
const (
	CodeServiceAccountNewer      rrsa.Code = "ServiceAccountNewer"      // a ServiceAccount that was created later
	CodeRoleNameMaybeNewer       rrsa.Code = "RoleNameMaybeNewer"       // a ServiceAccount's role-name that may have been written later
	CodeInjectionLabelMaybeNewer rrsa.Code = "InjectionLabelMaybeNewer" // a Namespace's label that may have been written later
	CodeWebhookNewer             rrsa.Code = "WebhookNewer"             // a webhook that was registered later
	CodePolicyNewer              rrsa.Code = "PolicyNewer"              // a policy that was written later
	CodeSelectorLabelMaybeNewer  rrsa.Code = "SelectorLabelMaybeNewer"  // a ServiceAccount's label for the policy that may have been written later
	CodePolicyTooEarly           rrsa.Code = "PolicyTooEarly"           // what was written so shortly before the pod that the policy may not have seen it
)

// Later lists what is newer than a pod of what an injection depends on: its
// ServiceAccount, the ServiceAccount's role-name, the Namespace's injection label
// and the webhook. What is nil isn't looked at. (§5)
//
// The API server notes when a manager of fields last changed any of them, so that
// a role-name or label may be older than that: the findings say "may". It notes
// nothing of objects that were created empty; there is no finding then.
func Later(pod metav1.ObjectMeta, namespace, account *metav1.ObjectMeta, hook *Hook) []Finding {
	var out []Finding
	created := pod.CreationTimestamp
	later := func(code rrsa.Code, level rrsa.Level, object, field, format string, args ...any) {
		out = append(out, newer(pod, code, level, object, field, fmt.Sprintf(format, args...)))
	}
	maybeLater := func(code rrsa.Code, level rrsa.Level, object string, meta *metav1.ObjectMeta, what, key, got string) {
		if w := lastWrite(*meta, "f:"+what+"s", key); w != nil && w.Time.After(created.Time) {
			later(code, level, object+meta.Name, fmt.Sprintf("metadata.%ss[%s]", what, key), "%s as late as %s, from %q", got, stamp(*w.Time), w.Manager)
		}
	}
	switch {
	case account == nil:
	case account.CreationTimestamp.After(created.Time):
		later(CodeServiceAccountNewer, rrsa.LevelServiceAccount, "serviceaccount/"+account.Name, "metadata.creationTimestamp",
			"ServiceAccount %q was created at %s", account.Name, stamp(account.CreationTimestamp))
	default:
		maybeLater(CodeRoleNameMaybeNewer, rrsa.LevelServiceAccount, "serviceaccount/", account, "annotation", rrsa.RoleNameKey,
			fmt.Sprintf("ServiceAccount %q may have got its role-name", account.Name))
	}
	if namespace != nil {
		maybeLater(CodeInjectionLabelMaybeNewer, rrsa.LevelNamespace, "namespace/", namespace, "label", rrsa.InjectionKey,
			fmt.Sprintf("Namespace %q may have got its injection label", namespace.Name))
	}
	if hook != nil && hook.Created.After(created.Time) {
		later(CodeWebhookNewer, rrsa.LevelComponent, hook.Object(), "metadata.creationTimestamp", "the webhook was registered at %s", stamp(hook.Created))
	}
	return out
}

// newer is a finding about something that was written after a pod was created.
func newer(pod metav1.ObjectMeta, code rrsa.Code, level rrsa.Level, object, field, shared string) Finding {
	return Finding{Object: object, Shared: shared, Reason: rrsa.Reason{
		Code: code, Severity: rrsa.Warning, Level: level, Field: field,
		Message: shared + "; the pod was created at " + stamp(pod.CreationTimestamp), Hint: remakeHint,
	}}
}

// laterThanPolicy is [Later] for a policy that selects the pod now, and for the label that it
// goes by.
func laterThanPolicy(pod metav1.ObjectMeta, account *metav1.ObjectMeta, j PolicyJudgement) []Finding {
	if j.Call != Called {
		return nil
	}
	var out []Finding
	if key, _, ok := strings.Cut(j.Policy.Settings.Selector, "="); ok && account != nil {
		if w := lastWrite(*account, "f:labels", key); w != nil && w.Time.After(pod.CreationTimestamp.Time) {
			out = append(out, newer(pod, CodeSelectorLabelMaybeNewer, rrsa.LevelServiceAccount, "serviceaccount/"+account.Name, labelField(key),
				fmt.Sprintf("ServiceAccount %q may have got the label that the policy goes by as late as %s, from %q", account.Name, stamp(*w.Time), w.Manager)))
		}
	}
	if written := j.Policy.Written; written.After(pod.CreationTimestamp.Time) {
		out = append(out, newer(pod, CodePolicyNewer, rrsa.LevelComponent, j.Policy.Object(), "", "the policy was written as late as "+stamp(written)))
	}
	return out
}

// cacheLag is how long ago something was written that the API server may not have in its
// cache yet, from which a policy gets ServiceAccounts and Namespaces.
const cacheLag = time.Second

// tooEarly says what was written so shortly before a pod that a policy may not have seen it;
// zero for nothing.
func tooEarly(pod metav1.ObjectMeta, namespace, account *metav1.ObjectMeta) Finding {
	var out Finding
	latest := pod.CreationTimestamp.Add(-cacheLag)
	note := func(at *metav1.Time, level rrsa.Level, object, field, what string) {
		if at == nil || at.Time.Before(latest) || at.After(pod.CreationTimestamp.Time) {
			return
		}
		shared := what + " within a second before the pod was created: the API server reads such objects from a cache, and may not have seen it yet"
		latest, out = at.Time, Finding{Object: object, Shared: shared, Reason: rrsa.Reason{
			Code: CodePolicyTooEarly, Severity: rrsa.Warning, Level: level, Field: field, Message: shared, Hint: remakeHint,
		}}
	}
	at := func(meta *metav1.ObjectMeta, of, key string) *metav1.Time {
		if w := lastWrite(*meta, of, key); w != nil {
			return w.Time
		}
		return nil
	}
	if namespace != nil && pod.Labels[rrsa.InjectionKey] != rrsa.On {
		note(at(namespace, "f:labels", rrsa.InjectionKey), rrsa.LevelNamespace, "namespace/"+namespace.Name, labelField(rrsa.InjectionKey),
			fmt.Sprintf("Namespace %q got its injection label", namespace.Name))
	}
	if account != nil {
		note(at(account, "f:annotations", rrsa.RoleNameKey), rrsa.LevelServiceAccount, "serviceaccount/"+account.Name, "metadata.annotations["+rrsa.RoleNameKey+"]",
			fmt.Sprintf("ServiceAccount %q got its role-name", account.Name))
		note(&account.CreationTimestamp, rrsa.LevelServiceAccount, "serviceaccount/"+account.Name, "metadata.creationTimestamp",
			fmt.Sprintf("ServiceAccount %q was created", account.Name))
	}
	return out
}

func labelField(key string) string { return "metadata.labels[" + key + "]" }

func stamp(t metav1.Time) string { return t.UTC().Format(time.RFC3339) }

// wasThere tells whether everything that an injection depends on is known to be older
// than a pod. In the same second is not known to be. (§5)
func wasThere(pod metav1.ObjectMeta, namespace, account *metav1.ObjectMeta, hook *Hook) bool {
	before := func(meta *metav1.ObjectMeta, of, key string) bool {
		if meta == nil {
			return false
		}
		w := lastWrite(*meta, of, key)
		return w != nil && w.Time.Before(&pod.CreationTimestamp)
	}
	return hook != nil && hook.Created.Before(&pod.CreationTimestamp) && before(account, "f:annotations", rrsa.RoleNameKey) &&
		(pod.Labels[rrsa.InjectionKey] == rrsa.On || before(namespace, "f:labels", rrsa.InjectionKey))
}

// lastWrite finds who has written a label or annotation. All who have agree on its
// value, so that the first of them has set it; nil if nobody is noted.
func lastWrite(meta metav1.ObjectMeta, of, key string) *metav1.ManagedFieldsEntry {
	var out *metav1.ManagedFieldsEntry
	for i, entry := range meta.ManagedFields {
		var fields map[string]map[string]map[string]json.RawMessage
		if entry.Time == nil || entry.FieldsV1 == nil || json.Unmarshal(entry.FieldsV1.GetRawBytes(), &fields) != nil {
			continue // what else it owns may nest otherwise
		}
		if _, owns := fields["f:metadata"][of]["f:"+key]; owns && (out == nil || entry.Time.Before(out.Time)) {
			out = &meta.ManagedFields[i]
		}
	}
	return out
}
