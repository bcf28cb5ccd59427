package preview

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// ownInput says where the result is another one than the webhook's because the
// input's Namespace or ServiceAccount, or the config's, is not as the cluster's.
func (s *serverCheck) ownInput(injected, bare *inject.Template, asWebhook *corev1.PodTemplateSpec) error {
	pod, err := podOf(injected, s.Input.Live())
	if err != nil {
		return err
	}
	ours, err := typedTemplate(pod)
	if err != nil {
		return err
	}
	differences, _, err := compareFields(asWebhook, ours)
	if err != nil || len(differences) == 0 {
		return err
	}
	var why []string
	have, live := injected.Sources(), bare.Sources()
	for _, o := range []struct {
		kind       string
		have, live inject.Source
	}{{"Namespace", have.Namespace, live.Namespace}, {"ServiceAccount", have.ServiceAccount, live.ServiceAccount}} {
		why = append(why, otherKeys(o.kind, o.have, o.live)...)
	}
	if len(why) == 0 {
		return nil // the template's own, which the mark doesn't show to be ours
	}
	s.remark("%s is not what the cluster's webhook would make of it now, which goes by the cluster's objects until the input's are applied: %s", injected, strings.Join(why, "; "))
	return nil
}

// otherKeys lists the settings of an object that aren't the same in the cluster.
func otherKeys(kind string, have, live inject.Source) []string {
	if have.Meta == nil || have.From == cluster.Source {
		return nil
	}
	here, there := settingsOf(have.Meta), settingsOf(live.Meta)
	both := maps.Clone(here)
	maps.Copy(both, there)
	var out []string
	for _, key := range slices.Sorted(maps.Keys(both)) {
		if here[key] != there[key] {
			out = append(out, fmt.Sprintf("%s %q has %s %s in the %s, %s in the cluster", kind, have.Meta.Name, key, term.OrNone(here[key]), have.From, term.OrNone(there[key])))
		}
	}
	return out
}

// settingsOf are an object's labels and annotations that are RRSA's, quoted.
func settingsOf(meta *metav1.ObjectMeta) map[string]string {
	out := map[string]string{}
	if meta == nil {
		return out
	}
	for what, values := range map[string]map[string]string{"label ": meta.Labels, "annotation ": meta.Annotations} {
		for key, value := range values {
			if strings.HasPrefix(key, rrsa.KeyPrefix) {
				out[what+key] = fmt.Sprintf("%q", value)
			}
		}
	}
	return out
}
