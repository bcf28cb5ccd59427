package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// probing is a cluster's webhook that a probe is sent to.
type probing struct {
	settings  Settings
	namespace *corev1.Namespace
	account   *corev1.ServiceAccount
	// webhook are the settings that it really has.
	webhook rrsa.Config
	// spoil changes what comes back; override tells which of the two pods it is.
	spoil   func(pod *corev1.PodTemplateSpec, override bool)
	sidecar bool
}

func newProbing() *probing {
	c := rrsa.Default()
	c.AccountID, c.ClusterID, c.Region = "1488999589000000", "cbec9a1f7b433470ebe4c900552000000", "cn-hangzhou"
	return &probing{
		settings: Settings{Config: c}, webhook: c, sidecar: true, spoil: func(*corev1.PodTemplateSpec, bool) {},
		namespace: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{rrsa.InjectionKey: rrsa.On}}},
		account:   &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "cart", Annotations: map[string]string{rrsa.RoleNameKey: "cart-oss"}}},
	}
}

func (p *probing) prove() Proof {
	var probed []Probed
	plain, override := Probe("shop", "cart", p.sidecar)
	for i, pod := range []*corev1.Pod{plain, override} {
		in := rrsa.Input{NamespaceName: "shop", Namespace: p.namespace, ServiceAccount: p.account, Template: Template(pod)}
		got := in.Template.DeepCopy()
		rrsa.Plan(p.webhook, in).Mutation.Apply(got)
		p.spoil(got, i == 1)
		probed = append(probed, Probed{Sent: in, Got: got})
	}
	return p.settings.Prove(probed[0], probed[1])
}

// container is one of a pod's.
func container(pod *corev1.PodTemplateSpec, name string) *corev1.Container {
	for _, list := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range list {
			if list[i].Name == name {
				return &list[i]
			}
		}
	}
	return nil
}

// TestProveRules: what a webhook does otherwise than an undocumented rule is said of that
// rule, and of no other.
func TestProveRules(t *testing.T) {
	const place, inits, sidecars, own, reference, trimmed, replaces, replacesReference = "§2 injected variables come after the container's own", "§3 init containers are injected",
		"§3 native sidecars are injected as init containers are", "§3 a container's own value is kept, and the other variables are injected", "§3 a variable with valueFrom counts as set",
		"§3 names in skip-containers are trimmed, and empty ones dropped", "§3 override-env replaces a value in its place", "§3 override-env replaces valueFrom"
	bare := func(name string) func(*corev1.PodTemplateSpec, bool) {
		return func(pod *corev1.PodTemplateSpec, _ bool) {
			c := container(pod, name)
			c.Env, c.VolumeMounts = nil, nil
		}
	}
	takes := func(name string, override bool) func(*corev1.PodTemplateSpec, bool) {
		return func(pod *corev1.PodTemplateSpec, is bool) {
			if is == override {
				container(pod, name).Env[0] = *container(pod, probeApp).Env[1].DeepCopy()
			}
		}
	}
	for _, tt := range []struct {
		name      string
		change    func(*probing)
		otherwise []string
		hidden    []string
	}{
		{"as the rules", func(*probing) {}, nil, nil},
		{"the variables come first", func(p *probing) {
			p.spoil = func(pod *corev1.PodTemplateSpec, _ bool) { slices.Reverse(container(pod, probeApp).Env) }
		}, []string{place}, nil},
		{"no init containers", func(p *probing) { p.webhook.InitContainers = false }, []string{inits}, nil},
		{"no init containers, as is given", func(p *probing) {
			p.webhook.InitContainers, p.settings.Config.InitContainers = false, false
		}, nil, nil},
		{"no sidecars", func(p *probing) { p.spoil = bare(probeSidecar) }, []string{sidecars}, nil},
		{"no sidecar sent", func(p *probing) { p.sidecar = false }, nil, []string{sidecars}},
		{"its own value is replaced", func(p *probing) { p.spoil = takes(probeValue, false) }, []string{own}, nil},
		{"nothing where a value is its own", func(p *probing) {
			p.spoil = func(pod *corev1.PodTemplateSpec, override bool) {
				if !override {
					container(pod, probeValue).Env = container(pod, probeValue).Env[:1]
				}
			}
		}, []string{own}, nil},
		{"valueFrom is replaced", func(p *probing) { p.spoil = takes(probeReference, false) }, []string{reference}, nil},
		{"names aren't trimmed", func(p *probing) {
			p.spoil = func(pod *corev1.PodTemplateSpec, _ bool) {
				c := container(pod, probeApp)
				container(pod, probeSkipped).Env, container(pod, probeSkipped).VolumeMounts = c.Env[1:], c.VolumeMounts
			}
		}, []string{trimmed}, nil},
		{"override-env appends", func(p *probing) {
			p.spoil = func(pod *corev1.PodTemplateSpec, override bool) {
				if c := container(pod, probeValue); override {
					c.Env = append(c.Env[1:], c.Env[0])
				}
			}
		}, []string{replaces}, nil},
		{"override-env keeps valueFrom", func(p *probing) {
			p.spoil = func(pod *corev1.PodTemplateSpec, override bool) {
				if override {
					sent, _ := Probe("shop", "cart", true)
					container(pod, probeReference).Env[0] = container(Template(sent), probeReference).Env[0]
				}
			}
		}, []string{replacesReference}, nil},
		{"the Namespace overrides", func(p *probing) { p.namespace.Labels[rrsa.OverrideEnvKey] = rrsa.True }, nil, []string{own, reference}},
		{"an older version", func(p *probing) { p.webhook.WebhookVersion, p.settings.Config.WebhookVersion = "0.4.0", "0.4.0" }, nil, []string{replaces, replacesReference}},
		{"another webhook's container", func(p *probing) {
			p.spoil = func(pod *corev1.PodTemplateSpec, _ bool) {
				pod.Spec.Containers = append([]corev1.Container{{Name: "proxy", Env: variables(rrsa.EnvRoleARN, "x")}}, pod.Spec.Containers...)
			}
		}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newProbing()
			tt.change(p)
			got := p.prove()
			if got.Bare || len(got.Differences) > 0 || len(got.Possible) != 1 || len(got.Rules) != 8 {
				t.Fatalf("want one way in which the settings may be, and eight rules, got %+v", got)
			}
			var otherwise, hidden []string
			for _, r := range got.Rules {
				if len(r.Otherwise) > 0 {
					otherwise = append(otherwise, r.Section+" "+r.Text)
				}
				if r.Hidden != "" {
					hidden = append(hidden, r.Section+" "+r.Text)
				}
			}
			if diff := cmp.Diff([][]string{tt.otherwise, tt.hidden}, [][]string{otherwise, hidden}); diff != "" {
				t.Errorf("otherwise, and not shown (-want +got):\n%s", diff)
			}
		})
	}
}

