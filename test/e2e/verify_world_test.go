package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// verifier runs "kubectl rrsa verify" in a cluster with all that RRSA has, and sees what
// tokens the API server makes.
type verifier struct {
	*live
	// as is the cluster, reached as the user who verifies.
	as  *cluster
	sts *sts
	// policy is a file with the trust policy that good-role has.
	policy string

	mu     sync.Mutex
	tokens []string
}

func newVerifier(t *testing.T) *verifier {
	t.Helper()
	v := &verifier{live: liveCluster(t)}
	v.sts = v.startSTS(t)
	v.as = v.with(v.proxy(t, v.listen).kubeconfig)
	return v
}

// listen notes each token on its way. The answer's form doesn't matter: the token is in it
// as it is.
func (v *verifier) listen(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
	if !strings.HasSuffix(r.URL.Path, "/token") {
		apiServer.ServeHTTP(w, r)
		return
	}
	r.Header.Del("Accept-Encoding")
	answer := httptest.NewRecorder()
	apiServer.ServeHTTP(answer, r)
	if token := regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`).Find(answer.Body.Bytes()); token != nil {
		v.mu.Lock()
		v.tokens = append(v.tokens, string(token))
		v.mu.Unlock()
	}
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = io.Copy(w, bytes.NewReader(answer.Body.Bytes())) // a client that is gone needs no answer
}

// verification is what -o json prints.
type verification struct {
	Kind, Subject, Namespace string
	Passed                   bool
	Checks                   []struct {
		Name, Status, Code, Message, Hint string
		Details                           []string
	}
}

// broken lists the links that didn't pass and weren't left out.
func (v verification) broken() string {
	var out []string
	for _, c := range v.Checks {
		if c.Status != "passed" && c.Status != "skipped" {
			out = append(out, c.Status+" "+c.Name)
		}
	}
	return strings.Join(out, ", ")
}

// said is the message of a link, and its details.
func (v verification) said(name string) string {
	at := slices.IndexFunc(v.Checks, func(c struct {
		Name, Status, Code, Message, Hint string
		Details                           []string
	}) bool {
		return c.Name == name
	})
	if at < 0 {
		return ""
	}
	return strings.Join(append([]string{v.Checks[at].Message}, v.Checks[at].Details...), "\n")
}

// verify runs the verb as text and as JSON, which have to agree, and returns both. What is
// secret is in neither.
func (v *verifier) verify(t *testing.T, args ...string) (verification, result) {
	t.Helper()
	run := func(more ...string) result {
		t.Helper()
		cmd := v.as.command(t, slices.Concat([]string{"rrsa", "verify", "-n", "verify"}, args, more)...)
		cmd.Env = append(cmd.Env, "HTTPS_PROXY="+v.sts.proxy, "HTTP_PROXY="+v.sts.proxy, "SSL_CERT_FILE="+v.sts.certificates)
		got := ended(t, cmd, "")
		v.keepsSecrets(t, got)
		return got
	}
	text, data := run(), run("-o", "json")
	var out verification
	if err := json.Unmarshal([]byte(data.stdout), &out); err != nil || text.code != data.code || out.Kind != "Verification" || out.Namespace != "verify" {
		t.Fatalf("%v: want the same from both, got %+v and %+v", err, text, data)
	}
	if out.Passed != (text.code == 0) || text.code > 1 {
		t.Errorf("want an exit code that says what the report does, got %+v", text)
	}
	for _, c := range out.Checks {
		if !regexp.MustCompile(`(?m)^` + c.Status + ` +` + regexp.QuoteMeta(c.Name) + ` `).MatchString(text.stdout) {
			t.Errorf("want %s %s in the text too, got:\n%s", c.Status, c.Name, text.stdout)
		}
	}
	return out, text
}

// keepsSecrets looks for each part of a token that was made, and for what STS has given.
func (v *verifier) keepsSecrets(t *testing.T, got result) {
	t.Helper()
	v.mu.Lock()
	var secrets []string
	for _, token := range v.tokens {
		secrets = append(secrets, strings.Split(token, ".")...)
	}
	v.mu.Unlock()
	v.sts.mu.Lock()
	for _, given := range v.sts.issued {
		secrets = append(secrets, given.AccessKeyId, given.AccessKeySecret, given.SecurityToken)
	}
	v.sts.mu.Unlock()
	if len(secrets) == 0 {
		t.Fatal("no token was seen on its way")
	}
	for _, secret := range secrets {
		if secret == "" || strings.Contains(got.stdout+got.stderr, secret) {
			t.Fatalf("want no secret (%q) to be shown, got %+v", secret, got)
		}
	}
}

// at changes STS for the time of a test.
func (v *verifier) at(t *testing.T, change func(*sts)) {
	t.Helper()
	v.sts.mu.Lock()
	defer v.sts.mu.Unlock()
	roles, providers := v.sts.roles, v.sts.providers
	v.sts.roles, v.sts.providers = map[string]policy{}, map[string]oidcProvider{}
	for arn, role := range roles {
		v.sts.roles[arn] = role
	}
	for arn, provider := range providers {
		v.sts.providers[arn] = provider
	}
	change(v.sts)
	t.Cleanup(func() {
		v.sts.mu.Lock()
		defer v.sts.mu.Unlock()
		v.sts.roles, v.sts.providers, v.sts.ahead, v.sts.hosts = roles, providers, 0*time.Second, nil
	})
}

// asked are the hosts that were asked for so far.
func (v *verifier) asked() []string {
	v.sts.mu.Lock()
	defer v.sts.mu.Unlock()
	return slices.Clone(v.sts.hosts)
}
