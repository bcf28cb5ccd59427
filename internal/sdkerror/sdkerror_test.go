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

// TestKnown: every error of §5 has a cause and what to do, and is found by its own
// code.
func TestKnown(t *testing.T) {
	all := sdkerror.Known()
	if len(all) != 8 {
		t.Errorf("§5 lists 8 errors, got %d", len(all))
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
