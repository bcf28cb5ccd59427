package trustpolicy_test

import (
	"testing"

	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

func TestRoleOf(t *testing.T) {
	const policy = `{"Version": "1", "Statement": []}`
	cart := trustpolicy.Role{Name: "cart-oss", ARN: "acs:ram::1:role/cart-oss"}
	for name, tt := range map[string]struct {
		text  string
		want  trustpolicy.Role
		fails bool
	}{
		"a policy":         {text: policy},
		"GetRole":          {text: `{"Role": {"Arn": "acs:ram::1:role/cart-oss", "RoleName": "cart-oss", "AssumeRolePolicyDocument": "{}"}, "RequestId": "x"}`, want: cart},
		"a tool's answer":  {text: `{"arn": "acs:ram::1:role/cart-oss", "role_name": "cart-oss", "assume_role_policy_document": {"Version": "1"}}`, want: cart},
		"an SDK's answer":  {text: `{"body": {"Role": {"Arn": "acs:ram::1:role/cart-oss", "RoleName": "cart-oss", "AssumeRolePolicyDocument": "{}"}}}`, want: cart},
		"a list of one":    {text: `{"Roles": {"Role": [{"Arn": "acs:ram::1:role/cart-oss", "RoleName": "cart-oss", "AssumeRolePolicyDocument": "{}"}]}}`, want: cart},
		"without its name": {text: `{"Role": {"AssumeRolePolicyDocument": "{}"}}`},
		"no policy":        {text: `{"Role": {"RoleName": "cart-oss"}}`, fails: true},
		"no JSON":          {text: "Arn: x", fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := trustpolicy.RoleOf([]byte(tt.text))
			if got != tt.want || (err != nil) != tt.fails {
				t.Errorf("want %+v and a failure %t, got %+v, %v", tt.want, tt.fails, got, err)
			}
		})
	}
}
