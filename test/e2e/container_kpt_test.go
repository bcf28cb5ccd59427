package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// kpt's variable for the engine is the first up to 1.0.0-beta.56, then the second.
var kptEnv = []string{"KPT_FN_RUNTIME=docker", "KRM_FN_RUNTIME=docker"}

// resourceList is what an orchestrator gives to the function: the example.
func resourceList(t *testing.T) string {
	t.Helper()
	example := filepath.Join(top(t), "examples", "kubectl")
	list := map[string]any{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList"}
	var items []any
	for _, doc := range strings.Split(read(t, example, "demo.yaml"), "\n---\n") {
		items = append(items, parse(t, doc))
	}
	list["items"] = items
	list["functionConfig"] = parse(t, read(t, example, "rrsa.yaml"))
	out, err := yaml.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	var out map[string]any
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// kptPackage is a package of the example, with a pipeline of one function.
func kptPackage(t *testing.T, function string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"demo.yaml", "rrsa.yaml"} {
		write(t, read(t, top(t), "examples", "kubectl", name), dir, name)
	}
	write(t, `apiVersion: kpt.dev/v1
kind: Kptfile
metadata:
  name: rrsa
pipeline:
  mutators:
  - `+function+`
    configPath: rrsa.yaml
`, dir, "Kptfile")
	return dir
}

// TestContainerRender renders with kpt twice, by image and by executable.
func TestContainerRender(t *testing.T) {
	need(t, "kpt")
	image := kptPackage(t, "image: "+functionImage(t))
	exe := kptPackage(t, "exec: "+function(t))
	for _, round := range []string{"first", "second"} {
		run(t, command(t, image, kptEnv, "kpt", "fn", "render", "--image-pull-policy", "never"))
		run(t, command(t, exe, kptEnv, "kpt", "fn", "render", "--allow-exec"))
		if diff := cmp.Diff(read(t, exe, "demo.yaml"), read(t, image, "demo.yaml")); diff != "" {
			t.Errorf("after the %s render the image differs from the executable (-want +got):\n%s", round, diff)
		}
		if round == "first" {
			write(t, read(t, image, "demo.yaml"), image, "..", "first.yaml")
		}
	}
	if diff := cmp.Diff(read(t, image, "..", "first.yaml"), read(t, image, "demo.yaml")); diff != "" {
		t.Errorf("the second render changes what the first wrote (-first +second):\n%s", diff)
	}
	if !strings.Contains(read(t, image, "demo.yaml"), "ALIBABA_CLOUD_ROLE_ARN") {
		t.Error("nothing was injected")
	}
}

// imageCases are the golden cases that are run with the image too. With the
// executable all are run, in examples; and the image holds the same executable, so
// what is left to find is what a container changes about how it is given its input
// and its config and how its output, results and exit code come back. These have
// each sort of edit and each sort of answer once.
var imageCases = []string{
	// What is injected, from all variables to none.
	"documented-example", "inject-documented-latest", "inject-init-and-sidecar", "inject-env-shapes", "inject-no-container-no-volume",
	// What is there already: added to, kept and replaced.
	"conflict-half-injected", "conflict-volume-kept", "setting-override-namespace",
	// No output but an exit code: of an object, of the input and of the config.
	"conflict-refused-beside-good", "gate-unresolved-error", "inject-account-invalid",
	// The config says more than who the cluster is: objects, paths and a version.
	"gate-context", "kind-user-added", "version-v-prefix",
	// Pod templates elsewhere, and containers in a kind that isn't known.
	"kind-cron-job", "kind-deployment-list", "kind-unknown-with-containers",
	// Results with hints.
	"trap-key-misspelt-beside-right-one", "trap-unquoted-pod-label",
	// Text that goes through pipes.
	"text-crlf", "text-json-pretty", "text-non-ascii", "text-comments-everywhere", "text-env-shared-by-alias",
}

// TestContainerEval runs kpt fn eval on golden cases, by image and by executable:
// the files that they leave and whether they fail are the same.
func TestContainerEval(t *testing.T) {
	need(t, "kpt")
	image := functionImage(t)
	exe := function(t)
	var injected atomic.Int32
	t.Run("cases", func(t *testing.T) {
		for _, name := range imageCases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				input := filepath.Join(top(t), "testdata", "cases", name, "input.yaml")
				wantFile, wantOK := eval(t, input, "--exec", exe)
				gotFile, gotOK := eval(t, input, "--image", image, "--image-pull-policy", "never")
				if gotOK != wantOK {
					t.Errorf("the executable succeeds: %t, the image: %t", wantOK, gotOK)
				}
				if diff := cmp.Diff(wantFile, gotFile); diff != "" {
					t.Errorf("the image differs from the executable (-want +got):\n%s", diff)
				}
				if gotOK && gotFile != read(t, input) {
					injected.Add(1)
				}
			})
		}
	})
	t.Logf("of %d cases the image changes %d", len(imageCases), injected.Load())
	if int(injected.Load()) < len(imageCases)/3 {
		t.Error("too few cases were changed for the comparison to mean anything")
	}
}

// eval runs kpt fn eval on a case's input and returns what is in the file then.
func eval(t *testing.T, input string, args ...string) (content string, ok bool) {
	t.Helper()
	dir := t.TempDir()
	write(t, read(t, input), dir, "input.yaml")
	config := filepath.Join(filepath.Dir(input), "config.yaml")
	if _, err := os.Stat(config); err == nil {
		args = append(args, "--fn-config", config)
	}
	cmd := command(t, "", kptEnv, "kpt", append([]string{"fn", "eval", dir}, args...)...)
	err := cmd.Run()
	return read(t, dir, "input.yaml"), err == nil
}
