package verify

import (
	"cmp"
	"slices"
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
	c.acts, c.diagnosis.Judged = live.Acts(around, account.Namespace, plain)
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
		c.uses = []use{{}} // of no container, for what an injection would give
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
	// What a container has goes to STS before what one would get.
	gives := func(u use) int { return map[bool]int{true: 1}[u.role.wouldBe || u.provider.wouldBe] }
	slices.SortStableFunc(c.uses, func(a, b use) int { return gives(a) - gives(b) })
	c.volume = volume{audience: rrsa.Audience, seconds: rrsa.DefaultExpiration}
	if token := tokenOf(template); token != nil {
		c.volume = volume{token.Audience, *cmp.Or(token.ExpirationSeconds, new(rrsa.DefaultExpiration))}
	}
}
