package kustomization

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

// TestAllowed: what kustomize would fetch, and how.
func TestAllowed(t *testing.T) {
	for address, want := range map[string][2]error{
		"":                                  {nil, nil},
		"../base":                           {nil, nil},
		"./github.com/org/repo":             {nil, nil},
		"/github.com/org":                   {nil, nil},
		"a:b":                               {nil, nil},
		"apiVersion: v1\nurl: http://x":     {nil, nil},
		"https://host/a.yaml":               {nil, errLocal},
		"HTTPS://host/a.yaml":               {nil, errLocal},
		"https:a":                           {nil, errLocal},
		"git::https://host/repo":            {nil, errLocal},
		"ssh://git@host/repo?ref=v1":        {nil, errLocal},
		"git@host:org/repo":                 {nil, errLocal},
		"me@work/base/a":                    {nil, errLocal},
		"github.com/org/repo//base?ref=v1":  {nil, errLocal},
		"GitHub.com:org/repo":               {nil, errLocal},
		"file:///srv/repo":                  {nil, errLocal},
		"s3://bucket/a":                     {nil, errLocal},
		"http://host/a.yaml":                {errPlain, errPlain},
		"HTTP://host/a.yaml":                {errPlain, errPlain},
		"http:/host":                        {errPlain, errPlain},
		"Git::http://host/repo":             {errPlain, errPlain},
		"git://host/repo":                   {errPlain, errPlain},
		"http://github.com/org/repo?ref=v1": {errPlain, errPlain},
	} {
		for i, local := range []bool{false, true} {
			if got := allowed(address, local); !errors.Is(got, want[i]) {
				t.Errorf("%q, local %v: want %v, got %v", address, local, want[i], got)
			}
		}
	}
}

// TestBuild: an entry that must not be fetched is named with its file, wherever it is;
// an address that is just text is none.
func TestBuild(t *testing.T) {
	const url = "://h.example/a"
	for name, tt := range map[string]struct {
		files map[string]string
		// want is the refusal behind "reading ", with S for the scheme; "" for none.
		want string
	}{
		"resources":      {map[string]string{"kustomization.yaml": "resources: [a.yaml, Shttps]\n"}, `kustomization.yaml: resources[1] is`},
		"another name":   {map[string]string{"Kustomization": "resources: [a.yaml, Shttps]\n"}, `Kustomization: resources[1] is`},
		"a key's case":   {map[string]string{"kustomization.yml": "RESOURCES: [Shttps]\n"}, `kustomization.yml: RESOURCES[0] is`},
		"an alias":       {map[string]string{"kustomization.yaml": "namePrefix: &x Shttps\nresources: [*x]\n"}, `kustomization.yaml: resources[0] is`},
		"bases":          {map[string]string{"kustomization.yaml": "bases: [Shttps]\n"}, `kustomization.yaml: bases[0] is`},
		"components":     {map[string]string{"kustomization.yaml": "components: [Shttps]\n"}, `kustomization.yaml: components[0] is`},
		"generators":     {map[string]string{"kustomization.yaml": "generators: [Shttps]\n"}, `kustomization.yaml: generators[0] is`},
		"transformers":   {map[string]string{"kustomization.yaml": "transformers: [Shttps]\n"}, `kustomization.yaml: transformers[0] is`},
		"validators":     {map[string]string{"kustomization.yaml": "validators: [Shttps]\n"}, `kustomization.yaml: validators[0] is`},
		"configurations": {map[string]string{"kustomization.yaml": "configurations: [Shttps]\n"}, `kustomization.yaml: configurations[0] is`},
		"crds":           {map[string]string{"kustomization.yaml": "crds: [Shttps]\n"}, `kustomization.yaml: crds[0] is`},
		"openapi":        {map[string]string{"kustomization.yaml": "openapi: {path: Shttps}\n"}, `kustomization.yaml: openapi.path is`},
		"patches":        {map[string]string{"kustomization.yaml": "patches: [{patch: x}, {path: Shttps}]\n"}, `kustomization.yaml: patches[1].path is`},
		"merge patches":  {map[string]string{"kustomization.yaml": "patchesStrategicMerge: [Shttps]\n"}, `kustomization.yaml: patchesStrategicMerge[0] is`},
		"JSON patches":   {map[string]string{"kustomization.yaml": "patchesJson6902: [{path: Shttps}]\n"}, `kustomization.yaml: patchesJson6902[0].path is`},
		"replacements":   {map[string]string{"kustomization.yaml": "replacements: [{path: Shttps}]\n"}, `kustomization.yaml: replacements[0].path is`},
		"files":          {map[string]string{"kustomization.yaml": "configMapGenerator: [{name: a, files: [key=Shttps]}]\n"}, `kustomization.yaml: configMapGenerator[0].files[0] is`},
		"envs":           {map[string]string{"kustomization.yaml": "secretGenerator: [{name: a, envs: [Shttps]}]\n"}, `kustomization.yaml: secretGenerator[0].envs[0] is`},
		"charts":         {map[string]string{"kustomization.yaml": "helmCharts: [{name: a, repo: Shttps}]\n"}, `kustomization.yaml: helmCharts[0].repo is`},
		"a base":         {map[string]string{"kustomization.yaml": "resources: [base/one]\n", "base/one/kustomization.yaml": "resources: [../two]\n", "base/two/kustomization.yaml": "components: [Shttps]\n"}, `base/two/kustomization.yaml: components[0] is`},
		"an inline config": {map[string]string{"kustomization.yaml": "resources: [a.yaml]\ntransformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: a}\n  path: Shttps\n"},
			`kustomization.yaml: transformers[0].path is`},
		"a config's file": {map[string]string{"kustomization.yaml": "resources: [a.yaml]\ngenerators: [g.yaml]\n", "g.yaml": configMap + "---\napiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: b}\nfiles: [Shttps]\n"},
			`g.yaml: files[0] is`},
		"just text": {map[string]string{"kustomization.yaml": "resources: [a.yaml]\ncommonAnnotations: {path: Shttps}\nconfigMapGenerator: [{name: b, literals: [x=Shttps], options: {annotations: {repo: Shttps}}}]\n" +
			"patches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a}\n    data: {path: Shttps}\n"}, ""},
	} {
		for _, scheme := range []string{"http", "https"} {
			local := scheme == "https"
			t.Run(name+", "+scheme, func(t *testing.T) {
				dir := t.TempDir()
				t.Chdir(dir)
				tt.files["a.yaml"] = configMap
				for path, text := range tt.files {
					text = strings.ReplaceAll(text, "Shttps", scheme+url)
					if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
						t.Fatal(err)
					}
				}
				_, err := Build(t.Context(), Options{Dir: ".", Local: local})
				if tt.want == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if err == nil {
					t.Fatal("want an error")
				}
				why, entry := errPlain, scheme+url
				if local {
					why = errLocal
				}
				if name == "files" {
					entry = "key=" + entry
				}
				want := fmt.Sprintf("building the kustomization \".\": reading %s %q: %v", tt.want, entry, why)
				if diff := cmp.Diff(want, err.Error()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestRedirect: what is fetched over https must not come over plain http after all,
// and without a network the client fetches nothing.
func TestRedirect(t *testing.T) {
	asked := 0
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++; fmt.Fprint(w, configMap) }))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, plain.URL, http.StatusFound)
			return
		}
		fmt.Fprint(w, configMap)
	}))
	defer secure.Close()
	before := http.DefaultTransport
	http.DefaultTransport = secure.Client().Transport
	defer func() { http.DefaultTransport = before }()
	t.Setenv("GIT_CONFIG_COUNT", "")
	for path, want := range map[string]string{"/a.yaml": "", "/away": "fetching " + plain.URL + ": " + errPlain.Error()} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte("resources: ["+secure.URL+path+"]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		data, err := Build(t.Context(), Options{Dir: dir})
		if want == "" && (err != nil || !strings.Contains(string(data), "ConfigMap")) {
			t.Errorf("got %q and %v", data, err)
		}
		if want != "" && (err == nil || !strings.HasSuffix(err.Error(), want)) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := (transport{before, t.Context(), true, &refusal{}}).RoundTrip(httptest.NewRequest(http.MethodGet, secure.URL, nil)); !errors.Is(err, errLocal) {
		t.Errorf("got %v", err)
	}
	if asked > 0 || http.DefaultTransport != secure.Client().Transport || os.Getenv("GIT_CONFIG_COUNT") != "" {
		t.Errorf("asked over plain http %d times, or something isn't as it was", asked)
	}
}

