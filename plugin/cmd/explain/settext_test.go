package explain

import (
	"testing"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestServing: what is said of a ServiceAccount, in a word for programs and in the first
// line. What isn't known is said to be so.
func TestServing(t *testing.T) {
	missing := &cliapi.Cause{Code: "RoleNameMaybeNewer", Message: "later"}
	gate := &cliapi.Cause{Code: rrsa.CodeNamespaceNotEnabled, Message: "no label"}
	unread := []cliapi.Reason{{Code: "NotReadable", Message: "no right"}}
	owner := func(name string) cliapi.Owner {
		return cliapi.Owner{APIVersion: "apps/v1", Kind: "Deployment", Name: name}
	}
	would := func(states ...rrsa.State) (out []cliapi.Prospect) {
		for i, state := range states {
			out = append(out, cliapi.Prospect{Owner: owner(string(rune('a' + i))), State: state})
		}
		return out
	}
	for _, tt := range []struct {
		name    string
		serving cliapi.Serving
		cause   *cliapi.Cause
		set     cliapi.PodSet
		want    string
	}{
		{"all", cliapi.Serves, nil, cliapi.PodSet{States: map[rrsa.State]int{rrsa.StateOK: 1}}, "serves 1 pod"},
		{"all, with an AccessKey", cliapi.Serves, &cliapi.Cause{Code: "StaticAccessKey", Message: "key"}, cliapi.PodSet{States: map[rrsa.State]int{rrsa.StateOK: 2}}, "serves 2 pods, but StaticAccessKey: key"},
		{"none, in a cluster without RRSA", cliapi.ServesNobody, &cliapi.Cause{Code: "RRSANotEnabled", Message: "off"}, cliapi.PodSet{States: map[rrsa.State]int{rrsa.StateOK: 2}},
			"serves nobody, whatever its 2 pods (2 ok) have, because RRSANotEnabled: off"},
		{"some", cliapi.Serves, missing, cliapi.PodSet{States: map[rrsa.State]int{rrsa.StateOK: 2, rrsa.StateMissing: 3}}, "serves 2 of 5 pods (3 missing, 2 ok) because RoleNameMaybeNewer: later"},
		{"none", cliapi.ServesNobody, missing, cliapi.PodSet{States: map[rrsa.State]int{rrsa.StateMissing: 3}}, "serves none of its 3 pods (3 missing) because RoleNameMaybeNewer: later"},
		{"none of one", cliapi.ServesNobody, missing, cliapi.PodSet{States: map[rrsa.State]int{rrsa.StateMissing: 1}}, "doesn't serve its only pod (1 missing) because RoleNameMaybeNewer: later"},
		{"no pods yet", cliapi.WouldServe, nil, cliapi.PodSet{WouldServe: would("ok", "ok", "missing", "ok", "ok")}, "serves no pod now, and would serve deployment/a, deployment/b, deployment/d and 1 more"},
		{"none, and one yet", cliapi.WouldServe, missing, cliapi.PodSet{States: map[rrsa.State]int{rrsa.StateMissing: 3}, WouldServe: would("ok")},
			"would serve deployment/a, and serves none of its 3 pods (3 missing) because RoleNameMaybeNewer: later"},
		{"nobody in future", cliapi.ServesNobody, gate, cliapi.PodSet{WouldServe: would("not-applicable")}, "serves nobody: it has no pods, and would serve none of 1 workload because NamespaceNotEnabled: no label"},
		{"no use", cliapi.ServesNobody, nil, cliapi.PodSet{}, "serves nobody: no pod and no workload uses it"},
		{"no use, and no label", cliapi.ServesNobody, gate, cliapi.PodSet{}, "serves nobody because NamespaceNotEnabled: no label"},
		{"not known", cliapi.ServingUnknown, nil, cliapi.PodSet{Unread: unread}, "it isn't known whom it serves because NotReadable: no right"},
	} {
		e := cliapi.ServiceAccountExplanation{Serving: tt.serving, Cause: tt.cause, PodSet: tt.set}
		if got := accountHeading(e); got != tt.want {
			t.Errorf("%s: want %q, got %q", tt.name, tt.want, got)
		}
	}
}

// TestNamespaceHeading: whether it is enabled, the pods, and what is wrong.
func TestNamespaceHeading(t *testing.T) {
	skipped := &cliapi.Cause{Code: "WebhookSkipsNamespace", Message: "skips"}
	missing := []cliapi.OwnedGroup{{State: rrsa.StateMissing, Cause: skipped, Pods: 3}}
	for _, tt := range []struct {
		gate  cliapi.Known
		cause *cliapi.Cause
		set   cliapi.PodSet
		want  string
	}{
		{cliapi.Yes, nil, cliapi.PodSet{Listed: true, States: map[rrsa.State]int{rrsa.StateOK: 2}}, "enabled, pods: 2 ok"},
		{cliapi.Yes, skipped, cliapi.PodSet{Listed: true}, "enabled, pods: none, but WebhookSkipsNamespace: skips"},
		{cliapi.Yes, skipped, cliapi.PodSet{Listed: true, States: map[rrsa.State]int{rrsa.StateMissing: 3}, Groups: missing}, "enabled, pods: 3 missing because WebhookSkipsNamespace: skips"},
		{cliapi.No, &cliapi.Cause{Code: rrsa.CodeNamespaceNotEnabled, Message: "no label"}, cliapi.PodSet{}, "not enabled, pods: not known because NamespaceNotEnabled: no label"},
		{cliapi.Unknown, nil, cliapi.PodSet{Listed: true}, "it isn't known whether it is enabled, pods: none"},
	} {
		if got := namespaceHeading(cliapi.NamespaceExplanation{Gate: cliapi.Gate{Enabled: tt.gate}, Cause: tt.cause, PodSet: tt.set}); got != tt.want {
			t.Errorf("want %q, got %q", tt.want, got)
		}
	}
}
