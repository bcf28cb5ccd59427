package e2e

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// oidcProvider is an identity provider that is registered with RAM.
type oidcProvider struct {
	issuer    string
	audiences []string
	keys      jose.JSONWebKeySet
}

// sts stands in the place of Alibaba Cloud's STS. It holds tokens to the
// signature of their issuer, and calls to the trust policy of their role.
type sts struct {
	// proxy is the URL of the proxy that leads to it, and certificates a file with
	// the certificate that it has for every name of STS.
	proxy, certificates string

	mu        sync.Mutex
	providers map[string]oidcProvider // by their ARN
	roles     map[string]policy       // by their ARN
	// ahead is how far its clock is ahead.
	ahead time.Duration
	// hosts are the hosts that were asked for, issued is what was given to each subject of
	// a token, and asked the last question.
	hosts  []string
	issued map[string]stsCredentials
	asked  url.Values
}

type stsCredentials struct{ AccessKeyId, AccessKeySecret, SecurityToken, Expiration string }

// stsError is what STS answers instead of credentials.
type stsError struct {
	status        int
	Code, Message string
}

func (e *stsError) Error() string { return e.Code + ": " + e.Message }

// ServeHTTP answers as STS does.
func (s *sts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	given, err := s.assumeRoleWithOIDC(r)
	status, answer := http.StatusOK, any(map[string]any{
		"RequestId": rand.Text(), "Credentials": given,
		"AssumedRoleUser": map[string]string{"Arn": r.PostFormValue("RoleArn") + "/" + r.PostFormValue("RoleSessionName"), "AssumedRoleId": "33157794895460"},
	})
	var refused *stsError
	if errors.As(err, &refused) {
		status = refused.status
		answer = map[string]string{"RequestId": rand.Text(), "HostId": r.Host, "Code": refused.Code, "Message": refused.Message}
	}
	w.Header().Set("Date", time.Now().Add(s.ahead).UTC().Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	// A client that is gone needs no answer.
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *sts) assumeRoleWithOIDC(r *http.Request) (stsCredentials, error) {
	var none stsCredentials
	if r.TLS == nil || r.TLS.ServerName != r.Host || r.Method != http.MethodPost || r.URL.Query().Get("Action") != "AssumeRoleWithOIDC" || r.URL.Query().Get("Version") != "2015-04-01" {
		return none, &stsError{http.StatusNotFound, "InvalidAction.NotFound", "The specified action is not found."}
	}
	_ = r.FormValue("") // reads the form
	s.asked = r.PostForm
	if err := checkSession(r.PostForm); err != nil {
		return none, err
	}
	provider, ok := s.providers[r.PostFormValue("OIDCProviderArn")]
	if !ok {
		return none, &stsError{http.StatusUnauthorized, "AuthenticationFail.NoPermission", "No such OIDC Provider registered."}
	}
	claims, err := provider.verify(r.PostFormValue("OIDCToken"), time.Now().Add(s.ahead))
	if err != nil {
		return none, err
	}
	role, ok := s.roles[r.PostFormValue("RoleArn")]
	if !ok {
		return none, &stsError{http.StatusNotFound, "EntityNotExist.Role", "The specified Role not exists."}
	}
	facts := map[string][]string{"oidc:iss": {claims.Issuer}, "oidc:aud": claims.Audience, "oidc:sub": {claims.Subject}}
	if !role.allows("sts:AssumeRole", r.PostFormValue("OIDCProviderArn"), facts) {
		return none, &stsError{http.StatusForbidden, "AuthenticationFail.NoPermission", "This operation is forbidden by permission system."}
	}
	given := stsCredentials{
		AccessKeyId: "STS." + rand.Text(), AccessKeySecret: rand.Text(), SecurityToken: rand.Text(),
		Expiration: time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"),
	}
	s.issued[claims.Subject] = given
	return given, nil
}

// checkSession refuses what no session can be: too short a time, a name that isn't one,
// or a policy that RAM doesn't take.
func checkSession(form url.Values) error {
	seconds, err := strconv.Atoi(form.Get("DurationSeconds"))
	if err != nil || seconds < 900 {
		return &stsError{http.StatusBadRequest, "InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/1hr."}
	}
	if name := form.Get("RoleSessionName"); !regexp.MustCompile(`^[A-Za-z0-9.@_-]{2,64}$`).MatchString(name) {
		return &stsError{http.StatusBadRequest, "InvalidParameter.RoleSessionName", "The specified session name is not valid."}
	}
	if text := form.Get("Policy"); text != "" {
		var session policy
		if err := json.Unmarshal([]byte(text), &session); err != nil || session.Version != "1" || len(session.Statement) == 0 || len(text) > 2048 {
			return &stsError{http.StatusBadRequest, "InvalidParameter.PolicyGrammar", "The policy grammar is not valid."}
		}
	}
	return nil
}

// verify checks a token's signature, issuer, audience and time.
func (p oidcProvider) verify(token string, now time.Time) (jwt.Claims, error) {
	var claims jwt.Claims
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err == nil {
		err = parsed.Claims(&p.keys, &claims)
	}
	if err == nil {
		err = claims.ValidateWithLeeway(jwt.Expected{Issuer: p.issuer, AnyAudience: p.audiences, Time: now}, 0)
	}
	code := "Invalid"
	switch {
	case err == nil:
		return claims, nil
	case errors.Is(err, jwt.ErrExpired):
		code = "Expired"
	case errors.Is(err, jwt.ErrInvalidIssuer):
		code = "IssuerNotMatch"
	case errors.Is(err, jwt.ErrInvalidAudience):
		code = "AudienceNotMatch"
	}
	return claims, &stsError{http.StatusBadRequest, "AuthenticationFail.OIDCToken." + code, err.Error()}
}

// TestSTSForgedToken: a token that another key has signed is refused whatever it
// says.
func TestSTSForgedToken(t *testing.T) {
	signed := func(kid string) (string, jose.JSONWebKey) {
		key := jose.JSONWebKey{Key: newRSAKey(t), KeyID: kid, Algorithm: string(jose.RS256)}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil)
		if err != nil {
			t.Fatal(err)
		}
		token, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: issuer, Audience: jwt.Audience{"sts.aliyuncs.com"}, Expiry: jwt.NewNumericDate(time.Now().Add(time.Hour))}).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return token, key.Public()
	}
	good, public := signed("k")
	forged, _ := signed("k")
	p := oidcProvider{issuer: issuer, audiences: []string{"sts.aliyuncs.com"}, keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}}}
	if _, err := p.verify(good, time.Now()); err != nil {
		t.Errorf("want the token to be taken, got %v", err)
	}
	if _, err := p.verify(forged, time.Now()); err == nil {
		t.Error("want the forged token to be refused")
	}
}
