package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// policyGenerated creates pods of all shapes, as dry runs, with the policies of several
// settings: each is accepted or rejected as without a policy, and is injected as the engine
// has it, or left alone where the engine refuses it.
func policyGenerated(t *testing.T, p *policies) {
	for i, settings := range generatedSettings() {
		name := fmt.Sprintf("%s auto=%v init=%v %s", settings.Config.WebhookVersion, settings.Config.AutoInjectSTSEnvVars, settings.Config.InitContainers, settings.FailurePolicy)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := p.put(t, settings)
			if err != nil {
				t.Fatal(err)
			}
			worlds := generatedWorlds(t, p, value)
			tally := map[string]int{}
			for seed := range uint64(60) {
				g := generator{rand.New(rand.NewPCG(seed, uint64(i)))}
				world := worlds[g.IntN(len(worlds))]
				tally[p.compareGenerated(t, settings, g.pod(), world)]++
			}
			t.Log(tally)
			for _, outcome := range []string{"rejected", string(rrsa.Injected), string(rrsa.NotInjected), string(rrsa.Refused)} {
				if tally[outcome] == 0 {
					t.Errorf("no pod is %s: %v", outcome, tally)
				}
			}
		})
	}
}

func generatedSettings() []admissionpolicy.Settings {
	var out []admissionpolicy.Settings
	for _, version := range []string{"0.1.0", "0.2.0", "0.3.1", "0.4.0", "0.4.2"} {
		for _, auto := range []bool{true, false} {
			config := componentConfig()
			config.WebhookVersion, config.AutoInjectSTSEnvVars = version, auto
			config.InitContainers = auto || version != "0.4.2"
			failure := admissionregistrationv1.Fail
			if !auto {
				failure = admissionregistrationv1.Ignore
			}
			out = append(out, admissionpolicy.Settings{Config: config, FailurePolicy: failure})
		}
	}
	return append(out, bothFailurePolicies(componentConfig())[1])
}

// generatedAccounts are the annotations of the ServiceAccounts in each namespace.
func generatedAccounts() map[string]map[string]string {
	with := func(pairs ...string) map[string]string {
		out := map[string]string{rrsa.RoleNameKey: "Demo-Role.1"}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = pairs[i+1]
		}
		return out
	}
	return map[string]map[string]string{
		"none": nil, "role": with(), "empty": {rrsa.RoleNameKey: ""}, "other": {"example.com/role-name": "x"},
		"arn": {rrsa.RoleNameKey: "acs:ram::1:role/x"}, "newline": {rrsa.RoleNameKey: "role\n"}, "underscore": {rrsa.RoleNameKey: "a_b"},
		"long":     with(rrsa.TokenExpirationKey, "43200"),
		"signed":   with(rrsa.TokenExpirationKey, "+0600", rrsa.InjectSTSEndpointKey, "on"),
		"beyond":   with(rrsa.TokenExpirationKey, "43201", rrsa.InjectSTSEndpointKey, "On"),
		"hours":    with(rrsa.TokenExpirationKey, "1h", rrsa.InjectSTSEndpointKey, "off"),
		"endpoint": with(rrsa.InjectSTSEndpointKey, "on"),
	}
}

// generatedWorlds are pairs of namespaces that are alike, but that a policy acts in the
// first of them.
func generatedWorlds(t *testing.T, p *policies, value string) [][2]string {
	t.Helper()
	var out [][2]string
	for _, labels := range []map[string]string{
		{rrsa.InjectionKey: "on"}, {rrsa.InjectionKey: "off"}, {}, {rrsa.InjectionKey: "on", rrsa.OverrideEnvKey: "true"},
		{rrsa.InjectionKey: "On", rrsa.OverrideEnvKey: "true"}, {rrsa.InjectionKey: "on", rrsa.OverrideEnvKey: "True"},
	} {
		var pair [2]string
		for i, acts := range []string{value, "none"} {
			own := maps.Clone(labels)
			own[policyLabel] = acts
			pair[i] = p.namespace(t, own)
			for name, annotations := range generatedAccounts() {
				p.account(t, pair[i], name, nil, annotations)
			}
			eventually(t, "the ServiceAccount default", func() error {
				_, err := p.client.CoreV1().ServiceAccounts(pair[i]).Get(t.Context(), "default", metav1.GetOptions{})
				return err
			})
		}
		out = append(out, pair)
	}
	return out
}

