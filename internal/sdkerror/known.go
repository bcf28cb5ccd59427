package sdkerror

import (
	"slices"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// known is an Error with what it is known by.
type known struct {
	Error
	// says are other texts for the same, as regular expressions in lower case.
	says []string
	// unless is a text with which it is another error.
	unless string
	// instead are the codes of errors that this one explains, where both are found.
	instead []string
	// last is an error that any other one explains.
	last bool
}

// What the SDK for Go takes before the file, from version 1.4.14.
const envOIDCToken = "ALIBABA_CLOUD_OIDC_TOKEN"

// table holds every error, those that say more before those that say less. (§5) The
// messages are those of STS, of Alibaba Cloud's SDKs, and of what runs them.
func table() []known {
	const (
		providerMissing = "No such OIDC Provider registered"
		noPermission    = "AuthenticationFail.NoPermission"
		noPolicy        = "ImplicitDeny"
	)
	tokenVariable := Cause{
		Cause: "the container has a variable " + envOIDCToken + ", and credentials-go from 1.4.14 on takes the token in it, not the one in the file",
		Do:    "remove that variable from the container",
		Next:  StepExplainPod,
	}
	// Those of every error about the issuer and its provider.
	issuer := []Cause{
		{
			Cause: "RRSA is not enabled for the cluster",
			Do:    "enable RRSA for the cluster and recreate the pods; the issuer names oidc-ack-<region> once it is",
			Next:  StepReadIssuer,
		},
		{
			Cause: "the pods are older than RRSA in the cluster, so their token has the former issuer",
			Do:    "recreate the pods",
			Next:  StepRestart,
		},
	}
	notInjected := Cause{
		Cause: "the container has none of the variables that an injection sets: its pod isn't injected, or leaves this container out",
		Do:    "find out why, and recreate the pod",
		Next:  StepExplainPod,
	}
	return []known{
		{Error: Error{"AuthenticationFail.OIDCToken.Expired", []Cause{
			{
				Cause: "the program keeps a token that has expired",
				Do:    "read the token's file again whenever credentials are asked for, as the SDKs that know RRSA do: the kubelet replaces the token in time",
			},
			tokenVariable,
		}}, says: []string{`this json ?web ?token (?:is|has) expired`}},
		{Error: Error{"AudienceNotMatch", []Cause{
			{
				Cause: "the token has another audience than " + rrsa.Audience,
				Do:    "read the token of the injected volume at " + rrsa.TokenFile + ", and remove a volume of your own that asks for another audience",
				Next:  StepRender,
			},
			tokenVariable,
		}}, says: []string{`invalid audience`}},
		{
			Error: Error{"IssuerNotMatch", slices.Concat(issuer, []Cause{tokenVariable})},
			says:  []string{`the issuer in the oidc token doesn't match the oidc provider registered`},
		},
		{Error: Error{"IssuerConfigurationBroken", issuer}, says: []string{`get public keys from oidc provider failed`}},
		{
			Error: Error{providerMissing, slices.Concat(issuer, []Cause{{
				Cause: "the pod names the provider of another account or cluster",
				Do:    "compare the pod's " + rrsa.EnvOIDCProviderARN + " with the cluster's; accountID and clusterID, or oidcProviderARN, make it",
				Next:  StepExplain,
			}})},
			instead: []string{noPermission}, // the code with which STS says it
		},
		{Error: Error{"EntityNotExist.Role", []Cause{{
			Cause: "the account has no RAM role of that name",
			Do:    "create the role, or correct the ServiceAccount's annotation " + rrsa.RoleNameKey + " or the accountID, and recreate the pods",
			Next:  StepExplain,
		}}}, says: []string{`the role not exists?`}},
		{Error: Error{noPermission, []Cause{{
			Cause: "the role's trust policy names another cluster, audience or ServiceAccount",
			Do:    "compare the policy with what the ServiceAccount needs, and correct the condition that fails",
			Next:  StepCheckPolicy,
		}}}},
		{Error: Error{"Throttling.User", []Cause{{
			Cause: "STS is called too often, or the service that HostId names",
			Do:    "keep the credentials until shortly before they expire, with one client for the whole program",
		}}}, says: []string{`request was denied due to user flow control`}},
		{Error: Error{"open " + rrsa.TokenFile + ": no such file or directory", []Cause{{
			Cause: "the variable names a token that isn't in the container: the volume isn't mounted there, or something else is mounted over it",
			Do:    "see what the pod lacks of the injection; a StatefulSet's claim or a mount of your own may hide the token",
			Next:  StepExplainPod,
		}}}, says: slices.Concat(
			atToken(`no such file or directory`, `no such file or directory|nosuchfileexception`),
			[]string{`oidctokenfilepath ` + tokenPath + ` is not exists`},
		)},
		{Error: Error{"open " + rrsa.TokenFile + ": permission denied", []Cause{
			{
				Cause: "the program runs as another user than the token's file belongs to: where all containers have the same runAsUser, the kubelet lets only that user read it (mode 0600)",
				Do:    "set securityContext.fsGroup in the pod, such as 65534, and recreate it: the file is then the group's too (mode 0640), and every container is in the group",
			},
			{
				Cause: "the token's volume is the pod's own, with a defaultMode that keeps others out",
				Do:    "remove that volume, or its defaultMode: the injected one has 0644",
				Next:  StepRender,
			},
		}}, says: slices.Concat(
			atToken(`permission denied`, `permission denied|accessdeniedexception`),
			[]string{`oidctokenfilepath ` + tokenPath + ` cannot be read`},
		)},
		{Error: Error{"OIDCTokenFilePath is empty", []Cause{notInjected}}, says: []string{
			`(?:oidcproviderarn|rolearn) is empty`,
			`oidc_?token_?file_?path (?:does not exist|is not exists?) and env alibaba_cloud_oidc_token_file is n(?:ull|one)`,
			`(?:oidc_?provider_?arn|role_?arn) does not exist and env alibaba_cloud_[a-z_]*arn is n(?:ull|one)`,
			`or environment variable alibaba_cloud_(?:oidc_token_file|oidc_provider_arn|role_arn) cannot be empty`,
		}},
		{
			Error: Error{"KubernetesWorkerRole", []Cause{{
				Cause: "the program asks as the role of its node, not as that of its ServiceAccount: the pod isn't injected, or the program's SDK doesn't know RRSA",
				Do:    "see whether the pod is injected, and recreate it once it can be; if it is, use an SDK that reads the variables",
				Next:  StepExplainPod,
			}}},
			// An ECS instance's session has the instance's name.
			says:    []string{`kubernetesworkerrole-[a-z0-9*-]+`, `vm-ram-i-[a-z0-9*]+`},
			instead: []string{noPolicy},
		},
		{
			Error: Error{noPolicy, []Cause{{
				Cause: "the pod has credentials, and its role has no policy that allows the action",
				Do:    "attach a policy to the role that allows the action and resource; AuthAction in the answer is the action, AuthPrincipalDisplayName the role",
			}}},
			says: []string{`policy forbidden for action [a-z0-9]+:[a-z0-9*]+`}, unless: "explicitdeny",
		},
		{Error: Error{envOIDCToken, []Cause{tokenVariable}}},
		{
			Error: Error{"unable to get credentials from any of the providers in the chain", []Cause{
				notInjected,
				{
					Cause: "the program's SDK is older than RRSA in it",
					Do:    "use at least credentials-go 1.2.6, -java 0.2.10, -python 0.3.1 or -nodejs 2.2.6",
				},
			}},
			says: []string{`unable to load credentials from any of the providers in the chain`},
			last: true,
		},
	}
}
