package cluster

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// What a policy is made of.
const (
	policiesResource = "mutatingadmissionpolicies"
	bindingsResource = "mutatingadmissionpolicybindings"
)

// ReadPolicies reads the MutatingAdmissionPolicies that inject, and their bindings, in the
// newest version of the API that is served; where none is, there are none. What the user may
// not read is no error: [diagnose.Policies] says it.
func ReadPolicies(ctx context.Context, c *Cluster) (diagnose.Policies, error) {
	versions := admissionpolicy.APIVersions()
	policies := make([]*admissionregistrationv1.MutatingAdmissionPolicyList, len(versions))
	bindings := make([]*admissionregistrationv1.MutatingAdmissionPolicyBindingList, len(versions))
	errs := make([][2]error, len(versions))
	var reads []func() error
	for i, version := range versions { // all at once: one that isn't served is answered as fast
		reads = append(reads,
			func() error {
				policies[i], errs[i][0] = listAs[admissionregistrationv1.MutatingAdmissionPolicyList](ctx, c, version, policiesResource)
				return nil
			},
			func() error {
				bindings[i], errs[i][1] = listAs[admissionregistrationv1.MutatingAdmissionPolicyBindingList](ctx, c, version, bindingsResource)
				return nil
			},
		)
	}
	_ = Together(reads...)
	var refusal error
	for i := range versions {
		failed := errs[i][0]
		if failed == nil {
			failed = errs[i][1]
		}
		switch {
		case failed == nil:
			return diagnose.PoliciesOf(policies[i].Items, bindings[i].Items), nil
		case apierrors.IsNotFound(failed):
		case apierrors.IsForbidden(failed):
			if refusal == nil {
				refusal = failed
			}
		default:
			return diagnose.Policies{}, fmt.Errorf("reading the MutatingAdmissionPolicies: %w", failed)
		}
	}
	if refusal == nil || !served(ctx, c, versions) {
		return diagnose.Policies{}, nil
	}
	c.note(fmt.Sprintf("reading the MutatingAdmissionPolicies: %v", refusal))
	return diagnose.Policies{Unreadable: refusal.Error()}, nil
}

// listAs lists a resource of one version of the API as the types of v1, whose fields are the
// same.
func listAs[T any](ctx context.Context, c *Cluster, version, resource string) (*T, error) {
	gvr := admissionregistrationv1.SchemeGroupVersion.WithResource(resource)
	gvr.Version = version
	list, err := c.dynamic.Resource(gvr).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	out := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(list.UnstructuredContent(), out); err != nil {
		return nil, fmt.Errorf("decoding the %s: %w", resource, err)
	}
	return out, nil
}

// ReadWarnings reads the policy that warns; nil if the cluster has none.
func ReadWarnings(ctx context.Context, c *Cluster) (*admissionpolicy.WarningPolicy, error) {
	policy, err := c.admission.ValidatingAdmissionPolicies().Get(ctx, admissionpolicy.WarningsName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the ValidatingAdmissionPolicy %q: %w", admissionpolicy.WarningsName, err)
	}
	bindings, err := c.admission.ValidatingAdmissionPolicyBindings().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("reading the ValidatingAdmissionPolicyBindings: %w", err)
	}
	return admissionpolicy.ReadWarnings(*policy, bindings.Items), nil
}

// served tells whether the API server has policies in one of some versions: whoever asks for
// what it doesn't have is refused as well. Each user may ask what there is.
func served(ctx context.Context, c *Cluster, versions []string) bool {
	has := make([]bool, len(versions))
	reads := make([]func() error, len(versions))
	for i, version := range versions {
		reads[i] = func() error {
			list := &metav1.APIResourceList{}
			path := "/apis/" + admissionregistrationv1.GroupName + "/" + version
			err := c.core.RESTClient().Get().AbsPath(path).Do(ctx).Into(list)
			has[i] = err != nil && !apierrors.IsNotFound(err)
			for _, r := range list.APIResources {
				has[i] = has[i] || r.Name == policiesResource
			}
			return nil
		}
	}
	_ = Together(reads...)
	for _, one := range has {
		if one {
			return true
		}
	}
	return false
}

// policyFields are what a policy tells: which cluster it injects for, and by which settings.
func policyFields() (identity, settings []Field) {
	return []Field{AccountID, ClusterID, Region, OIDCProviderARN}, []Field{WebhookVersion, AutoInjectSTSEnvVars, InitContainers}
}

// askPolicy asks the policy that does what its settings say. (§6.5)
func askPolicy(q Question) (out Identity, notes []string, err error) {
	identity, settings := policyFields()
	needed := func(f Field) bool { return slices.Contains(q.Need, f) }
	if q.Policies == nil || !q.Every && !slices.ContainsFunc(slices.Concat(identity, settings), needed) {
		return out, nil, nil
	}
	policies, err := q.Policies()
	policy := policies.Acting()
	switch {
	case err != nil && passedOver(err):
		return out, []string{err.Error()}, nil
	case err != nil:
		return out, nil, fmt.Errorf("identifying the cluster: %w", err)
	case policy == nil:
		return out, nil, nil
	}
	cfg := policy.Settings.Config
	for f, value := range map[Field]string{
		AccountID: cfg.AccountID, ClusterID: cfg.ClusterID, Region: cfg.Region, OIDCProviderARN: cfg.OIDCProviderARN,
		WebhookVersion: cfg.WebhookVersion, AutoInjectSTSEnvVars: strconv.FormatBool(cfg.AutoInjectSTSEnvVars), InitContainers: strconv.FormatBool(cfg.InitContainers),
	} {
		if value != "" {
			out.Answers = append(out.Answers, Answer{Field: f, Value: value, Source: PolicySource + policy.Name})
		}
	}
	slices.SortFunc(out.Answers, func(a, b Answer) int { return strings.Compare(string(a.Field), string(b.Field)) })
	return out, nil, nil
}

// PolicySource begins the name of a policy as a source.
const PolicySource = "MutatingAdmissionPolicy "

// believed is what a policy says without what contradicts the cluster or what is given: made
// for another cluster it tells nothing of this one.
func believed(q Question, policy, own Identity) Identity {
	out := policy
	identity, _ := policyFields()
	for _, a := range policy.Answers {
		known := slices.Concat(q.given(a.Field), only(own.Answers, a.Field))
		if slices.Contains(identity, a.Field) && len(known) > 0 && known[0].Value != a.Value {
			out.Conflicts = append(out.Conflicts, fmt.Sprintf("%s is %q by the %s, and %q by the %s, which injects for another cluster", a.Field, known[0].Value, known[0].Source, a.Value, a.Source))
		}
	}
	if len(out.Conflicts) > 0 {
		out.Answers = slices.DeleteFunc(slices.Clone(policy.Answers), func(a Answer) bool { return slices.Contains(identity, a.Field) })
	}
	return out
}
