package sdkerror_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/sdkerror"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// The codes that have no short name of their own.
const (
	expired    = "AuthenticationFail.OIDCToken.Expired"
	noProvider = "No such OIDC Provider registered"
	trust      = "AuthenticationFail.NoPermission"
	noFile     = "open " + rrsa.TokenFile + ": no such file or directory"
	denied     = "open " + rrsa.TokenFile + ": permission denied"
	noPath     = "OIDCTokenFilePath is empty"
	nodeRole   = "KubernetesWorkerRole"
	chain      = "unable to get credentials from any of the providers in the chain"
)

// TestFind names the error texts of §5 in the forms in which programs write them, and
// what each is taken for.
func TestFind(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"§5, expired: code", expired + ": x", expired},
		{"§5, expired: message", `{ "Message": "This JsonWebToken is expired." }`, expired},
		{"§5, expired: Java", "Error refreshing credentials from OIDC, HttpCode: 400, result: {\"Code\":\"AuthenticationFail.OIDCToken.Expired\"}.", expired},
		{"§5, expired: prose", "AuthenticationFail.OIDCToken.Expired: This JSON Web Token has expired.", expired},
		{"§5, audience: code", "AuthenticationFail.OIDCToken.AudienceNotMatch", "AudienceNotMatch"},
		{"§5, audience: message", `get session token failed: {"Message":"Invalid audience.","RequestId":"1"}`, "AudienceNotMatch"},
		{"§5, audience: JSON in JSON", `{"msg":"get session token failed: {\\\"Message\\\":\\\"Invalid audience.\\\"}"}`, "AudienceNotMatch"},
		{"§5, issuer: code", "SDKError: Code: AuthenticationFail.OIDCToken.IssuerNotMatch, Message: x", "IssuerNotMatch"},
		{"§5, issuer: message", "The issuer in the OIDC Token doesn\\u0027t match the\nOIDC Provider registered.", "IssuerNotMatch"},
		{"§5, issuer's configuration: code", `{"Code":"AuthenticationFail.OIDCToken.IssuerConfigurationBroken"}`, "IssuerConfigurationBroken"},
		{"§5, issuer's configuration: message", "Get public keys from OIDC Provider failed, the issuer is https://kubernetes.default.svc.", "IssuerConfigurationBroken"},
		{"§5, provider, over two lines", "refresh session token failed: No such OIDC\n  Provider registered under your account", noProvider},
		{"§5, provider, with STS's code for it", `{ "Code": "AuthenticationFail.NoPermission", "Message": "No such OIDC Provider registered." }`, noProvider},
		{"§5, role: code", "EntityNotExist.Role: The role not exists: acs:ram::1:role/a.", "EntityNotExist.Role"},
		{"§5, role: message", "error refreshing credentials from oidc_role_arn, http_code: 404, result: {'Message': 'The role not exists: acs:ram::1:role/a. '}", "EntityNotExist.Role"},
		{"§5, role: both without a colon", "AssumeRoleException: EntityNotExist.Role The role not exists: acs:ram::1:role/a", "EntityNotExist.Role"},
		{"§5, role: at the end of a sentence", "The code is EntityNotExist.Role.", "EntityNotExist.Role"},
		{"§5, no permission", "AuthenticationFail.NoPermission", trust},
		{"§5, no permission: JSON", `get sts token failed with OIDC: {"Code":"AuthenticationFail.NoPermission","Message":"There is no permission"}`, trust},
		{"§5, no permission: XML", "<Code>AuthenticationFail.NoPermission</Code>", trust},
		{"§5, throttling: code", "Throttling.User : x", "Throttling.User"},
		{"§5, throttling: message", "ERROR: Request was denied due to user flow control", "Throttling.User"},
		{"§5, no token: Go", "open " + rrsa.TokenFile + ": no such file or directory", noFile},
		{"§5, no token: as the specification has it", "open …/token: no such file or directory", noFile},
		{"§5, no token: shell", "cat: " + rrsa.TokenFile + ": No such file or directory", noFile},
		{"§5, no token: Python", "[Errno 2] No such file or directory: '" + rrsa.TokenFile + "'", noFile},
		{"§5, no token: Node.js", "Error: ENOENT: no such file or directory, open '" + rrsa.TokenFile + "'", noFile},
		{"§5, no token: Java", "OIDCTokenFilePath " + rrsa.TokenFile + " is not exists.", noFile},
		{"§5, no token: Java's own", "java.nio.file.NoSuchFileException: " + rrsa.TokenFile, noFile},
		{"§5, no token: Java's stream", rrsa.TokenFile + " (No such file or directory)", noFile},
		{"§5, no token: a path of one's own", "open /mnt/oidc-token: no such file or directory", noFile},
		{"§5, token denied: Go", "open " + rrsa.TokenFile + ": permission denied", denied},
		{"§5, token denied: a terminal's line", "open /var/run/secrets/ack.alibabacloud.com/rrsa-tok\r\nens/token: permission denied", denied},
		{"§5, token denied: Python in a list", `['OIDCRoleArnCredentialsProvider: [Errno 13] Permission denied: \\'` + rrsa.TokenFile + `\\'']`, denied},
		{"§5, token denied: Node.js", "EACCES: permission denied, open '" + rrsa.TokenFile + "'", denied},
		{"§5, token denied: Java", "OIDCTokenFilePath " + rrsa.TokenFile + " cannot be read.", denied},
		{"§5, no path: Go", "the OIDCTokenFilePath is empty", noPath},
		{"§5, no path: another variable", "the RoleArn is empty", noPath},
		{"§5, no path: Java", "OIDCTokenFilePath does not exist and env ALIBABA_CLOUD_OIDC_TOKEN_FILE is null.", noPath},
		{"§5, no path: Java, role", "roleArn does not exist and env ALIBABA_CLOUD_ROLE_ARN is null.", noPath},
		{"§5, no path: Node.js", "oidcTokenFilePath is not exists and env ALIBABA_CLOUD_OIDC_TOKEN_FILE is null.", noPath},
		{"§5, no path: Python", "oidc_token_file_path or environment variable ALIBABA_CLOUD_OIDC_TOKEN_FILE cannot be empty", noPath},
		{"§5, no policy", `StatusCode: 403 Code: StatusForbidden Message: code: 403, STSToken policy Forbidden for action cs:DescribeClusters Data: {"accessDeniedDetail":{"AuthPrincipalDisplayName":"demo:ack-ram-tool","NoPermissionType":"ImplicitDeny"}}`, "ImplicitDeny"},
		{"§5, no policy: its first line", "code: 403, STSToken policy Forbidden for action cs:DescribeClusters request id: 1", "ImplicitDeny"},
		{"§5, no policy: XML", "<Code>AccessDenied</Code><NoPermissionType>ImplicitDeny</NoPermissionType>", "ImplicitDeny"},
		{"§5, node's role", `403 {"AuthPrincipalDisplayName":"KubernetesWorkerRole-021dc54f-929b:i-bp1","NoPermissionType":"ImplicitDeny"}`, nodeRole},
		{"§5, node's role: an own one", `403 "AuthPrincipalDisplayName":"my-nodes:vm-ram-i-rj978rorvlg76","NoPermissionType":"ImplicitDeny"`, nodeRole},
		{"§5, node's role: ARN", "acs:ram::1:assumed-role/KubernetesWorkerRole-1/x is forbidden", nodeRole},
		{"§5, the variable before the file", "ALIBABA_CLOUD_OIDC_TOKEN=eyJh", "ALIBABA_CLOUD_OIDC_TOKEN"},
		{"§5, the variable before the file: YAML", "- name: ALIBABA_CLOUD_OIDC_TOKEN\n  value: x", "ALIBABA_CLOUD_OIDC_TOKEN"},
		{"§5, chain: Go", chain + ": unable to get credentials from enviroment variables, Access key ID must be specified via environment variable (ALIBABA_CLOUD_ACCESS_KEY_ID), " +
			"reading aliyun cli config from '/root/.aliyun/config.json' failed open /root/.aliyun/config.json: no such file or directory, get role name failed: GET http://100.100.100.200/latest/meta-data/ram/security-credentials/ 404", chain},
		{"§5, chain: Python", "unable to load credentials from any of the providers in the chain: ['EnvironmentVariableCredentialsProvider: x']", chain},
		{"§5, chain: Java", "com.aliyun.credentials.exception.CredentialException: Unable to load credentials from any of the providers in the chain: [x]", chain},
		{"a chain that says what it is", chain + ": x, get session token failed: {\"Code\":\"EntityNotExist.Role\"}, get role name failed: x", "EntityNotExist.Role"},
		{"a chain with the token's file", chain + ": x, open " + rrsa.TokenFile + ": permission denied, open /root/.aliyun/config.json: no such file or directory", denied},
		{"any case", "authenticationfail.nopermission", trust},
		{"two in one text", "Throttling.User, then EntityNotExist.Role", "EntityNotExist.Role Throttling.User"},
		{"a code that goes on", "EntityNotExist.Role.Policy and EntityNotExist.RolePolicy", ""},
		{"one that goes on, then the right one", "EntityNotExist.RolePolicy EntityNotExist.Role", "EntityNotExist.Role"},
		{"another code", "InvalidAccessKeyId.NotFound", ""},
		{"half a code", "AuthenticationFail", ""},
		{"a policy that denies", "STSToken policy Forbidden for action cs:X, NoPermissionType: ExplicitDeny", ""},
		{"the variable of the file", "ALIBABA_CLOUD_OIDC_TOKEN_FILE=/x", ""},
		{"Kubernetes' own token", "open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory", ""},
		{"another cloud's token", "open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied", ""},
		{"another file", "open /etc/app.yaml: permission denied", ""},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, e := range sdkerror.Find(tt.text) {
				got = append(got, e.Code)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("codes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestKnown: every error of §5 has a cause and what to do, and is found by its own
// code.
func TestKnown(t *testing.T) {
	all := sdkerror.Known()
	if len(all) != 15 {
		t.Errorf("§5 lists 15 errors, got %d", len(all))
	}
	for _, e := range all {
		found := sdkerror.Find("x: " + e.Code + ": y")
		if diff := cmp.Diff([]sdkerror.Error{e}, found); diff != "" {
			t.Errorf("%s by its own code (-want +got):\n%s", e.Code, diff)
		}
		if len(e.Causes) == 0 {
			t.Errorf("%s has no cause", e.Code)
		}
		for _, c := range e.Causes {
			if c.Cause == "" || c.Do == "" || strings.HasSuffix(c.Cause+c.Do, ".") {
				t.Errorf("%s: want a cause and what to do, without full stops, got %+v", e.Code, c)
			}
			for _, program := range []string{"kubectl", "--"} {
				if strings.Contains(c.Cause+c.Do, program) {
					t.Errorf("%s: %q is for a program to say, got %+v", e.Code, program, c)
				}
			}
		}
	}
}
