package sdkerror_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/sdkerror"
)

// TestFind names the error texts of §5, and what each is taken for.
func TestFind(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"§5, expired", "AuthenticationFail.OIDCToken.Expired: This JSON Web Token has expired.", "AuthenticationFail.OIDCToken.Expired"},
		{"§5, audience", "AuthenticationFail.OIDCToken.AudienceNotMatch", "AudienceNotMatch"},
		{"§5, issuer", "SDKError: Code: AuthenticationFail.OIDCToken.IssuerNotMatch, Message: x", "IssuerNotMatch"},
		{"§5, issuer's configuration", `{"Code":"AuthenticationFail.OIDCToken.IssuerConfigurationBroken"}`, "IssuerConfigurationBroken"},
		{"§5, provider, over two lines", "refresh session token failed: No such OIDC\n  Provider registered under your account", "No such OIDC Provider registered"},
		{"§5, role", "EntityNotExist.Role: The role not exists: acs:ram::1:role/a.", "EntityNotExist.Role"},
		{"§5, at the end of a sentence", "The code is EntityNotExist.Role.", "EntityNotExist.Role"},
		{"§5, no permission", "AuthenticationFail.NoPermission", "AuthenticationFail.NoPermission"},
		{"§5, throttling", "Throttling.User : Request was denied due to user flow control.", "Throttling.User"},
		{"any case", "authenticationfail.nopermission", "AuthenticationFail.NoPermission"},
		{"two in one text", "Throttling.User, then EntityNotExist.Role", "EntityNotExist.Role Throttling.User"},
		{"a code that goes on", "EntityNotExist.Role.Policy and EntityNotExist.RolePolicy", ""},
		{"one that goes on, then the right one", "EntityNotExist.RolePolicy EntityNotExist.Role", "EntityNotExist.Role"},
		{"another code", "InvalidAccessKeyId.NotFound", ""},
		{"half a code", "AuthenticationFail", ""},
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
