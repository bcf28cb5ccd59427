package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const downloads = "https://github.com/kubectl-rrsa/rrsa/releases/download/" + version

// krewTool is the path of a tool of krew, which make builds from the module proxy.
func krewTool(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(top(t), "bin", "tools", name)
	run(t, command(t, top(t), nil, "make", "--no-print-directory", path))
	return path
}

// krew is an empty KREW_ROOT, its bin in front of PATH, with kubectl able to
// find krew itself. Nothing else on the machine is seen.
func krew(t *testing.T, more ...string) (env []string) {
	t.Helper()
	need(t, "kubectl")
	need(t, "git")
	root, plugins := t.TempDir(), t.TempDir()
	if err := os.Symlink(krewTool(t, "krew"), filepath.Join(plugins, "kubectl-krew")); err != nil {
		t.Fatal(err)
	}
	path := strings.Join([]string{filepath.Join(root, "bin"), plugins, os.Getenv("PATH")}, string(os.PathListSeparator))
	return append([]string{"PATH=" + path, "HOME=" + root, "KREW_ROOT=" + root, "KREW_NO_UPGRADE_CHECK=1"}, more...)
}

func kubectl(t *testing.T, env []string, args ...string) string {
	t.Helper()
	// By name and the PATH of env, not the test's own.
	return run(t, command(t, "", env, "env", append([]string{"kubectl"}, args...)...))
}

// preview runs the plugin on a golden case.
func preview(t *testing.T, env []string) {
	t.Helper()
	dir := filepath.Join(top(t), "testdata", "cases", "documented-example")
	got := kubectl(t, env, "rrsa", "preview", "--local",
		"--config", filepath.Join(dir, "config.yaml"), filepath.Join(dir, "input.yaml"))
	if diff := cmp.Diff(read(t, dir, "want.yaml"), got); diff != "" {
		t.Errorf("kubectl rrsa preview (-want +got):\n%s", diff)
	}
}

// gone fails the test if kubectl still finds the plugin.
func gone(t *testing.T, env []string) {
	t.Helper()
	if out, err := command(t, "", env, "env", "kubectl", "rrsa").CombinedOutput(); err == nil {
		t.Errorf("the plugin is still there:\n%s", out)
	}
}

// TestKrewManifest installs from the manifest and the archive of the release, as
// they are, into an empty root.
func TestKrewManifest(t *testing.T) {
	index := t.TempDir()
	env := krew(t, "KREW_DEFAULT_INDEX_URI=file://"+filepath.ToSlash(index))
	dir := release(t)
	manifest := filepath.Join(dir, "krew", "rrsa.yaml")
	run(t, command(t, "", env, krewTool(t, "validate-krew-manifest"), "-manifest", manifest, "-skip-install"))

	archive := filepath.Join(dir, "kubectl-rrsa_"+version+"_"+runtime.GOOS+"_"+runtime.GOARCH+".tar.gz")
	gone(t, env)
	kubectl(t, env, "krew", "install", "--manifest", manifest, "--archive", archive)
	preview(t, env)
	// To uninstall, krew wants an index, if only an empty one.
	commit(t, index, "")
	kubectl(t, env, "krew", "update")
	kubectl(t, env, "krew", "uninstall", "rrsa")
	gone(t, env)

	// krew holds the archive to the checksum in the manifest.
	other := filepath.Join(t.TempDir(), "other.tar.gz")
	write(t, read(t, archive)+"\n", other)
	if out, err := command(t, "", env, "env", "kubectl", "krew", "install", "--manifest", manifest, "--archive", other).CombinedOutput(); err == nil {
		t.Errorf("krew installs another archive:\n%s", out)
	}
}

// TestKrewPlatforms has krew's validator install the plugin for each platform,
// from archives on a server of our own.
func TestKrewPlatforms(t *testing.T) {
	env := krew(t)
	manifest := filepath.Join(t.TempDir(), "rrsa.yaml")
	write(t, served(t), manifest)
	run(t, command(t, "", env, krewTool(t, "validate-krew-manifest"), "-manifest", manifest))
}

// TestKrewIndex goes the way of users: install, upgrade and uninstall by an index.
func TestKrewIndex(t *testing.T) {
	index := t.TempDir()
	env := krew(t, "KREW_DEFAULT_INDEX_URI=file://"+filepath.ToSlash(index))
	manifest := served(t)
	commit(t, index, manifest)
	kubectl(t, env, "krew", "install", "rrsa")
	preview(t, env)
	if got := kubectl(t, env, "krew", "list"); !strings.Contains(got, "rrsa") {
		t.Errorf("krew list doesn't have the plugin:\n%s", got)
	}

	if got := kubectl(t, env, "rrsa", "version", "-o", "short"); got != version+"\n" {
		t.Errorf("want version %s, got %q", version, got)
	}

	// What krew does with another version doesn't depend on what is in it: the next
	// release has the same archives here.
	const next = "v0.1.1"
	commit(t, index, strings.Replace(manifest, "version: "+version, "version: "+next, 1))
	kubectl(t, env, "krew", "upgrade", "rrsa")
	if got := kubectl(t, env, "krew", "info", "rrsa"); !strings.Contains(got, next) {
		t.Errorf("krew info doesn't have version %s:\n%s", next, got)
	}
	preview(t, env)
	kubectl(t, env, "krew", "uninstall", "rrsa")
	gone(t, env)
}

// served is the manifest with the archives on a server of our own: all else is
// that of the release.
func served(t *testing.T) string {
	t.Helper()
	dir := release(t)
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	manifest := strings.ReplaceAll(read(t, dir, "krew", "rrsa.yaml"), downloads, server.URL)
	if strings.Count(manifest, server.URL) != 6 {
		t.Fatalf("want 6 archives in the manifest:\n%s", manifest)
	}
	return manifest
}

// commit makes a folder an index of krew with one plugin, or none.
func commit(t *testing.T, index, manifest string) {
	t.Helper()
	name := "rrsa.yaml"
	if manifest == "" {
		name = ".gitkeep"
	}
	write(t, manifest, index, "plugins", name)
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "."},
		{"-c", "user.name=test", "-c", "user.email=test@example.invalid", "commit", "-q", "-m", "Publish rrsa"},
	} {
		run(t, command(t, index, nil, "git", args...))
	}
}