// TestProveSettles: an answer settles what nobody could read as far as it shows it.
func TestProveSettles(t *testing.T) {
	for _, tt := range []struct {
		name          string
		unread        []Setting
		version       string
		auto, init    bool
		endpoint      bool
		settled, open string
	}{
		{"the defaults", []Setting{WebhookVersion, AutoInjectSTSEnvVars, InitContainers}, "0.4.2", true, true, false, "webhookVersion=0.4.2 autoInjectSTSEnvVars=true initContainers=true", ""},
		{"no STS variables", []Setting{WebhookVersion, AutoInjectSTSEnvVars, InitContainers}, "0.4.2", false, true, false, "webhookVersion=0.4.2 autoInjectSTSEnvVars=false initContainers=true", ""},
		{"no init containers", []Setting{WebhookVersion, AutoInjectSTSEnvVars, InitContainers}, "0.4.2", true, false, false, "webhookVersion=0.4.2 autoInjectSTSEnvVars=true initContainers=false", ""},
		{"no override-env", []Setting{WebhookVersion, AutoInjectSTSEnvVars}, "0.4.0", true, true, false, "webhookVersion=0.4.0 autoInjectSTSEnvVars=true initContainers=true", ""},
		{"neither", []Setting{WebhookVersion, AutoInjectSTSEnvVars}, "0.4.0", false, true, false, "initContainers=true", "webhookVersion autoInjectSTSEnvVars"},
		{"neither, and the endpoint", []Setting{WebhookVersion, AutoInjectSTSEnvVars}, "0.3.1", true, true, true, "initContainers=true", "webhookVersion autoInjectSTSEnvVars"},
		{"neither, and the version is known", []Setting{AutoInjectSTSEnvVars}, "0.4.0", false, true, false, "webhookVersion=0.4.0 autoInjectSTSEnvVars=false initContainers=true", ""},
		{"a version without the setting", []Setting{AutoInjectSTSEnvVars}, "0.3.1", true, true, false, "webhookVersion=0.3.1 autoInjectSTSEnvVars=any initContainers=true", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newProbing()
			p.settings.Unread = tt.unread
			p.webhook.WebhookVersion, p.webhook.AutoInjectSTSEnvVars, p.webhook.InitContainers = tt.version, tt.auto, tt.init
			if !slices.Contains(tt.unread, WebhookVersion) {
				p.settings.Config.WebhookVersion = tt.version
			}
			if tt.endpoint {
				p.account.Annotations[rrsa.InjectSTSEndpointKey] = rrsa.On
			}
			got := p.prove()
			var settled, open []string
			for _, s := range []Setting{WebhookVersion, AutoInjectSTSEnvVars, InitContainers} {
				if value, ok := got.Settled(s); ok {
					settled = append(settled, string(s)+"="+value)
				} else {
					open = append(open, string(s))
				}
			}
			if diff := cmp.Diff([]string{tt.settled, tt.open}, []string{strings.Join(settled, " "), strings.Join(open, " ")}); diff != "" {
				t.Errorf("settled, and open (-want +got):\n%s", diff)
			}
		})
	}
}

