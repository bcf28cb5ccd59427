package examples

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// kustomizeBuild are the arguments with which kustomize runs the function.
// Without --enable-exec it leaves it out, with exit code 0 and no word.
var kustomizeBuild = []string{"build", "--enable-alpha-plugins", "--enable-exec"}

// TestKustomize builds the kustomization, and then one of what came out.
func TestKustomize(t *testing.T) {
	kustomize := tool(t, "kustomize")
	dir := copyOf(t, "kustomize")
	first, _ := run(t, dir, kustomize, kustomizeBuild...)
	if diff := cmp.Diff(previewed(t, "kustomize/resources.yaml"), pods(t, first)); diff != "" {
		t.Errorf("built (-preview +kustomize):\n%s", diff)
	}
	write(t, dir, map[string]string{"resources.yaml": first})
	second, _ := run(t, dir, kustomize, kustomizeBuild...)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("a second build changes (-first +second):\n%s", diff)
	}
}

// TestKustomizeRenamed builds the examples whose objects get other names and
// another namespace: the Deployment of both is injected as what it is built to.
func TestKustomizeRenamed(t *testing.T) {
	kustomize := tool(t, "kustomize")
	for _, example := range []string{"kustomize-prefixed", "kustomize-component"} {
		t.Run(example, func(t *testing.T) {
			dir := filepath.Join(example, "overlay")
			out, _ := run(t, dir, kustomize, kustomizeBuild...)
			checkRoles(t, out, map[string]string{"prod-demo-v2": "ack-pod-identity-webhook-demo"})
			for _, want := range []string{"name: prod-demo-sa-v2\n", "namespace: prod\n", "serviceAccountName: prod-demo-sa-v2\n"} {
				if !strings.Contains(out, want) {
					t.Errorf("want %q in:\n%s", want, out)
				}
			}
			if strings.Contains(out, "internal.config") || strings.Contains(out, "kustomize.config.k8s.io") {
				t.Errorf("kustomize didn't recognize its own annotations:\n%s", out)
			}
		})
	}
}

// TestKustomizeSkips pins the trap that mode check is for: without --enable-exec
// nothing is injected, and kustomize says nothing.
func TestKustomizeSkips(t *testing.T) {
	out, errOut := run(t, "kustomize", tool(t, "kustomize"), "build", "--enable-alpha-plugins")
	if strings.Contains(out, "ALIBABA_CLOUD_ROLE_ARN") || errOut != "" {
		t.Errorf("kustomize runs the function or says that it doesn't: correct the documentation\n%s%s", out, errOut)
	}
}

// TestKustomizeListed lists the config where the function can't do its work: as a
// generator it gets no workloads, and of a validator kustomize itself changes the
// objects and then fails on that.
func TestKustomizeListed(t *testing.T) {
	kustomize := tool(t, "kustomize")
	dir := copyOf(t, "kustomize")
	settings := files(t, dir)["rrsa.yaml"]
	for _, c := range []struct{ name, listed, want string }{
		{"generators", "generators: [rrsa.yaml]\n", "error: the input has no object but the function's own config"},
		{"validators", transformer + "validators: [check.yaml]\n", "validator shouldn't modify the resource map"},
	} {
		t.Run(c.name, func(t *testing.T) {
			write(t, dir, map[string]string{
				"kustomization.yaml": kustomization + "resources: [resources.yaml]\n" + c.listed,
				"check.yaml":         strings.Replace(settings, "spec:\n", "spec:\n  mode: check\n", 1),
			})
			out, errOut, err := try(dir, kustomize, kustomizeBuild...)
			if err == nil || out != "" || !strings.Contains(errOut, c.want) {
				t.Errorf("want an error, no output, and %q on stderr; if kustomize has changed, correct the documentation; got %v, %q and:\n%s", c.want, err, out, errOut)
			}
		})
	}
}

