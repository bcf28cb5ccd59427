package verify

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/sts"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

const (
	accountID = "1488999589000000"
	clusterID = "cbec9a1f7b433470ebe4c900552000000"
	otherID   = "c00000000000000000000000000000000"
	issuer    = "https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/" + clusterID
	provider  = "acs:ram::" + accountID + ":oidc-provider/ack-rrsa-" + clusterID
	role      = "acs:ram::" + accountID + ":role/cart-oss"
)

// world is a cluster, a pod that is injected in it, and everything that its chain is
// judged by, all of it right.
type world struct {
	live      diagnose.Live
	namespace *corev1.Namespace
	account   *corev1.ServiceAccount
	pod       *corev1.Pod
	token     *claims
	refused   refusal
	now       time.Time
	discovery string
	policy    string
	sts       exchange
	workload  *diagnose.Workload
	// asAccount has the ServiceAccount judged instead of the pod.
	asAccount bool
}

func parsed[T any](t *testing.T, text string) *T {
	t.Helper()
	out := new(T)
	if err := yaml.UnmarshalStrict([]byte(text), out); err != nil {
		t.Fatal(err)
	}
	return out
}

var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		namespace: parsed[corev1.Namespace](t, `{metadata: {name: shop, labels: {pod-identity.alibabacloud.com/injection: "on"}}}`),
		account:   parsed[corev1.ServiceAccount](t, `{metadata: {name: cart, namespace: shop, annotations: {pod-identity.alibabacloud.com/role-name: cart-oss}}}`),
		pod: parsed[corev1.Pod](t, `
metadata: {name: cart, namespace: shop, uid: u}
spec: {serviceAccountName: cart, nodeName: n, containers: [{name: app, image: a}, {name: log, image: l}]}
status: {phase: Running}`),
		token: &claims{
			issuer: issuer, subject: "system:serviceaccount:shop:cart", id: "the-id", audience: []string{"sts.aliyuncs.com"},
			issued: start, notBefore: start, expires: start.Add(time.Hour),
		},
		now: start.Add(time.Second), discovery: issuer,
	}
	w.live.Config = rrsa.Default()
	w.live.Config.AccountID, w.live.Config.ClusterID, w.live.Config.Region = accountID, clusterID, "cn-hangzhou"
	w.live.Webhook = &diagnose.Webhook{Hooks: []diagnose.Hook{{
		Configuration: "ack-pod-identity-webhook", Deployment: diagnose.Deployment{Found: true, Ready: 1, Replicas: 1, Version: "0.4.2"},
		MutatingWebhook: *parsed[admissionregistrationv1.MutatingWebhook](t, `{name: x, failurePolicy: Ignore, rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]}`),
	}}}
	w.inject(t)
	return w
}

// inject makes the pod what the webhook makes of it.
func (w *world) inject(t *testing.T) {
	t.Helper()
	template := rrsa.Uninjected(diagnose.Template(w.pod))
	template.UID, template.Spec.NodeName = "", ""
	d := rrsa.Plan(w.live.Config, diagnose.Around{Namespace: w.namespace, ServiceAccount: w.account}.Input("shop", template, nil))
	if d.Verdict != rrsa.Injected {
		t.Fatal(d)
	}
	d.Mutation.Apply(template)
	w.pod.Spec = template.Spec
	w.pod.Spec.NodeName = "n"
}

// selfManaged has the cluster be none of ACK's, with a provider that has a name and an issuer
// of its own.
func (w *world) selfManaged() {
	const provider = "acs:ram::" + accountID + ":oidc-provider/own"
	w.live.Config.ClusterID, w.live.Config.OIDCProviderARN, w.live.Config.OIDCIssuer = "", provider, "https://oidc.example.com"
	w.token.issuer, w.discovery = "https://oidc.example.com", "https://oidc.example.com"
	for i := range w.pod.Spec.Containers {
		w.env(i, rrsa.EnvOIDCProviderARN, provider)
	}
}

// trusts has the policy that the ServiceAccount needs, with a text replaced.
func (w *world) trusts(t *testing.T, old, with string) {
	t.Helper()
	policy, err := trustpolicy.New(w.live.Config, types.NamespacedName{Namespace: "shop", Name: "cart"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(policy)
	if err != nil {
		t.Fatal(err)
	}
	w.policy = strings.ReplaceAll(string(data), old, with)
	if old != "" && w.policy == string(data) {
		t.Fatalf("the policy has no %q: %s", old, data)
	}
}

// answers has STS answer a second after the token came.
func (w *world) answers(a sts.Answer) {
	w.sts = exchange{endpoint: "sts.aliyuncs.com", at: w.now.Add(time.Second), answer: &a}
	if a.Status == 0 {
		w.sts.answer.Status = 401
	}
	if a.Date.IsZero() {
		w.sts.answer.Date = start.Add(2 * time.Second)
	}
}

func (w *world) grants() {
	w.answers(sts.Answer{Status: 200, ARN: role + "/kubectl-rrsa-verify", ID: "33", Expires: start.Add(15 * time.Minute)})
}

func (w *world) env(container int, name, value string) {
	env := w.pod.Spec.Containers[container].Env
	for i := range env {
		if env[i].Name == name {
			env[i].Value = value
			return
		}
	}
	w.pod.Spec.Containers[container].Env = append(env, corev1.EnvVar{Name: name, Value: value})
}

func (w *world) chain() chain {
	around := diagnose.Around{Namespace: w.namespace, ServiceAccount: w.account}
	c := ofPod(w.live, w.pod, around, w.workload)
	if w.asAccount {
		c = ofAccount(w.live, types.NamespacedName{Namespace: "shop", Name: "cart"}, around)
	}
	c.token, c.refused, c.now, c.discovery, c.sts = w.token, w.refused, w.now, w.discovery, w.sts
	if w.policy != "" {
		c.policy = policy{"policy.json", []byte(w.policy)}
	}
	return c
}
