package verify

import (
	"cmp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/internal/sts"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// chain is all that is known about the way of one target to its credentials.
type chain struct {
	// target names it as kubectl does, and account is the ServiceAccount of its pods.
	target  string
	account types.NamespacedName
	// pod is nil for a ServiceAccount. Then the decision is about a plain pod of it.
	pod       *corev1.Pod
	live      diagnose.Live
	around    diagnose.Around
	workload  *diagnose.Workload
	diagnosis diagnose.Diagnosis
	acts      diagnose.Acts

	// uses are the containers with an injection, what they lack of it stands in lacks, and
	// volume is the token that they get.
	uses   []use
	lacks  []string
	volume volume
	// wouldBe tells that there is no injection, and all of these are what it would give.
	wouldBe bool

	// discovery is the issuer in the API server's discovery document; empty if not known.
	discovery string
	// token is what the API server has made; nil if it was refused, for the reason given.
	token   *claims
	refused refusal
	// now is when the token came, by this machine's clock.
	now time.Time

	policy policy
	sts    exchange
}

// use is what one container has of the values that its program sends to STS.
type use struct {
	container                 string
	role, provider, tokenFile value
	mounted                   bool
}

// value is that of a variable. One from elsewhere isn't known.
type value struct {
	text      string
	elsewhere bool
	// wouldBe tells that the container hasn't the variable, and an injection would give it.
	wouldBe bool
}

// fill takes what an injection would give if the container has nothing.
func (v *value) fill(text string, wouldBe bool) {
	if v.text == "" && !v.elsewhere {
		v.text, wouldBe = text, true
	}
	v.wouldBe = wouldBe
}

// volume is the token that a pod's volume asks for.
type volume struct {
	audience string
	seconds  int64
}

// refusal is why the API server makes no token.
type refusal struct {
	forbidden bool
	why       string
}

// policy is the trust policy that was given; without a file there is none.
type policy struct {
	file string
	data []byte
}

// exchange is what came of asking STS. Without an endpoint it wasn't asked for.
type exchange struct {
	endpoint string
	// unsent says why the token wasn't sent, and fails what the network said.
	unsent, fails string
	answer        *sts.Answer
	// at is when the answer came, by this machine's clock.
	at time.Time
}

// granted tells whether STS has let the token assume the role.
func (c chain) granted() bool { return c.sts.answer != nil && c.sts.answer.Code == "" }

// ofPod begins the chain of a pod that exists.
func ofPod(live diagnose.Live, pod *corev1.Pod, around diagnose.Around, w *diagnose.Workload) chain {
	template := diagnose.Template(pod)
	c := chain{
		target: "pod/" + pod.Name, pod: pod, live: live, around: around, workload: w, diagnosis: live.Pod(pod, around, w),
		account: types.NamespacedName{Namespace: pod.Namespace, Name: rrsa.ServiceAccountName(template)},
	}
	c.fill(template)
	return c
}

// ofAccount begins the chain of a plain pod of a ServiceAccount.
func ofAccount(live diagnose.Live, account types.NamespacedName, around diagnose.Around) chain {
	c := chain{target: "serviceaccount/" + account.Name, live: live, around: around, account: account}
	plain := &corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Namespace: account.Namespace},
		Spec:       corev1.PodSpec{ServiceAccountName: account.Name, Containers: []corev1.Container{{Name: "any"}}},
	}
	c.diagnosis.Decision = rrsa.Plan(live.Config, around.Input(account.Namespace, plain, nil))
	c.acts, c.diagnosis.Judged = live.Acts(around, account.Namespace, nil)
	c.fill(plain)
	return c
}

// fill finds what the containers have, or would have.
func (c *chain) fill(template *corev1.PodTemplateSpec) {
	d := c.diagnosis.Decision
	c.wouldBe = c.pod == nil || !rrsa.Touched(template)
	if c.wouldBe && d.Verdict == rrsa.Injected {
		template = rrsa.Uninjected(template)
		d.Mutation.Apply(template)
	}
	if !c.wouldBe || d.Verdict == rrsa.Injected {
		c.uses = usesOf(template, d.Containers)
	}
	if !c.wouldBe {
		c.lacks = lacking(c.uses)
	}
	if len(c.uses) == 0 {
		c.uses = []use{{}}
	}
	// The links go on with what an injection would give.
	role, provider := "", "" // empty where it isn't known
	if name := roleName(*c); name != "" {
		role, _ = c.live.Config.RoleARN(name)
	}
	provider, _ = c.live.Config.ProviderARN()
	for i := range c.uses {
		c.uses[i].role.fill(role, c.wouldBe)
		c.uses[i].provider.fill(provider, c.wouldBe)
	}
	c.volume = volume{audience: rrsa.Audience, seconds: rrsa.DefaultExpiration}
	for _, v := range template.Spec.Volumes {
		if v.Name != rrsa.VolumeName || v.Projected == nil {
			continue
		}
		for _, source := range v.Projected.Sources {
			if token := source.ServiceAccountToken; token != nil {
				c.volume = volume{token.Audience, *cmp.Or(token.ExpirationSeconds, new(rrsa.DefaultExpiration))}
			}
		}
	}
}

// usesOf reads the containers that are selected, or else those that mount the token.
func usesOf(pod *corev1.PodTemplateSpec, selected []string) []use {
	var out []use
	for _, container := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		u := use{container: container.Name, mounted: slices.ContainsFunc(container.VolumeMounts, func(m corev1.VolumeMount) bool {
			return m.Name == rrsa.VolumeName && m.MountPath == rrsa.TokenDir && m.SubPath == "" && m.SubPathExpr == ""
		})}
		if !slices.Contains(selected, container.Name) && (len(selected) > 0 || !u.mounted) {
			continue
		}
		for _, e := range container.Env { // the last of a name counts
			v := value{text: e.Value, elsewhere: e.ValueFrom != nil || strings.Contains(e.Value, "$(")}
			switch e.Name {
			case rrsa.EnvRoleARN:
				u.role = v
			case rrsa.EnvOIDCProviderARN:
				u.provider = v
			case rrsa.EnvOIDCTokenFile:
				u.tokenFile = v
			}
		}
		out = append(out, u)
	}
	return out
}