// TestKustomizeRefused gives kustomize what can't be injected. It shows no
// results, so that the message has to be on stderr.
func TestKustomizeRefused(t *testing.T) {
	kustomize := tool(t, "kustomize")
	dir := copyOf(t, "kustomize")
	resources := files(t, dir)["resources.yaml"]
	for _, c := range []struct{ name, old, new, want string }{
		{
			"a volume in the way", "      containers:\n", "      volumes:\n      - name: rrsa-oidc-token\n        emptyDir: {}\n      containers:\n",
			"error: apps/v1/Deployment/rrsa-demo/demo spec.template.spec.volumes[0]: the pod's own volume",
		},
		{
			"a ServiceAccount that isn't there", "serviceAccountName: demo-sa", "serviceAccountName: other",
			`ServiceAccount "rrsa-demo/other" is not in the input`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			write(t, dir, map[string]string{"resources.yaml": strings.Replace(resources, c.old, c.new, 1)})
			out, errOut, err := try(dir, kustomize, kustomizeBuild...)
			if err == nil || out != "" || !strings.Contains(errOut, c.want) {
				t.Errorf("want an error, no output, and %q on stderr; got %v, %q and:\n%s", c.want, err, out, errOut)
			}
		})
	}
}

// Layouts of kustomizations: what they have in common.
const (
	kustomization  = "kind: Kustomization\n"
	baseFile       = kustomization + "resources: [app.yaml]\n"
	transformer    = "transformers: [rrsa.yaml]\n"
	onlyComponent  = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" + transformer
	enabledAccount = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: %[1]s
  annotations: {pod-identity.alibabacloud.com/role-name: role-of-%[2]s}
---
`
	enabledDeployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: %[1]s
spec:
  template:
    metadata: {labels: {pod-identity.alibabacloud.com/injection: "on"}}
    spec: {serviceAccountName: %[2]s, containers: [{name: app, image: app:1}]}
---
`
)

func account(name, role string) string     { return fmt.Sprintf(enabledAccount, name, role) }
func workload(name, account string) string { return fmt.Sprintf(enabledDeployment, name, account) }

// rolePatch gives the ServiceAccounts of a kustomization another role.
func rolePatch(role string) string {
	return `patches: [{target: {kind: ServiceAccount}, patch: '[{"op": "replace", "path": "/metadata/annotations", "value": {"pod-identity.alibabacloud.com/role-name": "role-of-` + role + `"}}]'}]` + "\n"
}

