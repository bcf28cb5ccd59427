package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"k8s.io/client-go/rest"
)

// TestLookupServerGone: a cluster that doesn't answer, or stops in the middle, is
// an error with a way out, and stdout stays empty.
func TestLookupServerGone(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	c.apply(t, join(serviceAccount(ns, "app", "app-oss"), deploymentYAML(ns, "app", "app")))
	in := podYAML(ns, "app", "app")
	args := []string{"preview", "-f", "-", "--account-id", accountID}

	gone := c.with(c.kubeconfig(t, t.TempDir(), &rest.Config{Host: fmt.Sprintf("https://127.0.0.1:%d", freePorts(t, 1)[0])}))
	got := gone.rrsa(t, in, args...)
	if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "connection refused") || !strings.Contains(got.stderr, "--local works on files without a cluster") {
		t.Errorf("want an error with a hint, got %+v", got)
	}
	if got := gone.rrsa(t, "", "preview", "deployment/app", "-n", ns, "--account-id", accountID); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "connection refused") {
		t.Errorf("want an error, got %+v", got)
	}

	for _, path := range []string{"/serviceaccounts/app", "/namespaces/" + ns, "/deployments/app", "/openid-configuration"} {
		p := c.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			if strings.HasSuffix(r.URL.Path, path) {
				cut(w, r, apiServer, 20)
			}
			apiServer.ServeHTTP(w, r)
		})
		through, run := c.with(p.kubeconfig), args
		if strings.Contains(path, "deployments") {
			run = []string{"preview", "deployment/app", "-n", ns, "--account-id", accountID}
		}
		if got := through.rrsa(t, in, run...); got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "error: ") {
			t.Errorf("%s breaks off: want an error and nothing on stdout, got %+v", path, got)
		}
	}
}

// TestLookupWarnings: what the API server warns of is said once.
func TestLookupWarnings(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t)
	for _, name := range []string{"a", "b"} {
		c.apply(t, "apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: "+name+"\n  namespace: "+ns+"\n")
	}
	got := c.rrsa(t, "", "preview", "endpoints", "a", "b", "-n", ns, "--account-id", accountID)
	if got.code != 0 || strings.Count(got.stderr, "v1 Endpoints is deprecated") != 1 || !strings.HasPrefix(got.stderr, "Warning: ") {
		t.Errorf("want one warning, got %+v", got)
	}
	if strings.Count(got.stdout, "kind: Endpoints") != 2 || strings.Contains(got.stdout, "deprecated") {
		t.Errorf("want both objects on stdout, got\n%s", got.stdout)
	}
}