// TestGit: git itself refuses what no file has shown.
func TestGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	for _, tt := range []struct {
		name, allowed, address string
		local                  bool
		want                   string
	}{
		{"plain http", "", "http://127.0.0.1:1/a", false, "transport 'http' not allowed"},
		{"the git protocol", "", "git://127.0.0.1:1/a", false, "transport 'git' not allowed"},
		{"https", "", "https://127.0.0.1:1/a", false, "unable to access"},
		{"https without a network", "", "https://127.0.0.1:1/a", true, "transport 'https' not allowed"},
		{"a folder without a network", "", "file:///nowhere", true, "transport 'file' not allowed"},
		{"all that the user allows", "http:https", "http://127.0.0.1:1/a", false, "transport 'http' not allowed"},
		{"what the user allows", "http:https", "https://127.0.0.1:1/a", false, "unable to access"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.allowed != "" {
				t.Setenv("GIT_ALLOW_PROTOCOL", tt.allowed)
			}
			defer restrict(t.Context(), tt.local, t.TempDir(), &refusal{})()
			out, err := exec.Command("git", "ls-remote", tt.address).CombinedOutput()
			if err == nil || !strings.Contains(string(out), tt.want) {
				t.Errorf("want %q, got %v: %s", tt.want, err, out)
			}
		})
	}
}

// TestNoGitLocally: without a network git isn't even started.
func TestNoGitLocally(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte("#!/bin/sh\n: > "+bin+"/started\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"github.com/org/repo", "ssh://git@h.example/org/repo", "git@h.example:org/repo", "file:///srv/repo", "git::https://h.example/org/repo"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte("resources: ["+address+"]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{dir, address} {
			if _, err := Build(t.Context(), Options{Dir: dir, Local: true}); !errors.Is(err, errLocal) {
				t.Errorf("%s: got %v", dir, err)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(bin, "started")); err == nil {
		t.Error("git was started")
	}
}
