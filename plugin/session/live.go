package session

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// Live is what pods that exist are judged by: the settings, which of them a default
// stands in for, and the webhook as far as it was read.
func Live(s *Session) diagnose.Live {
	out := diagnose.Live{
		Settings: diagnose.Settings{Config: s.Injector.Config, Unread: s.Sources.Unread(s.Settings)},
		Webhook:  s.Webhook, Connection: s.Connection(),
	}
	if s.Cluster == nil {
		return out
	}
	for _, f := range s.Identity.Enabled() {
		if f.Code == diagnose.CodeRRSANotEnabled {
			out.Faults = append(out.Faults, f)
		}
	}
	if s.Webhook != nil {
		out.Faults = append(out.Faults, s.Webhook.Faults()...)
	}
	return out
}

// Around is what is next to a pod of a decision about it, or about the workload that made
// it. Its ServiceAccount may be another one than the decision's: the workload's template
// had another one when it made the pod.
func Around(s *Session, c *inject.Template, pod *corev1.PodTemplateSpec) (diagnose.Around, error) {
	known := c.Sources()
	account := known.ServiceAccount.Meta
	if name := rrsa.ServiceAccountName(pod); name != c.ServiceAccount {
		var err error
		if account, err = accountMeta(s, c.Namespace, name); err != nil {
			return diagnose.Around{}, err
		}
	}
	return diagnose.Known(known.Namespace.Meta, account), nil
}

// accountMeta is the metadata of a ServiceAccount; nil if it isn't known.
func accountMeta(s *Session, namespace, name string) (*metav1.ObjectMeta, error) {
	if s.Injector.Lookup == nil {
		return nil, nil
	}
	found, err := s.Injector.Lookup.ServiceAccount(namespace, name)
	if err != nil || found == nil || found.Object == nil {
		return nil, err
	}
	return &found.Object.ObjectMeta, nil
}

// Finding is what a cluster says, or what is found about a pod, as programs get it.
func Finding(f diagnose.Finding) cliapi.Reason {
	said := Reason(f.Reason)
	said.Object = f.Object
	return said
}
