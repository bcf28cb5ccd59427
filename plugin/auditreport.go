package plugin

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// auditReport is what audit prints as JSON or YAML.
type auditReport struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Summary    auditSummary `json:"summary"`
	Lints      []objectLint `json:"lints"`
	Items      []podAudit   `json:"items"`

	rows []podRow
}

// auditSummary is about all pods together.
type auditSummary struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Namespace is the one that was audited; empty for all.
	Namespace string `json:"namespace,omitempty"`
	Selector  string `json:"selector,omitempty"`
	// Settings are those that no object in the cluster has.
	Settings []explainedSetting `json:"settings"`
	Pods     int                `json:"pods"`
	// States counts pods by their state; each state is there.
	States map[rrsa.State]int `json:"states"`
	Lints  int                `json:"lints"`
	// Namespaces are those with pods, by name.
	Namespaces []auditedNamespace `json:"namespaces"`
	// Skipped are the namespaces whose pods may not be read.
	Skipped []skippedNamespace `json:"skipped,omitempty"`
	// Notices say what keeps all pods of the cluster from credentials, such as a
	// webhook that isn't installed.
	Notices []explainedReason `json:"notices,omitempty"`
	// Inconsistent tells that the list of pods expired while it was read: pods made
	// or deleted meanwhile may be in the report or not.
	Inconsistent bool     `json:"inconsistent,omitempty"`
	Remedies     []remedy `json:"remedies"`
}

type auditedNamespace struct {
	Namespace string             `json:"namespace"`
	States    map[rrsa.State]int `json:"states"`
}

type skippedNamespace struct {
	// Namespace is its name, or otherNamespaces.
	Namespace string `json:"namespace"`
	Message   string `json:"message"`
}

// otherNamespaces stands for all but the audited one, where namespaces may not be
// listed.
const otherNamespaces = "*"

// podAudit is about one pod.
type podAudit struct {
	APIVersion     string     `json:"apiVersion"`
	Kind           string     `json:"kind"`
	Namespace      string     `json:"namespace"`
	Name           string     `json:"name"`
	State          rrsa.State `json:"state"`
	ServiceAccount string     `json:"serviceAccount"`
	// Owner is the pod's controller; of a Deployment's ReplicaSet the Deployment.
	Owner *auditOwner `json:"owner,omitempty"`
	// Reason is the first one for the state; absent for a pod that is ok.
	Reason *explainedReason `json:"reason,omitempty"`
}

// objectLint is a finding about a Namespace or a ServiceAccount.
type objectLint struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Object     lintedObject    `json:"object"`
	Reason     explainedReason `json:"reason"`
}

type lintedObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

// report sums up what was read. connection has the flags for kubectl in remedies.
func (a *auditor) report(namespace, selector, connection string) auditReport {
	r := auditReport{APIVersion: cliVersion, Kind: "AuditReport", Lints: a.lints(selector != ""), Items: []podAudit{}}
	s := auditSummary{
		APIVersion: cliVersion, Kind: "AuditSummary", Namespace: namespace, Selector: selector, Lints: len(r.Lints),
		States: map[rrsa.State]int{}, Namespaces: []auditedNamespace{}, Remedies: []remedy{},
		Skipped: a.skipped, Inconsistent: a.inconsistent,
	}
	for _, state := range auditStates() {
		s.States[state] = 0
	}
	for _, t := range a.tallies {
		for _, name := range slices.Sorted(maps.Keys(t.counts)) {
			s.Namespaces = append(s.Namespaces, auditedNamespace{Namespace: name, States: t.counts[name]})
			for state, n := range t.counts[name] {
				s.States[state] += n
				s.Pods += n
			}
		}
		r.rows = append(r.rows, t.rows...)
	}
	s.Remedies = append(s.Remedies, remedies(r.rows, connection)...)
	r.Summary = s
	return r
}

// remedies are for the pods whose creation would mend them, one for each owner.
func remedies(rows []podRow, connection string) []remedy {
	type key struct {
		namespace string
		owner     *auditOwner
	}
	seen := map[key]bool{}
	var out []remedy
	for _, row := range rows {
		k := key{row.namespace, row.owner}
		if !mendable(row.state) || row.owner != nil && seen[k] {
			continue
		}
		seen[k] = true
		out = append(out, remedyFor(row, connection))
	}
	return out
}

func (r podRow) audit() podAudit {
	out := podAudit{
		APIVersion: cliVersion, Kind: "PodAudit",
		Namespace: r.namespace, Name: r.name, State: r.state, ServiceAccount: r.account, Owner: r.owner,
	}
	if r.reason != nil {
		reason := explainReason(*r.reason)
		out.Reason = &reason
	}
	return out
}

// scope says for people what was audited.
func (s auditSummary) scope() string {
	out := " in any namespace"
	if s.Namespace != "" {
		out = fmt.Sprintf(" in namespace %q", s.Namespace)
	}
	if s.Selector != "" {
		out += fmt.Sprintf(" with the labels %q", s.Selector)
	}
	return out
}
