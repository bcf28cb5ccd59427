package trustpolicy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

func TestCheckInvalid(t *testing.T) {
	need, err := trustpolicy.New(cfg(), sa("demo", "app-sa"))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ policy, want string }{
		"empty":        {"", "reading the trust policy: it is empty"},
		"no JSON":      {"Version: 1", "reading the trust policy: invalid character 'V' looking for beginning of value"},
		"cut off":      {`{"Version":"1"`, "reading the trust policy: unexpected EOF"},
		"two":          {policy("{}") + policy("{}"), "reading the trust policy: there is more after its end"},
		"no statement": {`{"Version":"1"}`, "reading the trust policy: it has no Statement"},
		"NotAction":    {`{"Version":"1","Statement":[{"NotAction":"sts:AssumeRole"}]}`, `reading the trust policy: json: unknown field "NotAction"`},
		"value is no text": {
			policy(`{"StringEquals":{"oidc:sub":1}}`),
			"reading the trust policy: Statement[0].Condition.StringEquals[oidc:sub]: reading a condition's values: want a string or a list of strings: " +
				"json: cannot unmarshal number into Go value of type []string",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := trustpolicy.Check([]byte(tt.policy), need)
			if err == nil || got != nil {
				t.Fatalf("want an error alone, got %v and %v", err, got)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
