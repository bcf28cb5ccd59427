package check

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
	"github.com/kubectl-rrsa/rrsa/plugin/session"
)

// send has the API server make the pods, as dry runs at once, and compares what comes back.
func (s *seen) send(ctx context.Context) error {
	dry, err := cluster.NewDryRun(s.Cluster)
	if err != nil {
		return err
	}
	d := &s.dry
	for _, sidecar := range []bool{true, false} {
		plain, override := diagnose.Probe(d.namespace.Name, d.account.Name, sidecar)
		d.refused = cluster.Together(
			func() (err error) { d.plain, err = s.ask(ctx, dry, plain); return err },
			func() (err error) { d.override, err = s.ask(ctx, dry, override); return err },
		)
		// An API server may be older than native sidecars.
		if d.refused == nil || !(apierrors.IsInvalid(d.refused) || apierrors.IsBadRequest(d.refused)) || !strings.Contains(d.refused.Error(), "restartPolicy") {
			break
		}
	}
	switch {
	case d.refused != nil && over(ctx, d.refused):
		return d.refused
	case d.refused == nil:
		live := session.Live(s.Session)
		_, judged := live.Acts(diagnose.Around{Namespace: d.namespace, ServiceAccount: d.account}, d.namespace.Name, d.plain.Sent.Template)
		d.proof = live.By(judged).Prove(d.plain, d.override)
	}
	return nil
}

func (s *seen) ask(ctx context.Context, dry *cluster.DryRun, pod *corev1.Pod) (diagnose.Probed, error) {
	out := diagnose.Probed{Sent: rrsa.Input{NamespaceName: pod.Namespace, Namespace: s.dry.namespace, ServiceAccount: s.dry.account, Template: diagnose.Template(pod)}}
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(pod)
	if err != nil {
		return out, fmt.Errorf("encoding the pod of the dry run: %w", err)
	}
	delete(object, "status")
	got, err := dry.CreatePod(ctx, &unstructured.Unstructured{Object: object})
	if err == nil {
		out.Got = diagnose.Template(got)
	}
	return out, err
}
