// Package examples runs each example with the real tool that it is for.
package examples

import (
	"bytes"
	"errors"
	"fmt"
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

// bin is the folder of the project's programs, which TestMain builds once.
var bin string

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != eachFolder {
		os.Exit(testMain(m))
	}
	if err := runEachFolder(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func testMain(m *testing.M) int {
	var err error
	if bin, err = os.MkdirTemp("", "rrsa-examples"); err != nil {
		fmt.Fprintln(os.Stderr, "making a folder for the programs:", err)
		return 1
	}
	defer os.RemoveAll(bin)
	output, err := exec.Command("go", "build", "-o", bin, "../fn/inject-rrsa", "../plugin/kubectl-rrsa").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "building the programs: %v\n%s", err, output)
		return 1
	}
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(bin, eachFolder))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "naming the test binary as a program:", err)
		return 1
	}
	// The examples name the function without a folder, as one that is on PATH.
	if err := os.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
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

// try runs a program in a folder and returns what it writes.
func try(dir, name string, args ...string) (stdout, stderr string, err error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	return out.String(), errOut.String(), err
}

// run runs a program that has to succeed.
func run(t *testing.T, dir, name string, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, err := try(dir, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", filepath.Base(name), strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout, stderr
}

// write writes files into a folder and makes the folders between.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
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
	out, _ := run(t, ".", "kubectl-rrsa", args...)
	return pods(t, out)
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
	if diff := cmp.Diff([]string{"kpt", "kubectl", "kustomize", "kustomize-component", "kustomize-prefixed"}, got); diff != "" {
		t.Errorf("example folders (-run +there):\n%s", diff)
	}
}