// compareGenerated creates a pod with the policy and without, and returns what became of it.
func (p *policies) compareGenerated(t *testing.T, settings admissionpolicy.Settings, pod *corev1.Pod, world [2]string) string {
	t.Helper()
	base, errBase := p.client.CoreV1().Pods(world[1]).Create(t.Context(), pod, dryRunOptions)
	_, err := p.client.CoreV1().Pods(world[0]).Create(t.Context(), pod, dryRunOptions)
	switch {
	case errBase != nil && err != nil:
		return "rejected"
	case errBase != nil || err != nil:
		t.Errorf("without the policy: %v; with it: %v\n%+v", errBase, err, pod)
		return "wrong"
	}
	want, decision := p.engine(t, settings.Config, base, world[1])
	outcome := string(decision.Verdict)
	if decision.Verdict == rrsa.Injected && isLeftAlone(settings.Config, base, decision) {
		want, outcome = base, "left alone"
	}
	comparable(want)
	if outcome == "left alone" {
		decision.Verdict = rrsa.Refused // nothing is to come
	}
	diff, err := differs(t, want, decision, func() (*corev1.Pod, error) {
		return p.client.CoreV1().Pods(world[0]).Create(t.Context(), pod, dryRunOptions)
	})
	if diff != "" || err != nil {
		t.Errorf("%s in %s: %v (-engine +policy):\n%s", decision, world[0], err, diff)
	}
	return outcome
}

func isLeftAlone(cfg rrsa.Config, pod *corev1.Pod, decision rrsa.Decision) bool {
	selected := func(name string) bool { return slices.Contains(decision.Containers, name) }
	return admissionpolicy.LeftAlone(cfg, &corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec}, selected) != ""
}

// generator makes pods out of chance.
type generator struct{ *rand.Rand }

func (g generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g generator) rarely(times int) bool { return g.IntN(times) == 0 }

func (g generator) pod() *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "pod"}}
	if g.rarely(2) {
		pod.Labels = map[string]string{rrsa.InjectionKey: g.pick("on", "on", "on", "off", "ON")}
	}
	if g.rarely(2) {
		pod.Annotations = map[string]string{}
		for range g.IntN(3) {
			key := g.pick(rrsa.OnlyContainersKey, rrsa.SkipContainersKey, rrsa.TokenExpirationKey, rrsa.OverrideEnvKey, rrsa.OverrideEnvKey, "kubernetes.io/config.source")
			pod.Annotations[key] = g.value(key)
		}
	}
	pod.Spec.ServiceAccountName = g.pick("role", "role", "role", "role", "", "signed", "endpoint",
		slices.Sorted(maps.Keys(generatedAccounts()))[g.IntN(len(generatedAccounts()))])
	n := 1 + g.IntN(3)
	if g.rarely(25) {
		n = 64
	}
	for i := range n {
		pod.Spec.Containers = append(pod.Spec.Containers, g.container(fmt.Sprintf("c%d", i)))
	}
	for i := range g.IntN(3) {
		c := g.container(fmt.Sprintf("i%d", i))
		if g.rarely(3) {
			c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		}
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, c)
	}
	if g.rarely(30) { // two of a name
		pod.Spec.Containers[0].Name = "i0"
	}
	g.volumes(pod)
	return pod
}

func (g generator) value(key string) string {
	switch key {
	case rrsa.TokenExpirationKey:
		return g.pick("600", "599", "43200", "0043200", "43201", "-600", "+7200", " 600", "6e2", "", "99999999999999999999", "0x600", "6_00")
	case rrsa.OverrideEnvKey:
		return g.pick("true", "true", "true", "True", "false", "")
	case "kubernetes.io/config.source":
		return g.pick("api", "", "file", "http")
	}
	return g.pick("c0", "c1,i0", " c0 , ,c2,", "c0;c1", "", ",", "\u00a0c0\u2003", "i0", "c0,c1,c2,i0,i1", "nobody")
}
