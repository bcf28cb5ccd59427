package verify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/sts"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// status lists the links that didn't pass, in their order.
func status(links []cliapi.Check) string {
	var out []string
	for _, l := range links {
		if l.Status != cliapi.CheckPassed {
			out = append(out, string(l.Status)+" "+l.Name)
		}
	}
	return strings.Join(out, ", ")
}

// TestJudge breaks each link once, and finds it alone, with what truly fails along.
func TestJudge(t *testing.T) {
	nobody := func(*testing.T, *world) {}
	tests := map[string]struct {
		spoil func(*testing.T, *world)
		want  string
		// says is in what is said about one of the links.
		link, says string
	}{
		"all is right, and nobody is asked": {nobody, "skipped trust-policy, skipped sts", linkSTS, "give --sts"},
		"a policy":                          {func(t *testing.T, w *world) { w.trusts(t, "", "") }, "skipped sts", linkTrust, "lets the token in"},
		"STS":                               {func(_ *testing.T, w *world) { w.grants() }, "", linkSTS, "the program is " + role + "/kubectl-rrsa-verify"},
		"a ServiceAccount":                  {func(t *testing.T, w *world) { w.asAccount = true; w.trusts(t, "", ""); w.grants() }, "skipped program", linkRole, "an injection would give " + role},
		"gate": {func(_ *testing.T, w *world) { w.namespace.Labels = nil; w.asAccount = true }, "failed gate, skipped program, skipped trust-policy, skipped sts",
			linkGate, `namespace "shop" has no label`},
		"gate of a pod": {func(_ *testing.T, w *world) { w.namespace.Labels = nil }, "failed gate, warning injection, skipped trust-policy, skipped sts",
			linkInjection, "which it keeps until it is made again"},
		"gate of a pod whose workload can't make others": {func(_ *testing.T, w *world) { w.namespace.Labels, w.workload = nil, &diagnose.Workload{Fails: "quota"} }, "failed gate, warning injection, skipped trust-policy, skipped sts",
			linkGate, `namespace "shop" has no label`},
		"gate, an ARN for the role": {func(_ *testing.T, w *world) { w.account.Annotations[rrsa.RoleNameKey], w.asAccount = role, true }, "failed gate, skipped program, failed role, skipped trust-policy, skipped sts",
			linkRole, "names no role that can be"},
		"gate, not known": {func(_ *testing.T, w *world) { w.namespace = nil; w.asAccount = true }, "unknown gate, skipped program, skipped trust-policy, skipped sts",
			linkGate, "its injection label is not known"},
		"injection missing": {func(t *testing.T, w *world) { w.pod.Spec = rrsa.Uninjected(diagnose.Template(w.pod)).Spec }, "failed injection, skipped trust-policy, skipped sts",
			linkInjection, "the pod has no injection"},
		"injection stale, without a mount": {func(_ *testing.T, w *world) { w.pod.Spec.Containers[1].VolumeMounts = nil }, "failed injection, skipped trust-policy, skipped sts",
			linkInjection, `container "log" lacks the token at `},
		"injection stale, another lifetime": {func(_ *testing.T, w *world) { w.account.Annotations[rrsa.TokenExpirationKey] = "7200" }, "warning injection, skipped trust-policy, skipped sts",
			linkInjection, "made now, it would get something else"},
		"injection stale, another STS": {func(_ *testing.T, w *world) { w.env(0, rrsa.EnvSTSEndpoint, "sts-vpc.cn-beijing.aliyuncs.com") }, "unknown injection, skipped trust-policy, skipped sts",
			linkInjection, "whether it reaches that one isn't known"},
		"injection without a mount, and without the gate": {func(_ *testing.T, w *world) {
			w.namespace.Labels = nil
			for i := range 2 {
				w.pod.Spec.Containers[i].VolumeMounts = nil
			}
		}, "failed gate, failed injection, skipped trust-policy, skipped sts", linkInjection, "no container has the token at "},
		"injection with another volume, and without the gate": {func(_ *testing.T, w *world) {
			w.namespace.Labels = nil
			w.pod.Spec.Volumes[0].VolumeSource = corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
		}, "failed gate, failed injection, skipped trust-policy, skipped sts", linkInjection, "no container has the token at "},
		"injection of an init container, not known": {func(t *testing.T, w *world) {
			w.pod.Spec.InitContainers = []corev1.Container{{Name: "init", Image: "i"}}
			w.live.Unread = []diagnose.Setting{diagnose.InitContainers}
			w.grants()
		}, "unknown injection", linkInjection, "depends on initContainers"},
		"a pod that is over": {func(_ *testing.T, w *world) { w.pod.Status.Phase = corev1.PodSucceeded }, "failed injection, skipped trust-policy, skipped sts",
			linkInjection, "the pod has run to its end"},
		"webhook away": {func(_ *testing.T, w *world) { w.live.Webhook.Hooks[0].Deployment.Ready = 0; w.asAccount = true }, "failed injection, skipped program, skipped trust-policy, skipped sts",
			linkInjection, "none of 1 pods of the Deployment"},
		"webhook not known": {func(_ *testing.T, w *world) { w.live.Webhook = &diagnose.Webhook{Unreadable: "no"}; w.asAccount = true }, "unknown injection, skipped program, skipped trust-policy, skipped sts",
			linkInjection, "it isn't known whether the webhook is installed"},
		"program": {func(_ *testing.T, w *world) { w.env(0, "ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI") }, "failed program, skipped trust-policy, skipped sts",
			linkProgram, "has a static AccessKey"},
		"program of a pod without the gate": {func(_ *testing.T, w *world) {
			w.namespace = nil
			w.account = nil
			w.env(0, "ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI")
		},
			"unknown gate, warning injection, failed program, unknown role, skipped trust-policy, skipped sts", linkProgram, "has a static AccessKey"},
		"program, perhaps": {func(_ *testing.T, w *world) { w.env(0, "ALICLOUD_REGION", "x") }, "warning program, skipped trust-policy, skipped sts",
			linkProgram, "a name from before RRSA"},
		"program, not known": {func(_ *testing.T, w *world) { w.env(0, "ALIBABA_CLOUD_OIDC_TOKEN", "x") }, "unknown program, skipped trust-policy, skipped sts",
			linkProgram, "takes before the token's file"},
		"token forbidden": {func(_ *testing.T, w *world) { w.token, w.refused = nil, refusal{true, "no"} },
			"unknown token, unknown issuer, unknown audience, unknown subject, unknown clock, skipped trust-policy, skipped sts", linkToken, "you may not ask for a token"},
		"token refused": {func(_ *testing.T, w *world) { w.token, w.refused = nil, refusal{false, "gone"} },
			"failed token, unknown issuer, unknown audience, unknown subject, unknown clock, skipped trust-policy, skipped sts", linkToken, "makes no token"},
		"token forbidden, and the policy is for another": {func(t *testing.T, w *world) {
			w.token, w.refused = nil, refusal{true, "no"}
			w.trusts(t, ":cart", ":bill")
		},
			"unknown token, unknown issuer, unknown audience, failed subject, unknown clock, skipped sts", linkSubject, "the policy keeps it out"},
		"issuer": {func(_ *testing.T, w *world) {
			w.token.issuer = strings.Replace(issuer, clusterID, otherID, 1)
			w.discovery = w.token.issuer
		}, "failed issuer, skipped trust-policy, skipped sts",
			linkIssuer, "is of the cluster " + otherID},
		"issuer of a cluster without RRSA": {func(_ *testing.T, w *world) { w.token.issuer = "https://kubernetes.default.svc" }, "failed issuer, skipped trust-policy, skipped sts",
			linkIssuer, "RRSA is not enabled"},
		"issuer of the policy": {func(t *testing.T, w *world) { w.trusts(t, "hangzhou", "beijing") }, "failed issuer, skipped sts", linkIssuer, "the policy keeps it out"},
		"issuer of another region": {func(_ *testing.T, w *world) {
			w.token.issuer = strings.ReplaceAll(issuer, "hangzhou", "beijing")
			w.discovery = ""
		}, "failed issuer, skipped trust-policy, skipped sts",
			linkIssuer, "by the settings the cluster's is"},
		"issuer of a cluster that isn't ACK's": {func(t *testing.T, w *world) {
			w.selfManaged()
			w.trusts(t, "", "")
		}, "skipped sts", linkIssuer, "it is https://oidc.example.com, as the settings have it"},
		"issuer of a cluster that isn't ACK's, and none is given": {func(_ *testing.T, w *world) {
			w.selfManaged()
			w.live.Config.OIDCIssuer = ""
		}, "unknown issuer, skipped trust-policy, skipped sts", linkIssuer, "which one the provider was made for isn't known"},
		"issuer of a cluster that isn't ACK's, and another one is given": {func(_ *testing.T, w *world) {
			w.selfManaged()
			w.live.Config.OIDCIssuer = issuer
		}, "failed issuer, skipped trust-policy, skipped sts", linkIssuer, "by the settings the cluster's is"},
		"issuer that is given, and the policy has another one": {func(t *testing.T, w *world) {
			w.selfManaged()
			w.trusts(t, "https://oidc.example.com", issuer)
		}, "failed issuer, skipped sts", linkIssuer, "the policy keeps it out"},
		"issuer of Kubernetes' own, and another one is given": {func(_ *testing.T, w *world) {
			w.selfManaged()
			w.token.issuer = "https://kubernetes.default.svc"
			w.discovery = w.token.issuer
		}, "failed issuer, skipped trust-policy, skipped sts", linkIssuer, "RRSA is not enabled"},
		"issuer, at STS": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Code: "AuthenticationFail.OIDCToken.IssuerNotMatch", Message: "no"})
		}, "failed issuer, skipped trust-policy, failed sts",
			linkSTS, "the broken link is issuer"},
		"audience": {func(_ *testing.T, w *world) { w.token.audience = []string{"https://kubernetes.default.svc"} }, "failed audience, skipped trust-policy, skipped sts",
			linkAudience, "RAM wants one for sts.aliyuncs.com"},
		"audience of the policy": {func(t *testing.T, w *world) { w.trusts(t, `"sts.aliyuncs.com"`, `"other"`) }, "failed audience, skipped sts", linkAudience, `the policy has "other"`},
		"audience, at STS": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Code: "AuthenticationFail.OIDCToken.AudienceNotMatch", Message: "Invalid audience."})
		}, "failed audience, skipped trust-policy, failed sts",
			linkAudience, "STS doesn't take the token's audience"},
		"subject":               {func(_ *testing.T, w *world) { w.token.subject = "system:serviceaccount:shop:bill" }, "failed subject, skipped trust-policy, skipped sts", linkSubject, "the ServiceAccount's is"},
		"subject of the policy": {func(t *testing.T, w *world) { w.trusts(t, ":cart", ":bill") }, "failed subject, skipped sts", linkSubject, ":shop:bill"},
		"subject of the policy, and STS": {func(t *testing.T, w *world) {
			w.trusts(t, ":cart", ":bill")
			w.answers(sts.Answer{Code: "AuthenticationFail.NoPermission", Message: "There is no permission"})
		}, "failed subject, failed sts", linkSTS, "the broken link is subject"},
		"a policy that the role hasn't": {func(t *testing.T, w *world) { w.trusts(t, ":cart", ":bill"); w.grants() }, "warning subject", linkSubject, "it is system:serviceaccount:shop:cart"},
		"role of an old injection": {func(_ *testing.T, w *world) { w.account.Annotations[rrsa.RoleNameKey] = "new-role" }, "warning injection, failed role, skipped trust-policy, skipped sts",
			linkRole, "names acs:ram::" + accountID + ":role/new-role"},
		"role of one container": {func(_ *testing.T, w *world) { w.env(1, rrsa.EnvRoleARN, "acs:ram::"+accountID+":role/other") }, "warning injection, failed role, skipped trust-policy, skipped sts",
			linkRole, `container "log" has the role`},
		"role of another account": {func(_ *testing.T, w *world) {
			for i := range 2 {
				w.env(i, rrsa.EnvRoleARN, "acs:ram::1:role/cart-oss")
			}
		}, "warning injection, failed role, unknown provider, skipped trust-policy, skipped sts", linkRole, "acs:ram::1:role/cart-oss"},
		"role, at STS": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Code: "EntityNotExist.Role", Message: "The role not exists."})
		}, "failed role, skipped trust-policy, failed sts",
			linkRole, "STS finds no such role"},
		"role of GetRole": {func(t *testing.T, w *world) {
			w.trusts(t, "", "")
			w.policy = `{"Role": {"RoleName": "bill-oss", "Arn": "acs:ram::` + accountID + `:role/bill-oss", "AssumeRolePolicyDocument": ` + w.policy + `}}`
		}, "failed role, skipped sts", linkRole, "has the policy of acs:ram::" + accountID + ":role/bill-oss"},
		"role of GetRole, in small letters": {func(t *testing.T, w *world) {
			w.account.Annotations[rrsa.RoleNameKey] = "Cart-OSS"
			w.inject(t)
			w.trusts(t, "", "")
			w.policy = `{"Role": {"RoleName": "Cart-OSS", "Arn": "` + role + `", "AssumeRolePolicyDocument": ` + w.policy + `}}`
		}, "skipped sts", linkRole, "role/Cart-OSS"},
		"role, account not known": {func(_ *testing.T, w *world) { w.live.Config.AccountID = "" }, "warning injection, unknown role, unknown provider, skipped trust-policy, skipped sts",
			linkRole, "whether the account is the cluster's isn't known"},
		"account not known, and STS knows": {func(_ *testing.T, w *world) { w.live.Config.AccountID = ""; w.grants() }, "warning injection", linkRole, "STS has let the token assume the role"},
		"provider of an old injection": {func(_ *testing.T, w *world) {
			w.live.Config.OIDCProviderARN = "acs:ram::" + accountID + ":oidc-provider/own"
		}, "warning injection, failed provider, skipped trust-policy, skipped sts",
			linkProvider, "the cluster's is acs:ram::" + accountID + ":oidc-provider/own"},
		"provider of the policy": {func(t *testing.T, w *world) { w.trusts(t, "ack-rrsa-"+clusterID, "ack-rrsa-"+otherID) }, "failed provider, skipped sts", linkProvider, "ack-rrsa-" + otherID},
		"provider, at STS": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Code: "AuthenticationFail.NoPermission", Message: "No such OIDC Provider registered."})
		}, "failed provider, skipped trust-policy, failed sts",
			linkProvider, "STS doesn't take the provider"},
		"provider from elsewhere": {func(_ *testing.T, w *world) {
			for i := range 2 {
				env := w.pod.Spec.Containers[i].Env
				at := slices.IndexFunc(env, func(e corev1.EnvVar) bool { return e.Name == rrsa.EnvOIDCProviderARN })
				env[at] = corev1.EnvVar{Name: rrsa.EnvOIDCProviderARN, ValueFrom: &corev1.EnvVarSource{}}
			}
		}, "unknown provider, skipped trust-policy, skipped sts", linkProvider, "takes ALIBABA_CLOUD_OIDC_PROVIDER_ARN from elsewhere"},
		"trust policy, the effect":  {func(t *testing.T, w *world) { w.trusts(t, "Allow", "Deny") }, "failed trust-policy, skipped sts", linkTrust, "keeps the token out"},
		"trust policy, the action":  {func(t *testing.T, w *world) { w.trusts(t, "sts:AssumeRole", "sts:Other") }, "failed trust-policy, skipped sts", linkTrust, "sts:Other"},
		"trust policy, the version": {func(t *testing.T, w *world) { w.trusts(t, `"Version":"1"`, `"Version":"2"`) }, "failed trust-policy, skipped sts", linkTrust, "Version"},
		"trust policy, a condition": {func(t *testing.T, w *world) {
			w.trusts(t, `"Condition":{`, `"Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"},`)
		}, "unknown trust-policy, skipped sts",
			linkTrust, "can't be judged here"},
		"trust policy, a condition that STS judges": {func(t *testing.T, w *world) {
			w.trusts(t, `"Condition":{`, `"Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"},`)
			w.grants()
		}, "", linkTrust, "STS has let the token assume the role"},
		"trust policy, at STS": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Code: "AuthenticationFail.NoPermission", Message: "There is no permission"})
		}, "failed trust-policy, failed sts",
			linkTrust, "the role's trust policy doesn't let the token in"},
		"trust policy, another one at STS": {func(t *testing.T, w *world) {
			w.trusts(t, "", "")
			w.answers(sts.Answer{Code: "AuthenticationFail.NoPermission", Message: "There is no permission"})
		}, "failed trust-policy, failed sts", linkTrust, "the role may have another one by now"},
		"trust policy with a condition, refused at STS": {func(t *testing.T, w *world) {
			w.trusts(t, `"Condition":{`, `"Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"},`)
			w.answers(sts.Answer{Code: "AuthenticationFail.NoPermission", Message: "There is no permission"})
		}, "failed trust-policy, failed sts", linkTrust, "nothing that can be judged"},
		"issuer, and a discovery document that differs": {func(_ *testing.T, w *world) { w.discovery = "https://x" }, "warning issuer, skipped trust-policy, skipped sts",
			linkIssuer, `discovery document names "https://x"`},
		"token of another lifetime": {func(_ *testing.T, w *world) { w.token.expires = start.Add(2 * time.Hour) }, "skipped trust-policy, skipped sts", linkToken, "3600 seconds were asked for"},
		"an issuer that isn't known says nothing about the policy": {func(t *testing.T, w *world) {
			w.trusts(t, "", "")
			w.token, w.refused, w.discovery, w.live.Config.Region = nil, refusal{true, "no"}, "", ""
		}, "warning injection, unknown token, unknown issuer, unknown audience, unknown subject, unknown clock, skipped sts", linkIssuer, noToken},
		"trust policy that the role hasn't": {func(t *testing.T, w *world) { w.trusts(t, "Allow", "Deny"); w.grants() }, "warning trust-policy", linkTrust, "but STS lets it in"},
		"role of an old injection, account not known": {func(_ *testing.T, w *world) {
			w.live.Config.AccountID, w.account.Annotations[rrsa.RoleNameKey] = "", "new-role"
		}, "warning injection, failed role, unknown provider, skipped trust-policy, skipped sts", linkRole, "names new-role"},
		"account not known, and GetRole knows": {func(t *testing.T, w *world) {
			w.trusts(t, "", "")
			w.policy = `{"Role": {"RoleName": "cart-oss", "Arn": "` + role + `", "AssumeRolePolicyDocument": ` + w.policy + `}}`
			w.live.Config.AccountID = ""
		}, "warning injection, skipped sts", linkRole, "whose policy is in"},
		"IssuerConfigurationBroken": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Code: "AuthenticationFail.OIDCToken.IssuerConfigurationBroken", Message: "x"})
		}, "failed issuer, skipped trust-policy, failed sts",
			linkIssuer, "IssuerConfigurationBroken"},
		"STS is down": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Status: 503, Code: "AuthenticationFail.X", Message: "down"})
		}, "skipped trust-policy, unknown sts", linkSTS, "no answer now"},
		"gate of the pod, version not known": {func(_ *testing.T, w *world) {
			w.namespace.Labels, w.pod.Labels, w.live.Unread = nil, map[string]string{rrsa.InjectionKey: "on"}, []diagnose.Setting{diagnose.WebhookVersion}
		}, "unknown gate, warning injection, skipped trust-policy, skipped sts", linkGate, "only the pod has the injection label"},
		"gate, for a pod with the label": {func(_ *testing.T, w *world) { w.namespace.Labels = nil; w.asAccount = true }, "failed gate, skipped program, skipped trust-policy, skipped sts",
			linkGate, "a pod that has the label itself is injected too"},
		"injection with a subPath": {func(_ *testing.T, w *world) { w.pod.Spec.Containers[0].VolumeMounts[0].SubPath = "x" }, "failed injection, skipped trust-policy, skipped sts",
			linkInjection, "so the token isn't where the SDKs read it"},
		"injection that reads another file": {func(_ *testing.T, w *world) { w.env(0, rrsa.EnvOIDCTokenFile, "/tmp/token") }, "failed injection, skipped trust-policy, skipped sts",
			linkInjection, `container "app" looks for its token at "/tmp/token"`},
		"injection missing, gate not known": {func(_ *testing.T, w *world) {
			w.namespace = nil
			w.pod.Spec = rrsa.Uninjected(diagnose.Template(w.pod)).Spec
		}, "unknown gate, failed injection, skipped trust-policy, skipped sts",
			linkInjection, "whether it would get one now isn't known"},
		"what one container has goes before what another would get": {func(_ *testing.T, w *world) {
			w.pod.Spec.Containers[0].Env = nil
			w.env(1, rrsa.EnvRoleARN, "acs:ram::"+accountID+":role/other")
		}, "failed injection, failed role, skipped trust-policy, skipped sts", linkRole, `container "log" has the role`},
		"provider, at STS, its causes": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Code: "AuthenticationFail.NoPermission", Message: "No such OIDC Provider registered."})
		}, "failed provider, skipped trust-policy, failed sts",
			linkSTS, "usual cause: RRSA is not enabled for the cluster\nor: the pod names the provider of another account or cluster"},
		"STS is busy":                     {func(_ *testing.T, w *world) { w.answers(sts.Answer{Code: "Throttling.User", Message: "busy"}) }, "skipped trust-policy, unknown sts", linkSTS, "no answer now"},
		"STS has a code that isn't known": {func(_ *testing.T, w *world) { w.answers(sts.Answer{Code: "InvalidAction.NotFound", Message: "none"}) }, "skipped trust-policy, unknown sts", linkSTS, "InvalidAction"},
		"STS refuses the token": {func(_ *testing.T, w *world) {
			w.answers(sts.Answer{Code: "AuthenticationFail.OIDCToken.Invalid", Message: "bad"})
		}, "skipped trust-policy, failed sts", linkSTS, "STS refuses"},
		"STS isn't reached": {func(_ *testing.T, w *world) { w.sts = exchange{endpoint: "sts.aliyuncs.com", fails: "no route"} }, "skipped trust-policy, unknown sts", linkSTS, "no route"},
		"STS wasn't asked":  {func(_ *testing.T, w *world) { w.sts = exchange{endpoint: "sts.aliyuncs.com", unsent: "x"} }, "skipped trust-policy, unknown sts", linkSTS, "was not sent: x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tt.spoil(t, w)
			links, err := judge(w.chain())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, status(links)); diff != "" {
				t.Errorf("links that didn't pass (-want +got):\n%s", diff)
			}
			l := links[slices.IndexFunc(links, func(l cliapi.Check) bool { return l.Name == tt.link })]
			if !strings.Contains(strings.Join(append([]string{l.Message}, l.Details...), "\n"), tt.says) {
				t.Errorf("want %q about %s, got %+v", tt.says, tt.link, l)
			}
			if (l.Status == cliapi.CheckFailed || l.Status == cliapi.CheckUnknown) && l.Hint == "" && !strings.Contains(l.Message, "the broken link is") && l.Message != noToken && l.Name != linkSubject {
				t.Errorf("want what to do about %s, got %+v", tt.link, l)
			}
		})
	}
}

// TestFirstUse: what a container has goes to STS, not what another one would get.
func TestFirstUse(t *testing.T) {
	w := newWorld(t)
	w.pod.Spec.Containers[0].Env = nil
	if c := w.chain(); c.uses[0].container != "log" || c.uses[1].role != (value{text: role, wouldBe: true}) {
		t.Errorf("want the container that has the values first, got %+v", c.uses)
	}
}

// TestSettled: STS says what a policy that wasn't given would have said, and no hint to give
// one stays.
func TestSettled(t *testing.T) {
	w := newWorld(t)
	w.grants()
	links, err := judge(w.chain())
	if err != nil {
		t.Fatal(err)
	}
	want := cliapi.Check{Name: linkTrust, Status: cliapi.CheckPassed, Message: "STS has let the token assume the role"}
	if diff := cmp.Diff(want, links[10]); diff != "" {
		t.Errorf("the trust policy (-want +got):\n%s", diff)
	}
}