// TestLookupBounds: large input and aliases that stand for too much, with a
// cluster to ask.
func TestLookupBounds(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	c.account(t, ns, "app", roleName, "app-oss")
	args := []string{"preview", "-f", "-", "--account-id", accountID}

	t.Run("10 MB", func(t *testing.T) {
		var mu sync.Mutex
		asked := map[string]int{}
		p := c.proxy(t, func(w http.ResponseWriter, r *http.Request, apiServer http.Handler) {
			mu.Lock()
			asked[r.URL.Path]++
			mu.Unlock()
			apiServer.ServeHTTP(w, r)
		})
		one := podYAML(ns, "app", "app") + "    command:\n    - sh\n    - -c\n    - |\n" + strings.Repeat("      echo one more line of text\n", 150)
		n := 10<<20/len(one) + 1
		got := c.with(p.kubeconfig).rrsa(t, strings.Repeat("---\n"+one, n), args...)
		if got.code != 0 || strings.Count(got.stdout, "ALIBABA_CLOUD_ROLE_ARN") != n || strings.Count(got.stderr, "pod/app ("+ns+") injected: ") != n {
			t.Errorf("want %d pods injected, got exit code %d, %d bytes\n%.300s", n, got.code, len(got.stdout), got.stderr)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, path := range []string{"/api/v1/namespaces/" + ns, "/api/v1/namespaces/" + ns + "/serviceaccounts/app"} {
			if asked[path] != 1 {
				t.Errorf("want %s asked for once, got %d", path, asked[path])
			}
		}
	})
	t.Run("aliases", func(t *testing.T) {
		bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
		for key := 'b'; key <= 'i'; key++ {
			bomb += fmt.Sprintf("%c: &%c [%s]\n", key, key, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", key-1), 9), ", "))
		}
		got := c.rrsa(t, "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  namespace: "+ns+"\n"+bomb+"spec: {serviceAccountName: app, containers: *i}\n", args...)
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "pod/app: aliases and merge keys stand for more than 100000 nodes") {
			t.Errorf("want an error, got exit code %d, stdout %.100q, stderr %.300q", got.code, got.stdout, got.stderr)
		}
	})
}

// TestLookupTargets: arguments are files or live objects, and never both.
func TestLookupTargets(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t, injectionLabel, "on")
	c.apply(t, join(serviceAccount(ns, "app", "app-oss"), deploymentYAML(ns, "app", "app"), deploymentYAML(ns, "web", "app")))
	dir := t.TempDir()
	write(t, podYAML(ns, "file", "app"), dir, "app.yaml")
	write(t, podYAML(ns, "file", "app"), dir, "deployment", "app")
	file := filepath.Join(dir, "app.yaml")

	tests := map[string]struct {
		args []string
		code int
		want []string // on stderr
	}{
		"TYPE/NAME":           {[]string{"deployment/app"}, 0, []string{"deployment/app (" + ns + ") injected: "}},
		"its short name":      {[]string{"deploy/app"}, 0, []string{"deployment/app (" + ns + ") injected: "}},
		"several TYPE/NAME":   {[]string{"deployment/app", "deployments.apps/web"}, 0, []string{"deployment/app (" + ns + ") injected: ", "deployment/web (" + ns + ") injected: "}},
		"TYPE NAME":           {[]string{"deployment", "app"}, 0, []string{"deployment/app (" + ns + ") injected: "}},
		"TYPE NAME NAME":      {[]string{"deployment", "app", "web"}, 0, []string{"deployment/app (" + ns + ") injected: ", "deployment/web (" + ns + ") injected: "}},
		"a file":              {[]string{file}, 0, []string{"pod/file (" + ns + ") injected: "}},
		"both":                {[]string{"deployment/app", file}, 2, []string{`"deployment/app" is no file: give files, or live objects as TYPE/NAME, not both`}},
		"both, with -f":       {[]string{"deployment/app", "-f", file}, 2, []string{"not both"}},
		"a name alone":        {[]string{"app"}, 2, []string{`"app" is no file: live objects are named TYPE/NAME, or TYPE NAME`}},
		"not there":           {[]string{"deployment/nobody"}, 2, []string{`Error from server (NotFound): `, `deployments.apps "nobody" not found`}},
		"no such type":        {[]string{"deploymint/app"}, 2, []string{"error: ", `the server doesn't have a resource type "deploymint"`}},
		"not there as a file": {[]string{"nobody.yaml"}, 2, []string{"nobody.yaml", "no such file or directory"}},
		"with --local":        {[]string{"deployment/nobody", "--local"}, 2, []string{"deployment/nobody", "no such file or directory"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := c.rrsa(t, "", append([]string{"preview", "-n", ns, "--account-id", accountID}, test.args...)...)
			if got.code != test.code || (test.code == 0) != (got.stdout != "") {
				t.Errorf("want exit code %d, got %+v", test.code, got)
			}
			for _, want := range test.want {
				if !strings.Contains(got.stderr, want) {
					t.Errorf("want %q, got\n%s", want, got.stderr)
				}
			}
		})
	}
	t.Run("a file of that name wins", func(t *testing.T) {
		cmd := c.command(t, "rrsa", "preview", "deployment/app", "-n", ns, "--account-id", accountID)
		cmd.Dir = dir
		if got := ended(t, cmd, ""); got.code != 0 || !strings.Contains(got.stderr, "pod/file ("+ns+") injected: ") {
			t.Errorf("want the file, got %+v", got)
		}
	})
}
