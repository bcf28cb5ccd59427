package sts_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/sts"
)

const token = "aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl"

// ask asks a server that answers so.
func ask(t *testing.T, answer http.HandlerFunc) (sts.Answer, error) {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	client := sts.Client{Transport: server.Client().Transport}
	return client.AssumeRoleWithOIDC(t.Context(), sts.Request{
		Endpoint: strings.TrimPrefix(server.URL, "https://"), RoleARN: "acs:ram::1:role/cart-oss", ProviderARN: "acs:ram::1:oidc-provider/p", Token: token,
	})
}

// TestRequest: what the API wants, with the token only in the body, for a session that
// may do nothing.
func TestRequest(t *testing.T) {
	var query, form url.Values
	var method, kind, path string
	_, err := ask(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		query, form, method, kind, path = r.URL.Query(), r.PostForm, r.Method, r.Header.Get("Content-Type"), r.URL.Path
		fmt.Fprint(w, `{"Credentials": {}}`)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, once := range []string{"Timestamp", "SignatureNonce"} {
		if query.Get(once) == "" {
			t.Errorf("want a %s, got %v", once, query)
		}
		query.Del(once)
	}
	want := []any{"POST", "/", "application/x-www-form-urlencoded", url.Values{"Action": {"AssumeRoleWithOIDC"}, "Version": {"2015-04-01"}, "Format": {"JSON"}}, url.Values{
		"RoleArn": {"acs:ram::1:role/cart-oss"}, "OIDCProviderArn": {"acs:ram::1:oidc-provider/p"}, "OIDCToken": {token},
		"RoleSessionName": {"kubectl-rrsa-verify"}, "DurationSeconds": {"900"},
		"Policy": {`{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`},
	}}
	if diff := cmp.Diff(want, []any{method, path, kind, query, form}); diff != "" {
		t.Errorf("the request (-want +got):\n%s", diff)
	}
}

func TestAnswer(t *testing.T) {
	const granted = `{
		"RequestId": "1", "OIDCTokenInfo": {"Issuer": "https://x"},
		"AssumedRoleUser": {"Arn": "acs:ram::1:role/cart-oss/kubectl-rrsa-verify", "AssumedRoleId": "3"},
		"Credentials": {"AccessKeyId": "STS.id", "AccessKeySecret": "secret", "SecurityToken": "security", "Expiration": "2026-03-01T10:15:00Z"}}`
	date := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	at := func(a sts.Answer) sts.Answer { a.Date = date; return a }
	for name, tt := range map[string]struct {
		status int
		body   string
		want   sts.Answer
		fails  string
	}{
		"granted": {status: 200, body: granted, want: at(sts.Answer{
			Status: 200, ARN: "acs:ram::1:role/cart-oss/kubectl-rrsa-verify", ID: "3", Expires: date.Add(15 * time.Minute),
		})},
		"refused": {
			status: 401, body: `{"Code": "AuthenticationFail.OIDCToken.AudienceNotMatch", "Message": "Invalid audience.", "HostId": "sts.aliyuncs.com"}`,
			want: at(sts.Answer{Status: 401, Code: "AuthenticationFail.OIDCToken.AudienceNotMatch", Message: "Invalid audience."}),
		},
		"refused, with the token": {
			status: 400, body: `{"Code": "X", "Message": "bad: ` + token + `; cGF5bG9hZA, c2lnbmF0dXJl"}`,
			want: at(sts.Answer{Status: 400, Code: "X", Message: "bad: ...; ..., ..."}),
		},
		"a page":              {status: 200, body: "<html>secret</html>", fails: "it is no answer of STS (HTTP status 200): "},
		"a page for an error": {status: 502, body: "<html>secret</html>", fails: "it is no answer of STS (HTTP status 502): "},
		"no credentials":      {status: 200, body: `{"Code": "secret"}`, fails: "it is no answer of STS (HTTP status 200): "},
		"too large":           {status: 200, body: `{"Credentials": {}, "x": "` + strings.Repeat("x", 1<<17) + `"}`, fails: "it has more than 64 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ask(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", date.Format(http.TimeFormat))
				w.WriteHeader(tt.status)
				fmt.Fprint(w, tt.body)
			})
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) || strings.Contains(err.Error(), "secret") {
					t.Errorf("want an error with %q, got %v", tt.fails, err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("%v, the answer (-want +got):\n%s", err, diff)
			}
		})
	}
}

// TestRedirect: the token goes to no other host, and to no other path.
func TestRedirect(t *testing.T) {
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		asked := 0
		_, err := ask(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			http.Redirect(w, r, "/elsewhere", status)
		})
		if err == nil || asked != 1 {
			t.Errorf("%d: want an error after one request, got %v after %d", status, err, asked)
		}
	}
}

func TestNetwork(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	server.Close()
	for name, request := range map[string]sts.Request{
		"nobody there":  {Endpoint: strings.TrimPrefix(server.URL, "https://"), Token: token},
		"no such name":  {Endpoint: "sts.invalid", Token: token},
		"not a host":    {Endpoint: "a b", Token: token},
		"not certified": {Endpoint: unknown(t), Token: token},
	} {
		_, err := sts.Client{}.AssumeRoleWithOIDC(t.Context(), request)
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("asking STS at %q: ", request.Endpoint)) || strings.Contains(err.Error(), "cGF5bG9hZA") {
			t.Errorf("%s: want an error of the network without the token, got %v", name, err)
		}
	}
}

// unknown is a server whose certificate nobody vouches for. It must not get the token.
func unknown(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the token was sent") }))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "https://")
}
