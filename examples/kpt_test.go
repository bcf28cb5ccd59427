package examples

import (
	"flag"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var update = flag.Bool("update", false, "write kpt/.expected anew")

// render are the arguments with which kpt runs the pipeline of the package in the
// present folder.
var render = []string{"fn", "render", "--allow-exec", "."}

// TestKptRender renders the package twice: the first time gives what preview
// gives, the second time changes nothing.
func TestKptRender(t *testing.T) {
	kpt := tool(t, "kpt")
	dir := copyOf(t, "kpt")
	run(t, dir, kpt, render...)
	first := files(t, dir)
	if diff := cmp.Diff(previewedPackage(t), pods(t, first["pod.yaml"], first["deployment.yaml"])); diff != "" {
		t.Errorf("rendered (-preview +kpt):\n%s", diff)
	}
	run(t, dir, kpt, render...)
	if diff := cmp.Diff(first, files(t, dir)); diff != "" {
		t.Errorf("a second render changes (-first +second):\n%s", diff)
	}
}

// previewedPackage is what kubectl rrsa preview makes of the package's pods.
func previewedPackage(t *testing.T) map[string]any {
	t.Helper()
	return previewed(t, "kpt/pod.yaml", "kpt/deployment.yaml", "kpt/namespace.yaml", "kpt/serviceaccount.yaml")
}

// TestKptExpected renders the package in a git repository and compares what git
// and kpt say of it with kpt/.expected, which is laid out as in kpt's catalogue of
// functions. After a second render git says the same.
func TestKptExpected(t *testing.T) {
	kpt := tool(t, "kpt")
	git := tool(t, "git")
	dir := copyOf(t, "kpt")
	if err := os.RemoveAll(filepath.Join(dir, ".expected")); err != nil {
		t.Fatal(err)
	}
	results := t.TempDir()
	run(t, dir, git, "init", "--quiet", ".")
	run(t, dir, git, "add", ".")
	run(t, dir, kpt, "fn", "render", "--allow-exec", "--results-dir", results, ".")
	diff := func() string {
		t.Helper()
		out, _ := run(t, dir, git, "diff", "--no-color", "--no-ext-diff", "--abbrev=7", "--src-prefix=a/", "--dst-prefix=b/")
		return out
	}
	got := map[string]string{"diff.patch": diff(), "results.yaml": files(t, results)["results.yaml"]}
	if *update {
		write(t, "kpt/.expected", got)
	}
	if diff := cmp.Diff(files(t, "kpt/.expected"), got); diff != "" {
		t.Errorf("(-.expected +got); go test ./examples -run TestKptExpected -update writes it anew:\n%s", diff)
	}
	run(t, dir, kpt, render...)
	if diff := cmp.Diff(got["diff.patch"], diff()); diff != "" {
		t.Errorf("a second render changes (-first +second):\n%s", diff)
	}
}

// TestKptEval runs the function once, with the config in a file and as arguments.
func TestKptEval(t *testing.T) {
	kpt := tool(t, "kpt")
	for name, args := range map[string][]string{
		"file":      {"--fn-config", "rrsa.yaml"},
		"arguments": {"--", "accountID=1488999589000000", "clusterID=cbec9a1f7b433470ebe4c900552000000", "region=cn-hangzhou"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyOf(t, "kpt")
			args = append([]string{"fn", "eval", ".", "--exec", "inject-rrsa"}, args...)
			run(t, dir, kpt, args...)
			first := files(t, dir)
			if diff := cmp.Diff(previewedPackage(t), pods(t, first["pod.yaml"], first["deployment.yaml"])); diff != "" {
				t.Errorf("evaluated (-preview +kpt):\n%s", diff)
			}
			run(t, dir, kpt, args...)
			if diff := cmp.Diff(first, files(t, dir)); diff != "" {
				t.Errorf("a second run changes (-first +second):\n%s", diff)
			}
		})
	}
}

