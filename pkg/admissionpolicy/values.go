package admissionpolicy

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// sampleRole stands for the ServiceAccount's role in a decision about a sample.
const sampleRole = "ROLE-NAME"

// value is a variable to inject.
type value struct {
	name string
	// text is the value; with role set the role's name comes after it.
	text string
	role bool
	// asked tells that only a ServiceAccount that asks for it gets the variable.
	asked bool
}

// injection is what the engine injects with some settings.
type injection struct {
	env    []value
	volume *corev1.Volume
	// askedRefused tells that a ServiceAccount that asks for more is refused, as the value
	// isn't known.
	askedRefused bool
}

// plan asks the engine what it injects with the settings, so that the policy can't differ
// from it: no variable, value or condition is written down twice. (§2)
func plan(cfg rrsa.Config) (injection, error) {
	decide := func(endpoint string) rrsa.Decision {
		return rrsa.Plan(cfg, rrsa.Input{
			Namespace: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{rrsa.InjectionKey: rrsa.On}}},
			ServiceAccount: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
				Name: "default", Annotations: map[string]string{rrsa.RoleNameKey: sampleRole, rrsa.InjectSTSEndpointKey: endpoint},
			}},
			Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}}},
		})
	}
	always, asked := decide(""), decide(rrsa.On)
	if err := missing(always); err != nil {
		return injection{}, err
	}
	out := injection{volume: always.Mutation.Volume, askedRefused: asked.Verdict != rrsa.Injected}
	if out.askedRefused {
		asked = always
	}
	for _, e := range asked.Mutation.Containers[0].Env {
		v := value{name: e.Name}
		v.text, v.role = strings.CutSuffix(e.Value, sampleRole)
		v.asked = !slices.ContainsFunc(always.Mutation.Containers[0].Env, func(a corev1.EnvVar) bool { return a.Name == e.Name })
		out.env = append(out.env, v)
	}
	return out, nil
}

// Missing is an error: settings that a policy needs aren't known.
type Missing struct {
	// Reasons say which, one each; their Field is the setting's name.
	Reasons []rrsa.Reason
}

func (m *Missing) Error() string {
	var parts []string
	for _, r := range m.Reasons {
		parts = append(parts, r.Message)
	}
	return strings.Join(parts, "; ")
}

// missing says which settings keep the sample from an injection.
func missing(d rrsa.Decision) error {
	if d.Verdict == rrsa.Injected {
		return nil
	}
	out := &Missing{}
	for _, r := range d.Reasons {
		if r.Blocking {
			out.Reasons = append(out.Reasons, r)
		}
	}
	return out
}
