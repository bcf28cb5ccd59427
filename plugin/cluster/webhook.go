package cluster

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// ReadWebhook reads the webhook's configurations and Deployments, and takes the policies
// from policies, which may wait for its own answer. What the user may not read is no error:
// [diagnose.Webhook.Judge] says it.
func ReadWebhook(ctx context.Context, c *Cluster, policies func() (diagnose.Policies, error)) (*diagnose.Webhook, error) {
	var out *diagnose.Webhook
	var found diagnose.Policies
	err := Together(
		func() (err error) {
			out, err = readConfigurations(ctx, c)
			return err
		},
		func() (err error) {
			found, err = policies()
			return err
		},
	)
	if err != nil {
		return nil, err
	}
	out.Policies = found
	return out, nil
}

// readConfigurations reads what the API server calls.
func readConfigurations(ctx context.Context, c *Cluster) (*diagnose.Webhook, error) {
	var list *admissionregistrationv1.MutatingWebhookConfigurationList
	var err error
	known := map[types.NamespacedName]diagnose.Deployment{}
	_ = Together(
		func() error {
			list, err = c.admission.MutatingWebhookConfigurations().List(ctx, metav1.ListOptions{})
			return nil
		},
		func() error { // the one that is mostly behind it; if this fails, it is read again when it is needed
			own := types.NamespacedName{Namespace: diagnose.WebhookNamespace, Name: diagnose.WebhookName}
			if d, err := readDeployment(ctx, c, own); err == nil {
				known[own] = d
			}
			return nil
		},
	)
	switch {
	case apierrors.IsForbidden(err):
		c.note(fmt.Sprintf("reading the MutatingWebhookConfigurations: %v", err))
		return &diagnose.Webhook{Unreadable: err.Error()}, nil
	case err != nil:
		return nil, fmt.Errorf("reading the MutatingWebhookConfigurations: %w", err)
	}
	out := &diagnose.Webhook{}
	for _, configuration := range list.Items {
		if !strings.Contains(configuration.Name, "pod-identity") {
			continue
		}
		for i, w := range configuration.Webhooks {
			h := diagnose.Hook{MutatingWebhook: w, Configuration: configuration.Name, Index: i, Created: configuration.CreationTimestamp}
			if h.Deployment, err = behind(ctx, c, w, known); err != nil {
				return nil, err
			}
			out.Hooks = append(out.Hooks, h)
		}
	}
	return out, nil
}

// behind finds the Deployment of a webhook: it has the name of the Service that
// the API server calls, or else the component's own name.
func behind(ctx context.Context, c *Cluster, w admissionregistrationv1.MutatingWebhook, known map[types.NamespacedName]diagnose.Deployment) (diagnose.Deployment, error) {
	names := []types.NamespacedName{{Namespace: diagnose.WebhookNamespace, Name: diagnose.WebhookName}}
	if s := w.ClientConfig.Service; s != nil {
		names = []types.NamespacedName{{Namespace: s.Namespace, Name: s.Name}, {Namespace: s.Namespace, Name: diagnose.WebhookName}}
	}
	for _, name := range names {
		d, ok := known[name]
		if !ok {
			var err error
			if d, err = readDeployment(ctx, c, name); err != nil {
				return d, err
			}
			known[name] = d
		}
		if d.Found || d.Unreadable != "" {
			return d, nil
		}
	}
	return known[names[0]], nil
}

func readDeployment(ctx context.Context, c *Cluster, name types.NamespacedName) (diagnose.Deployment, error) {
	out := diagnose.Deployment{NamespacedName: name}
	d, err := c.apps.Deployments(name.Namespace).Get(ctx, name.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return out, nil
	case apierrors.IsForbidden(err):
		c.note(fmt.Sprintf("reading the Deployment %q: %v", name, err))
		out.Unreadable = err.Error()
		return out, nil
	case err != nil:
		return out, fmt.Errorf("reading the Deployment %q: %w", name, err)
	}
	out.Found, out.Version = true, deploymentVersion(d)
	out.Ready, out.Replicas = d.Status.ReadyReplicas, *cmp.Or(d.Spec.Replicas, new(int32(1)))
	return out, nil
}