// TestKustomizeNames builds kustomizations that rename ServiceAccounts in many
// ways. Whatever a reference says when the function runs: each Deployment must get
// the role of the ServiceAccount that it names in the end.
func TestKustomizeNames(t *testing.T) {
	kustomize := tool(t, "kustomize")
	app := account("sa", "app") + workload("app", "sa")
	for _, c := range []struct {
		name  string
		files map[string]string
		// want are the roles by Deployment.
		want map[string]string
		// err is what must be on stderr instead.
		err string
	}{
		{
			name:  "nothing is renamed",
			files: map[string]string{"top/kustomization.yaml": baseFile + transformer, "top/app.yaml": app},
			want:  map[string]string{"app": "role-of-app"},
		},
		{
			name:  "prefix",
			files: map[string]string{"top/kustomization.yaml": "namePrefix: p-\n" + baseFile + transformer, "top/app.yaml": app},
			want:  map[string]string{"p-app": "role-of-app"},
		},
		{
			name:  "suffix",
			files: map[string]string{"top/kustomization.yaml": "nameSuffix: -s\n" + baseFile + transformer, "top/app.yaml": app},
			want:  map[string]string{"app-s": "role-of-app"},
		},
		{
			name:  "namespace",
			files: map[string]string{"top/kustomization.yaml": "namespace: prod\n" + baseFile + transformer, "top/app.yaml": app},
			want:  map[string]string{"app": "role-of-app"},
		},
		{
			name: "in every layer",
			files: map[string]string{
				"top/kustomization.yaml":  "namePrefix: a-\nnameSuffix: -z\nnamespace: prod\nresources: [../mid]\n" + transformer,
				"mid/kustomization.yaml":  "namePrefix: b-\nnameSuffix: -y\nnamespace: mid\nresources: [../base]\n",
				"base/kustomization.yaml": "namePrefix: c-\n" + baseFile, "base/app.yaml": app,
			},
			want: map[string]string{"a-b-c-app-y-z": "role-of-app"},
		},
		{
			name: "the transformer in the base",
			files: map[string]string{
				"top/kustomization.yaml":  "namePrefix: a-\nnamespace: prod\nresources: [../base]\n",
				"base/kustomization.yaml": "namePrefix: b-\n" + baseFile + transformer, "base/app.yaml": app,
			},
			want: map[string]string{"a-b-app": "role-of-app"},
		},
		{
			name: "a component between a prefixed base and a prefix",
			files: map[string]string{
				"top/kustomization.yaml":       "namePrefix: a-\nnamespace: prod\nresources: [../base]\ncomponents: [../component]\n",
				"component/kustomization.yaml": onlyComponent,
				"base/kustomization.yaml":      "namePrefix: b-\n" + baseFile, "base/app.yaml": app,
			},
			want: map[string]string{"a-b-app": "role-of-app"},
		},
		{
			name: "a component before the namespace of what it is for",
			files: map[string]string{
				"top/kustomization.yaml":       "namespace: prod\nresources: [../base, app.yaml]\ncomponents: [../component]\n",
				"top/app.yaml":                 workload("app", "sa"),
				"component/kustomization.yaml": onlyComponent,
				"base/kustomization.yaml":      "namespace: prod\n" + baseFile, "base/app.yaml": account("sa", "app"),
			},
			want: map[string]string{"app": "role-of-app"},
		},
		{
			name: "one base with two prefixes",
			files: map[string]string{
				"top/kustomization.yaml":  "namespace: prod\nresources: [../one, ../two]\n" + transformer,
				"one/kustomization.yaml":  "namePrefix: one-\nresources: [../base]\n" + rolePatch("one"),
				"two/kustomization.yaml":  "namePrefix: two-\nresources: [../base]\n",
				"base/kustomization.yaml": baseFile, "base/app.yaml": app,
			},
			want: map[string]string{"one-app": "role-of-one", "two-app": "role-of-app"},
		},
		{
			name: "one base as it is and with a prefix",
			files: map[string]string{
				"top/kustomization.yaml":  "namespace: prod\nresources: [../base, ../two]\n" + transformer,
				"two/kustomization.yaml":  "namePrefix: two-\nresources: [../base]\n" + rolePatch("two"),
				"base/kustomization.yaml": baseFile, "base/app.yaml": app,
			},
			// By the present names alone both would mean the first.
			want: map[string]string{"app": "role-of-app", "two-app": "role-of-two"},
		},
		{
			name: "one base in two namespaces",
			files: map[string]string{
				"top/kustomization.yaml":  "namePrefix: p-\nresources: [../one, ../two]\n" + transformer,
				"one/kustomization.yaml":  "namespace: one\nresources: [../base]\n" + rolePatch("one"),
				"two/kustomization.yaml":  "namespace: two\nresources: [../base]\n",
				"base/kustomization.yaml": baseFile, "base/app.yaml": app,
			},
			want: map[string]string{"one/p-app": "role-of-one", "two/p-app": "role-of-app"},
		},
		{
			name: "a patch gives another name",
			files: map[string]string{
				"top/kustomization.yaml": baseFile + transformer + "patches: [{target: {kind: ServiceAccount}, options: {allowNameChange: true}, patch: '[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"other\"}]'}]\n",
				"top/app.yaml":           app,
			},
			want: map[string]string{"app": "role-of-app"},
		},
		{
			// The pod has the cluster's own default, which has no role.
			name: "a ServiceAccount that was called default",
			files: map[string]string{
				"top/kustomization.yaml": "namePrefix: p-\nnamespace: prod\n" + baseFile + transformer,
				"top/app.yaml":           account("default", "app") + strings.Replace(workload("app", "sa"), "serviceAccountName: sa, ", "", 1),
			},
			err: `ServiceAccount "prod/default" is not in the input`,
		},
		{
			name: "a reference to none of two",
			files: map[string]string{
				"top/kustomization.yaml":  "resources: [../one, ../two, app.yaml]\n" + transformer,
				"top/app.yaml":            workload("top", "sa") + account("sa", "top"),
				"one/kustomization.yaml":  "namePrefix: one-\nresources: [../base]\n",
				"two/kustomization.yaml":  "namePrefix: two-\nresources: [../base]\n",
				"base/kustomization.yaml": baseFile, "base/app.yaml": app,
			},
			want: map[string]string{"top": "role-of-top", "one-app": "role-of-app", "two-app": "role-of-app"},
		},
		{
			// kustomize would make both Deployments name the second's ServiceAccount.
			name: "what kustomize itself mixes up",
			files: map[string]string{
				"top/kustomization.yaml":  "resources: [../base, ../two]\n" + transformer,
				"two/kustomization.yaml":  "namePrefix: two-\nresources: [../base]\n",
				"base/kustomization.yaml": baseFile, "base/app.yaml": app,
			},
			err: `apps/v1/Deployment/app: finding ServiceAccount "sa": it could be "sa" or "two-sa"`,
		},
		{
			name: "what kustomize refuses, too",
			files: map[string]string{
				"top/kustomization.yaml":  "namePrefix: p-\nnamespace: prod\nresources: [../base, ../two]\n" + transformer,
				"two/kustomization.yaml":  "namePrefix: two-\nresources: [../base]\n",
				"base/kustomization.yaml": baseFile, "base/app.yaml": app,
			},
			err: `apps/v1/Deployment/prod/p-app: finding ServiceAccount "sa": it could be "p-sa" or "p-two-sa"`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			settings := strings.Replace(files(t, "kustomize")["rrsa.yaml"], "  unresolved:", "  namespace: elsewhere\n  unresolved:", 1)
			for name := range c.files {
				if text := c.files[name]; strings.Contains(text, transformer) {
					write(t, dir, map[string]string{filepath.Join(filepath.Dir(name), "rrsa.yaml"): settings})
				}
			}
			write(t, dir, c.files)
			out, errOut, err := try(filepath.Join(dir, "top"), kustomize, kustomizeBuild...)
			if c.err != "" {
				if err == nil || !strings.Contains(errOut, c.err) {
					t.Errorf("want %q on stderr, got %v and:\n%s%s", c.err, err, out, errOut)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, errOut)
			}
			checkRoles(t, out, c.want)
		})
	}
}

