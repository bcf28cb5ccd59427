package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// need is a right that verbs need, once for each of the resources.
type need struct {
	verbs, groups, resources []string
	// name is for one object only, and where a namespace that the object is always in.
	name, where string
	path        string
	// everywhere tells that it is needed in all namespaces, or that there is none.
	everywhere bool
	// if tells that it is needed only where the cluster has the resource.
	ifThere bool
	by      string
}

// needs are the rights that kubectl rrsa needs for all that it reads, as the ClusterRole in
// the documentation has them. A dry run needs more: the check of the injection says so.
func needs() []need {
	core, getList, get, list := []string{""}, []string{"get", "list"}, []string{"get"}, []string{"list"}
	return []need{
		{verbs: getList, groups: core, resources: []string{"namespaces"}, everywhere: true, by: "all verbs, for the label injection; list for audit -A and check"},
		{verbs: getList, groups: core, resources: []string{"serviceaccounts"}, by: "all verbs, for the role; list for audit, trust-policy and check"},
		{verbs: getList, groups: core, resources: []string{"pods"}, by: "explain and diff; list for audit, config and a workload's pods"},
		{verbs: getList, groups: core, resources: []string{"replicationcontrollers"}, by: "explain and audit, for what makes a pod"},
		{verbs: list, groups: core, resources: []string{"nodes"}, everywhere: true, by: "all verbs, for the region"},
		{verbs: get, groups: core, resources: []string{"configmaps"}, name: "ack-cluster-profile", where: diagnose.WebhookNamespace, by: "all verbs, for account and cluster"},
		{verbs: getList, groups: []string{"apps"}, resources: []string{"deployments", "replicasets", "statefulsets", "daemonsets"}, by: "explain and audit, for what makes a pod"},
		{verbs: get, groups: []string{"apps"}, resources: []string{"deployments"}, name: diagnose.WebhookName, where: diagnose.WebhookNamespace, by: "all verbs, for the webhook's state and version"},
		{verbs: getList, groups: []string{"batch"}, resources: []string{"jobs", "cronjobs"}, by: "explain and audit, for what makes a pod"},
		{
			verbs: getList, groups: []string{"argoproj.io", "apps.kruise.io"}, resources: []string{"rollouts", "clonesets", "statefulsets", "daemonsets"}, ifThere: true,
			by: "explain and audit, for what makes a pod",
		},
		{verbs: list, groups: []string{"admissionregistration.k8s.io"}, resources: []string{"mutatingwebhookconfigurations"}, everywhere: true, by: "explain, audit and check, for whether the webhook acts on a pod"},
		{
			verbs: list, groups: []string{"admissionregistration.k8s.io"}, resources: []string{"mutatingadmissionpolicies", "mutatingadmissionpolicybindings"},
			everywhere: true, ifThere: true, by: "explain, audit and check, for whether a policy injects pods",
		},
		{verbs: get, path: "/.well-known/openid-configuration", everywhere: true, by: "all verbs, for cluster, region, and whether RRSA is enabled"},
	}
}

// rights are those of a need, in a namespace where it is about one.
func (n need) rights(namespace string) []cluster.Right {
	if n.path != "" {
		return []cluster.Right{{Verb: n.verbs[0], Path: n.path}}
	}
	switch {
	case n.where != "":
		namespace = n.where
	case n.everywhere:
		namespace = ""
	}
	var out []cluster.Right
	for _, group := range n.groups {
		for _, resource := range n.resources {
			for _, verb := range n.verbs {
				out = append(out, cluster.Right{Verb: verb, Group: group, Resource: resource, Name: n.name, Namespace: namespace})
			}
		}
	}
	return out
}

// missing is a right that the user doesn't have.
type missing struct {
	right cluster.Right
	by    string
}

// missingRights asks for all rights at once.
func missingRights(ctx context.Context, c *cluster.Cluster) ([]missing, error) {
	var asked []missing
	var rights []cluster.Right
	var optional []bool
	for _, n := range needs() {
		for _, r := range n.rights(c.Namespace) {
			asked, rights, optional = append(asked, missing{r, n.by}), append(rights, r), append(optional, n.ifThere)
		}
	}
	allowed, err := cluster.Allowed(ctx, c, rights...)
	if err != nil {
		return nil, err
	}
	var out []missing
	for i, m := range asked {
		if allowed[i] {
			continue
		}
		if optional[i] {
			switch has, err := cluster.Has(c, m.right.Group, m.right.Resource); {
			case err != nil:
				return nil, err
			case !has:
				continue
			}
		}
		out = append(out, m)
	}
	return out, nil
}

// judgePermissions tells which rights are missing, or why that isn't known.
func judgePermissions(s *seen) cliapi.Check {
	out := cliapi.Check{Status: cliapi.CheckPassed, Message: fmt.Sprintf("you have all rights that the other verbs need, in the namespace %q", s.Cluster.Namespace)}
	switch {
	case s.rightsErr != nil:
		out.Status, out.Message = cliapi.CheckUnknown, s.rightsErr.Error()
		out.Hint = "ask for permission to create selfsubjectaccessreviews, which the ClusterRole system:basic-user gives"
	case len(s.missing) > 0:
		var names []string
		for _, m := range s.missing {
			names = append(names, m.right.String())
			out.Details = append(out.Details, m.right.String()+": "+m.by)
		}
		out.Status, out.Code = cliapi.CheckFailed, cluster.CodePermissionMissing
		out.Message = "you may not " + strings.Join(bounded(names), ", ")
		out.Hint = "ask for the ClusterRole rrsa-reader of docs/cluster.md, or go on: the verbs say what stays open"
	}
	return out
}

// mostNamed bounds how many objects a line names.
const mostNamed = 10

// bounded are the first of many names, and how many more there are.
func bounded(names []string) []string {
	if len(names) <= mostNamed {
		return names
	}
	return append(slices.Clone(names[:mostNamed]), fmt.Sprintf("and %d more", len(names)-mostNamed))
}

// over tells whether an error ends the run: that the cluster can't be asked, or that somebody
// has stopped it. Any other is an answer to one question.
func over(ctx context.Context, err error) bool {
	gone, ok := errors.AsType[*cluster.Unreachable](err)
	return ctx.Err() != nil || ok && !gone.Late
}