// TestProveNeverRulesOutTheTruth: whatever settings the webhook has, they stay possible, or
// others with which it makes the same of each pod of the probe.
func TestProveNeverRulesOutTheTruth(t *testing.T) {
	for _, version := range []string{"0.1.0", "0.2.0", "0.3.1", "0.4.0", "0.4.2", "0.4.4"} {
		for _, bits := range []int{0, 1, 2, 3} {
			p := newProbing()
			p.settings.Unread = []Setting{WebhookVersion, AutoInjectSTSEnvVars, InitContainers}
			p.webhook.WebhookVersion, p.webhook.AutoInjectSTSEnvVars, p.webhook.InitContainers = version, bits&1 > 0, bits&2 > 0
			name := fmt.Sprintf("%s %t %t", version, p.webhook.AutoInjectSTSEnvVars, p.webhook.InitContainers)
			got := p.prove()
			if !slices.ContainsFunc(got.Possible, func(c rrsa.Config) bool {
				changes, err := rrsa.Changes(c.WebhookVersion, version)
				return err == nil && len(changes) == 0 && c.AutoInjectSTSEnvVars == p.webhook.AutoInjectSTSEnvVars && c.InitContainers == p.webhook.InitContainers
			}) {
				t.Errorf("%s: want it among %+v", name, got.Possible)
			}
		}
	}
}

// TestProveFails: a webhook that did nothing, or what no settings make, is no proof.
func TestProveFails(t *testing.T) {
	p := newProbing()
	p.spoil = func(pod *corev1.PodTemplateSpec, override bool) {
		plain, _ := Probe("shop", "cart", true)
		pod.Spec = plain.Spec
	}
	if got := p.prove(); !got.Bare || len(got.Possible)+len(got.Differences)+len(got.Rules) > 0 {
		t.Errorf("want nothing but that nothing was done, got %+v", got)
	}
	p = newProbing()
	p.settings.Unread = []Setting{AutoInjectSTSEnvVars}
	p.webhook.AccountID, p.webhook.AutoInjectSTSEnvVars = "1999999999999999", false
	got := p.prove()
	want := []Difference{
		{"spec.containers[app].env[ALIBABA_CLOUD_OIDC_PROVIDER_ARN]", `"acs:ram::1999999999999999:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000"`, `"acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000"`},
		{"spec.containers[app].env[ALIBABA_CLOUD_ROLE_ARN]", `"acs:ram::1999999999999999:role/cart-oss"`, `"acs:ram::1488999589000000:role/cart-oss"`},
	}
	if diff := cmp.Diff(want, got.Differences); diff != "" || got.Bare || len(got.Possible) > 0 {
		t.Errorf("want the differences from the nearest settings, got %+v (-want +got):\n%s", got, diff)
	}
	if _, ok := got.Settled(AutoInjectSTSEnvVars); ok {
		t.Error("want nothing settled")
	}
	// A version that is known has override-env, which has no effect.
	p = newProbing()
	p.webhook.WebhookVersion = "0.4.0"
	got = p.prove()
	want = []Difference{{"spec.containers[value].env[ALIBABA_CLOUD_ROLE_ARN]", `"acs:ram::1:role/rrsa-check"`, `"acs:ram::1488999589000000:role/cart-oss"`}}
	if diff := cmp.Diff(want, got.Differences); diff != "" || len(got.Possible) > 0 {
		t.Errorf("want what override-env would have replaced, got %+v (-want +got):\n%s", got, diff)
	}
}