// checkRoles checks that each Deployment has the role that is wanted, and that it
// is the one of the ServiceAccount that it names.
func checkRoles(t *testing.T, manifests string, want map[string]string) {
	t.Helper()
	type object struct {
		Kind     string
		Metadata struct {
			Name, Namespace string
			Annotations     map[string]string
		}
		Spec struct {
			Template struct {
				Spec struct {
					ServiceAccountName string `yaml:"serviceAccountName"`
					Containers         []struct {
						Env []struct{ Name, Value string }
					}
				}
			}
		}
	}
	roles, got, named := map[string]string{}, map[string]string{}, map[string]string{}
	for _, text := range strings.Split(manifests, "\n---\n") {
		var o object
		if err := yaml.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		name := o.Metadata.Name
		if _, ok := want[o.Metadata.Namespace+"/"+name]; ok {
			name = o.Metadata.Namespace + "/" + name
		}
		switch o.Kind {
		case "ServiceAccount":
			roles[o.Metadata.Namespace+"/"+o.Metadata.Name] = o.Metadata.Annotations["pod-identity.alibabacloud.com/role-name"]
		case "Deployment":
			named[name] = o.Metadata.Namespace + "/" + o.Spec.Template.Spec.ServiceAccountName
			for _, c := range o.Spec.Template.Spec.Containers {
				for _, e := range c.Env {
					if _, role, ok := strings.Cut(e.Value, ":role/"); ok && e.Name == "ALIBABA_CLOUD_ROLE_ARN" {
						got[name] = role
					}
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("roles (-want +got):\n%s\n%s", diff, manifests)
	}
	for name, account := range named {
		if roles[account] != got[name] {
			t.Errorf("%s names %s in the end, whose role is %q, but has %q", name, account, roles[account], got[name])
		}
	}
}
