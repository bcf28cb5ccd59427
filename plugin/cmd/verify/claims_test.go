package verify

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadClaims(t *testing.T) {
	encode := func(payload string) string {
		return "header." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".signature"
	}
	const rest = `"iss": "https://i", "sub": "s", "jti": "id", "iat": 1700000000, "nbf": 1700000000, "exp": 1700003600`
	from := time.Unix(1700000000, 0).UTC()
	want := claims{issuer: "https://i", subject: "s", id: "id", audience: []string{"a"}, issued: from, notBefore: from, expires: from.Add(time.Hour)}
	for name, text := range map[string]string{
		"a list":      `{"aud": ["a"], ` + rest + `}`,
		"one":         `{"aud": "a", ` + rest + `}`,
		"with part":   `{"aud": "a", ` + strings.ReplaceAll(rest, "0,", "0.5,") + `}`,
		"more claims": `{"kubernetes.io": {"namespace": "shop"}, "aud": ["a"], ` + rest + `}`,
	} {
		got, err := readClaims(encode(text))
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(claims{})); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	for name, tt := range map[string]struct{ token, want string }{
		"opaque":    {"secret", "it isn't a header, a payload and a signature"},
		"no base64": {"a.secret!.c", "its payload isn't in base64"},
		"no JSON":   {encode("secret"), "its payload isn't JSON"},
		"no issuer": {encode(`{"sub": "secret", "iat": 1, "exp": 2}`), "it lacks one of the claims"},
		"no end":    {encode(`{"iss": "secret", "sub": "secret", "iat": 1}`), "it lacks one of the claims"},
		"no number": {encode(`{"iss": "secret", "exp": "secret"}`), "its payload isn't JSON with the claims"},
	} {
		if _, err := readClaims(tt.token); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: want an error with %q and nothing of the token, got %v", name, tt.want, err)
		}
	}
}
