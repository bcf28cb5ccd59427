// Package examples runs each example with the real tool that it is for.
package examples

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// tool finds a real tool, or skips the test and says so.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not on PATH, so its example is not run", name)
	}
	return path
}

// build compiles one of the project's programs.
func build(t *testing.T, pkg string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), filepath.Base(pkg))
	if output, err := exec.Command("go", "build", "-o", out, pkg).CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", pkg, err, output)
	}
	return out
}

// copyOf copies an example, so that running it leaves the tree alone.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), dir)
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// run runs a tool in a folder, with more folders on PATH, and returns stdout.
func run(t *testing.T, dir, path, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+path+string(os.PathListSeparator)+os.Getenv("PATH"))
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", filepath.Base(name), strings.Join(args, " "), err, out.String(), errOut.String())
	}
	return out.String()
}

// files reads all files of a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		out[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pods decodes the objects of some manifests that hold pods, by kind and name.
func pods(t *testing.T, manifests ...string) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, text := range manifests {
		decoder := yaml.NewDecoder(strings.NewReader(text))
		for {
			var object struct {
				Kind     string
				Metadata struct{ Name string }
				Spec     any
			}
			err := decoder.Decode(&object)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if object.Kind == "Pod" || object.Kind == "Deployment" {
				out[object.Kind+"/"+object.Metadata.Name] = object.Spec
			}
		}
	}
	if len(out) == 0 {
		t.Fatal("no pods")
	}
	return out
}

// previewed is what kubectl rrsa preview makes of some files.
func previewed(t *testing.T, paths ...string) map[string]any {
	t.Helper()
	args := append([]string{"preview", "--local", "--config", "kubectl/rrsa.yaml"}, paths...)
	return pods(t, run(t, ".", ".", build(t, "../plugin/kubectl-rrsa"), args...))
}

// TestKubectl runs what "make demo" runs and compares it with the golden case of
// the documented example.
func TestKubectl(t *testing.T) {
	want, err := os.ReadFile("../testdata/cases/inject-documented-latest/want.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got := previewed(t, "kubectl/demo.yaml")
	if env := strings.Count(string(want), "name: ALIBABA_CLOUD_"); env != 6 {
		t.Fatalf("the documented example has %d variables, not 6", env)
	}
	if diff := cmp.Diff(pods(t, string(want)), got); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// TestKptRender renders the kpt package twice: the first time gives what preview
// gives, the second time changes nothing.
func TestKptRender(t *testing.T) {
	kpt := tool(t, "kpt")
	bin := filepath.Dir(build(t, "../fn/inject-rrsa"))
	dir := copyOf(t, "kpt")
	want := previewed(t, "kpt/pod.yaml", "kpt/deployment.yaml", "kpt/namespace.yaml", "kpt/serviceaccount.yaml")
	run(t, dir, bin, kpt, "fn", "render", "--allow-exec", ".")
	first := files(t, dir)
	if diff := cmp.Diff(want, pods(t, first["pod.yaml"], first["deployment.yaml"])); diff != "" {
		t.Errorf("rendered (-preview +kpt):\n%s", diff)
	}
	run(t, dir, bin, kpt, "fn", "render", "--allow-exec", ".")
	if diff := cmp.Diff(first, files(t, dir)); diff != "" {
		t.Errorf("a second render changes (-first +second):\n%s", diff)
	}
}

// TestKptEval runs the function once, with the config in a file and as arguments.
func TestKptEval(t *testing.T) {
	kpt := tool(t, "kpt")
	function := build(t, "../fn/inject-rrsa")
	want := previewed(t, "kpt/pod.yaml", "kpt/deployment.yaml", "kpt/namespace.yaml", "kpt/serviceaccount.yaml")
	for name, args := range map[string][]string{
		"file":      {"--fn-config", "rrsa.yaml"},
		"arguments": {"--", "accountID=1488999589000000", "clusterID=cbec9a1f7b433470ebe4c900552000000", "region=cn-hangzhou"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyOf(t, "kpt")
			args = append([]string{"fn", "eval", ".", "--exec", function}, args...)
			run(t, dir, ".", kpt, args...)
			first := files(t, dir)
			if diff := cmp.Diff(want, pods(t, first["pod.yaml"], first["deployment.yaml"])); diff != "" {
				t.Errorf("evaluated (-preview +kpt):\n%s", diff)
			}
			run(t, dir, ".", kpt, args...)
			if diff := cmp.Diff(first, files(t, dir)); diff != "" {
				t.Errorf("a second run changes (-first +second):\n%s", diff)
			}
		})
	}
}

// TestKustomize builds the kustomization, and then one of what came out.
func TestKustomize(t *testing.T) {
	kustomize := tool(t, "kustomize")
	function := build(t, "../fn/inject-rrsa")
	dir := copyOf(t, "kustomize")
	program, err := os.ReadFile(function)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "inject-rrsa"), program, 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"build", "--enable-alpha-plugins", "--enable-exec", "."}
	first := run(t, dir, ".", kustomize, args...)
	want := previewed(t, "kustomize/resources.yaml")
	if diff := cmp.Diff(want, pods(t, first)); diff != "" {
		t.Errorf("built (-preview +kustomize):\n%s", diff)
	}
	if err := os.WriteFile(filepath.Join(dir, "resources.yaml"), []byte(first), 0o644); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, run(t, dir, ".", kustomize, args...)); diff != "" {
		t.Errorf("a second build changes (-first +second):\n%s", diff)
	}
}

// TestEveryExampleIsRun fails for an example folder that no test here knows.
func TestEveryExampleIsRun(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if e.IsDir() {
			got = append(got, e.Name())
		}
	}
	sort.Strings(got)
	if diff := cmp.Diff([]string{"kpt", "kubectl", "kustomize"}, got); diff != "" {
		t.Errorf("example folders (-run +there):\n%s", diff)
	}
	if _, err := os.Stat("kustomize/inject-rrsa"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a program lies among the examples")
	}
}
