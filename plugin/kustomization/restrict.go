package kustomization

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
)

// plainProtocols are those of git that anybody on the way can change.
func plainProtocols() []string { return []string{"http", "ftp", "git"} }

// restrict has Go's default HTTP client and git heed what may be fetched until it is
// undone. kustomize offers no other way in: it makes its client and runs git itself.
// Nothing else of this program fetches in the meantime.
func restrict(ctx context.Context, local bool, clones string, first *refusal) (undo func()) {
	before := http.DefaultTransport
	http.DefaultTransport = transport{before, ctx, local, first}
	old := map[string]string{}
	var added []string
	for name, value := range environment(local, clones) {
		if was, ok := os.LookupEnv(name); ok {
			old[name] = was
		} else {
			added = append(added, name)
		}
		_ = os.Setenv(name, value) // the names are right
	}
	return func() {
		http.DefaultTransport = before
		for name, value := range old {
			_ = os.Setenv(name, value)
		}
		for _, name := range added {
			_ = os.Unsetenv(name)
		}
	}
}

// transport fetches over https only, and nothing without a network. It also sees where
// a redirect leads.
type transport struct {
	http.RoundTripper
	ctx   context.Context
	local bool
	first *refusal
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	err := errPlain
	switch {
	case t.local:
		err = errLocal
	case strings.EqualFold(r.URL.Scheme, "https"):
		return t.RoundTripper.RoundTrip(r.WithContext(t.ctx))
	}
	return nil, t.first.note(fmt.Errorf("fetching %s: %w", r.URL, err))
}

// environment is what git heeds, and where kustomize puts clones.
func environment(local bool, clones string) map[string]string {
	out := map[string]string{"TMPDIR": clones}
	given, limited := os.LookupEnv("GIT_ALLOW_PROTOCOL")
	switch {
	case local:
		out["GIT_ALLOW_PROTOCOL"] = ""
		return out
	case limited: // it wins over the config
		kept := slices.DeleteFunc(strings.Split(given, ":"), func(p string) bool { return slices.Contains(plainProtocols(), p) })
		out["GIT_ALLOW_PROTOCOL"] = strings.Join(kept, ":")
	}
	count, _ := strconv.Atoi(os.Getenv("GIT_CONFIG_COUNT")) // none is 0
	for _, protocol := range plainProtocols() {
		out["GIT_CONFIG_KEY_"+strconv.Itoa(count)] = "protocol." + protocol + ".allow"
		out["GIT_CONFIG_VALUE_"+strconv.Itoa(count)] = "never"
		count++
	}
	out["GIT_CONFIG_COUNT"] = strconv.Itoa(count)
	return out
}
