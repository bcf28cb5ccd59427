package session

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// Live is what pods that exist are judged by: the settings, which of them a default
// stands in for, and the webhook as far as it was read.
func Live(s *Session) diagnose.Live {
	out := diagnose.Live{
		Settings: diagnose.Settings{Config: s.Injector.Config}, Webhook: s.Webhook, Connection: s.Connection(),
	}
	if s.Cluster == nil {
		return out // where nothing is asked, the settings are what is meant, defaults and all
	}
	out.Unread = Unread(s)
	for _, f := range s.Enabled() {
		if f.Code == diagnose.CodeRRSANotEnabled || f.Code == diagnose.CodeIssuerDiffers {
			out.Faults = append(out.Faults, f)
		}
	}
	if s.Webhook != nil {
		out.Faults = append(out.Faults, s.Webhook.Faults(time.Now())...)
		if policy := s.Webhook.Policies.Acting(); policy != nil {
			out.Faults = append(out.Faults, policy.Foreign(out.Config)...)
		}
	}
	return out
}

// Unread are the settings of the webhook that nobody could read. What a policy says is its
// own: where there is a webhook too, that may have other settings.
func Unread(s *Session) []diagnose.Setting {
	return s.Sources.Unread(s.Settings, s.Webhook != nil && (len(s.Webhook.Hooks) > 0 || s.Webhook.Unreadable != ""))
}

// Around is what is next to a pod of a decision about it, or about the workload that made
// it. Its ServiceAccount may be another one than the decision's: the workload's template
// had another one when it made the pod.
func Around(s *Session, c *inject.Template, pod *corev1.PodTemplateSpec) (diagnose.Around, error) {
	known := c.Sources()
	out := diagnose.Known(known.Namespace.Meta, known.ServiceAccount.Meta)
	out.NoNamespace, out.NoServiceAccount = known.Namespace.Why, known.ServiceAccount.Why
	if name := rrsa.ServiceAccountName(pod); c.Path != "" && name != c.ServiceAccount && s.Injector.Lookup != nil {
		found, err := s.Injector.Lookup.ServiceAccount(c.Namespace, name)
		if err != nil {
			return out, err
		}
		out.ServiceAccount, out.NoServiceAccount = nil, rrsa.Reason{}
		if found != nil {
			out.ServiceAccount, out.NoServiceAccount = found.Object, why(found)
		}
	}
	return out, nil
}

// Examine says how a pod is that exists, by what live has of the cluster. c is the decision about it, or about
// the workload that made it; made is that workload, if it is known.
func Examine(s *Session, live diagnose.Live, c *inject.Template, pod *corev1.Pod, made *diagnose.Workload) (rrsa.Examination, error) {
	around, err := Around(s, c, diagnose.Template(pod))
	if err != nil {
		return rrsa.Examination{}, err
	}
	return live.Pod(InNamespace(c, pod), around, made).Examination, nil
}

// InNamespace is a pod with the namespace that it is taken to be in: one in a file may name
// none.
func InNamespace(c *inject.Template, pod *corev1.Pod) *corev1.Pod {
	if pod.Namespace != "" {
		return pod
	}
	out := *pod
	out.Namespace = c.Namespace
	return &out
}

// Finding is what a cluster says, or what is found about a pod, as programs get it.
func Finding(f diagnose.Finding) cliapi.Reason {
	said := Reason(f.Reason)
	said.Object = f.Object
	return said
}