// Parts of a Kptfile.
const (
	kptfile     = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: p, annotations: {config.kubernetes.io/local-config: \"true\"}}\n"
	pipeline    = "pipeline:\n  mutators:\n  - exec: inject-rrsa\n"
	configFile  = "    configPath: rrsa.yaml\n"
	selectKind  = "    selectors: [{kind: Deployment}]\n"
	selectIn    = "    selectors: [{namespace: rrsa-demo}]\n"
	selectNone  = "    selectors: [{kind: Nothing}]\n"
	context     = "  context:\n"
	contextOf   = "  - apiVersion: v1\n    kind: "
	contextNS   = contextOf + "Namespace\n    metadata: {name: rrsa-demo, labels: {pod-identity.alibabacloud.com/injection: \"on\"}}\n"
	contextUser = contextOf + "ServiceAccount\n    metadata: {name: demo-sa, namespace: rrsa-demo, annotations: {pod-identity.alibabacloud.com/role-name: ack-pod-identity-webhook-demo}}\n"
)

// TestKptPipelines renders the package with other Kptfiles.
func TestKptPipelines(t *testing.T) {
	kpt := tool(t, "kpt")
	settings := files(t, "kpt")["rrsa.yaml"]
	for _, c := range []struct {
		name, kptfile, settings string
		// injected are those of the package's objects that get the role.
		injected []string
		// codes are those of the results.
		codes []string
	}{
		{
			name:     "a ConfigMap in the Kptfile",
			kptfile:  pipeline + "    configMap:\n      accountID: \"1488999589000000\"\n      clusterID: cbec9a1f7b433470ebe4c900552000000\n      region: cn-hangzhou\n",
			injected: []string{"deployment.yaml", "pod.yaml"}, codes: []string{"Injected", "Injected"},
		},
		{
			name: "a mutator that comes twice", kptfile: pipeline + configFile + strings.TrimPrefix(pipeline, "pipeline:\n  mutators:\n") + configFile, settings: settings,
			injected: []string{"deployment.yaml", "pod.yaml"}, codes: []string{"Injected", "Injected", "Injected", "Injected"},
		},
		{
			name: "a selector hides Namespaces and ServiceAccounts", kptfile: pipeline + configFile + selectKind, settings: settings,
			codes: []string{"InputStarved", "NamespaceUnknown", "ServiceAccountUnknown"},
		},
		{
			name: "a selector hides Namespaces", kptfile: pipeline + configFile + selectIn, settings: settings,
			codes: []string{"InputStarved", "NamespaceUnknown", "NamespaceUnknown"},
		},
		{
			name: "a selector matches nothing", kptfile: pipeline + configFile + selectNone, settings: settings,
			codes: []string{"InputStarved"},
		},
		{
			name: "context fills in what a selector hides", kptfile: pipeline + configFile + selectKind, settings: settings + context + contextNS + contextUser,
			injected: []string{"deployment.yaml"}, codes: []string{"Injected"},
		},
		{
			name: "context fills in a part", kptfile: pipeline + configFile + selectKind, settings: settings + context + contextNS,
			codes: []string{"InputStarved", "ServiceAccountUnknown"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, results := copyOf(t, "kpt"), t.TempDir()
			write(t, dir, map[string]string{"Kptfile": kptfile + c.kptfile, "rrsa.yaml": c.settings})
			if c.settings == "" {
				if err := os.Remove(filepath.Join(dir, "rrsa.yaml")); err != nil {
					t.Fatal(err)
				}
			}
			run(t, dir, kpt, "fn", "render", "--allow-exec", "--results-dir", results, ".")
			first := files(t, dir)
			if diff := cmp.Diff(c.injected, injectedFiles(first)); diff != "" {
				t.Errorf("injected (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.codes, codes(t, results)); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			run(t, dir, kpt, render...)
			if diff := cmp.Diff(first, files(t, dir)); diff != "" {
				t.Errorf("a second render changes (-first +second):\n%s", diff)
			}
		})
	}
}

// TestKptEvalSelects starves the function with eval's flags.
func TestKptEvalSelects(t *testing.T) {
	kpt := tool(t, "kpt")
	for _, c := range []struct {
		name, match string
		context     string
		want        []string
		injected    []string
	}{
		{"kind", "--match-kind=Deployment", "", []string{"InputStarved", "NamespaceUnknown", "ServiceAccountUnknown"}, nil},
		{"kind, with context", "--match-kind=Deployment", context + contextNS + contextUser, []string{"Injected"}, []string{"deployment.yaml"}},
		{"nothing", "--match-kind=Nothing", "", []string{"InputStarved"}, nil},
		{"all but", "--exclude-kind=ServiceAccount", "", []string{"InputStarved", "ServiceAccountUnknown", "ServiceAccountUnknown"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, results := copyOf(t, "kpt"), t.TempDir()
			config := filepath.Join(t.TempDir(), "rrsa.yaml")
			write(t, filepath.Dir(config), map[string]string{"rrsa.yaml": files(t, dir)["rrsa.yaml"] + c.context})
			run(t, dir, kpt, "fn", "eval", ".", "--exec", "inject-rrsa", "--fn-config", config, c.match, "--results-dir", results)
			if diff := cmp.Diff(c.want, codes(t, results)); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.injected, injectedFiles(files(t, dir))); diff != "" {
				t.Errorf("injected (-want +got):\n%s", diff)
			}
		})
	}
}

// TestKptSubpackages renders a package of packages. kpt runs the pipeline of a
// subpackage first, with nothing but the subpackage, and then that of the package
// with all that is below it.
func TestKptSubpackages(t *testing.T) {
	kpt := tool(t, "kpt")
	example := files(t, "kpt")
	other := strings.Replace(example["rrsa.yaml"], "1488999589000000", "1488999589000001", 1)
	base := map[string]string{
		"Kptfile": kptfile + pipeline + configFile, "rrsa.yaml": example["rrsa.yaml"],
		"namespace.yaml": example["namespace.yaml"], "serviceaccount.yaml": example["serviceaccount.yaml"],
	}
	for _, c := range []struct {
		name     string
		files    map[string]string
		account  string
		injected []string
		codes    []string
	}{
		{
			name:     "a subpackage without a pipeline",
			files:    map[string]string{"sub/Kptfile": kptfile, "sub/pod.yaml": example["pod.yaml"]},
			injected: []string{"sub/pod.yaml"}, codes: []string{"Injected"},
		},
		{
			name:     "a folder that is no package",
			files:    map[string]string{"sub/pod.yaml": example["pod.yaml"]},
			injected: []string{"sub/pod.yaml"}, codes: []string{"Injected"},
		},
		{
			// What the subpackage doesn't know the package does.
			name:     "a subpackage with the same pipeline",
			files:    map[string]string{"sub/Kptfile": kptfile + pipeline + configFile, "sub/rrsa.yaml": example["rrsa.yaml"], "sub/pod.yaml": example["pod.yaml"]},
			injected: []string{"sub/pod.yaml"}, codes: []string{"InputStarved", "NamespaceUnknown", "ServiceAccountUnknown", "Injected"},
		},
		{
			// The package comes last, so its settings win.
			name: "a subpackage of another account",
			files: map[string]string{
				"sub/Kptfile": kptfile + pipeline + configFile, "sub/rrsa.yaml": other + context + contextNS + contextUser,
				"sub/pod.yaml": example["pod.yaml"],
			},
			injected: []string{"sub/pod.yaml"}, codes: []string{"Injected", "Injected"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, results := t.TempDir(), t.TempDir()
			write(t, dir, base)
			write(t, dir, c.files)
			run(t, dir, kpt, "fn", "render", "--allow-exec", "--results-dir", results, ".")
			first := files(t, dir)
			if diff := cmp.Diff(c.injected, injectedFiles(first)); diff != "" {
				t.Errorf("injected (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.codes, codes(t, results)); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			if !strings.Contains(first["sub/pod.yaml"], "acs:ram::1488999589000000:role/") {
				t.Errorf("want the package's account:\n%s", first["sub/pod.yaml"])
			}
			run(t, dir, kpt, render...)
			if diff := cmp.Diff(first, files(t, dir)); diff != "" {
				t.Errorf("a second render changes (-first +second):\n%s", diff)
			}
		})
	}
}

// TestKptRefused renders what can't be injected: kpt fails, shows the message, and
// leaves the files as they are.
func TestKptRefused(t *testing.T) {
	kpt := tool(t, "kpt")
	dir := copyOf(t, "kpt")
	pod := strings.Replace(files(t, dir)["pod.yaml"], "  containers:\n", "  volumes:\n  - name: rrsa-oidc-token\n    emptyDir: {}\n  containers:\n", 1)
	write(t, dir, map[string]string{"pod.yaml": pod})
	before := files(t, dir)
	_, errOut, err := try(dir, kpt, render...)
	if err == nil || !strings.Contains(errOut, "the pod's own volume") {
		t.Errorf("want an error with the message, got %v:\n%s", err, errOut)
	}
	if diff := cmp.Diff(before, files(t, dir)); diff != "" {
		t.Errorf("files changed after an error (-before +after):\n%s", diff)
	}
}

// TestKptTakesOut closes the gate after people have written behind what was
// injected. kpt copies comments back to entries of lists by their index; the
// function must not let it give our marks to entries that aren't ours.
func TestKptTakesOut(t *testing.T) {
	kpt := tool(t, "kpt")
	const role = "        - name: ALIBABA_CLOUD_ROLE_ARN\n          value: mine\n"
	const override = "      annotations: {pod-identity.alibabacloud.com/override-env: \"true\"}\n"
	for _, kind := range []string{"apps/v1\nkind: Deployment", "argoproj.io/v1alpha1\nkind: Rollout"} {
		for _, annotations := range []string{"", "  annotations: {team: shop}\n", "  annotations:\n    team: shop\n"} {
			t.Run(kind+annotations, func(t *testing.T) {
				app := strings.Replace(files(t, "kpt")["deployment.yaml"], "apps/v1\nkind: Deployment", kind, 1)
				app = strings.Replace(app, "  namespace: rrsa-demo\n", "  namespace: rrsa-demo\n"+annotations, 1)
				app = strings.Replace(app, "        env:\n", "        env:\n"+role, 1)
				app = strings.Replace(app, "  template:\n    metadata:\n", "  template:\n    metadata:\n"+override, 1)
				app = strings.Replace(app, "\n\n", "\n", 1) // kpt takes blank lines out
				dir := copyOf(t, "kpt")
				write(t, dir, map[string]string{"deployment.yaml": app})
				run(t, dir, kpt, render...)
				// What people write then, and what has to be left of it.
				addTo := func(text string) string {
					text = strings.Replace(text, "        volumeMounts:\n", "        - name: LOG\n          value: debug\n        volumeMounts:\n", 1)
					text = strings.Replace(text, "          readOnly: true\n", "          readOnly: true\n        - mountPath: /data\n          name: data\n", 1)
					return text + "      - name: data\n        emptyDir: {}\n"
				}
				injected := files(t, dir)["deployment.yaml"]
				if strings.Count(injected, "# inject-rrsa") < 10 || !strings.Contains(injected, "# inject-rrsa was: ") {
					t.Fatalf("want marks:\n%s", injected)
				}
				write(t, dir, map[string]string{
					"deployment.yaml": addTo(injected),
					"namespace.yaml":  strings.Replace(files(t, dir)["namespace.yaml"], "\"on\"", "\"off\"", 1),
				})
				run(t, dir, kpt, render...)
				want := strings.Replace(app, "      - name: sidecar\n", "        - name: LOG\n          value: debug\n        volumeMounts:\n        - mountPath: /data\n          name: data\n      - name: sidecar\n", 1) +
					"      volumes:\n      - name: data\n        emptyDir: {}\n"
				if diff := cmp.Diff(want, files(t, dir)["deployment.yaml"]); diff != "" {
					t.Errorf("taken out (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// injectedFiles are the names of the files with a role in them.
func injectedFiles(all map[string]string) []string {
	var out []string
	for name, text := range all {
		if strings.Contains(text, "ALIBABA_CLOUD_ROLE_ARN") && !strings.HasPrefix(name, ".expected") {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

// codes are the codes of the results that kpt wrote into a folder.
func codes(t *testing.T, dir string) []string {
	t.Helper()
	var list struct {
		Items []struct {
			Results []struct {
				Tags map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(files(t, dir)["results.yaml"]), &list); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, item := range list.Items {
		for _, r := range item.Results {
			out = append(out, r.Tags["reason"])
		}
	}
	return out
}
