package fn_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/fn"
)

// workload is a Deployment as kpt sends it.
const workload = `- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: app
    namespace: prod
    annotations:
      internal.config.kubernetes.io/path: 'app/deployment.yaml'
      internal.config.kubernetes.io/index: '1'
      config.kubernetes.io/path: 'old.yaml'
  spec:
    template:
      spec:
        serviceAccountName: app # from the platform
        containers:
        - name: app
          image: app:1
`

// TestResults pins the results of a run in full, and that nothing of kpt's own
// annotations changes.
func TestResults(t *testing.T) {
	_, out, stderr := run(t, []byte(header+"functionConfig:"+settings+"items:\n"+enabled+workload))
	_, results, _ := strings.Cut(string(out), "\nresults:\n")
	want := `- message: "injected: role app of ServiceAccount prod/app, into app"
  severity: info
  resourceRef:
    apiVersion: apps/v1
    kind: Deployment
    name: app
    namespace: prod
  field:
    path: spec.template
  file:
    path: app/deployment.yaml
    index: 1
  tags:
    reason: Injected
`
	if diff := cmp.Diff(want, results); diff != "" || stderr != "" {
		t.Errorf("results (-want +got):\n%s%s", diff, stderr)
	}
	head := strings.TrimSuffix(workload, "        containers:\n        - name: app\n          image: app:1\n")
	if !strings.Contains(string(out), head) {
		t.Errorf("the metadata changed:\n%s", out)
	}
}

// TestModes injects, checks, and takes out again: the items come back as they
// were.
func TestModes(t *testing.T) {
	list := func(mode, items string) []byte {
		return []byte(header + "functionConfig:" + settings[:len(settings)-1] + "\n    mode: " + mode + "\nitems:" + items + "\n")
	}
	before := "\n" + strings.TrimSuffix(enabled+workload, "\n")
	_, out, _ := run(t, list("inject", before))
	injected := items(t, out)
	if code, out, stderr := run(t, list("check", injected)); code != 0 || items(t, out) != injected {
		t.Errorf("check: exit code %d: %s", code, stderr)
	}
	code, out, stderr := run(t, list("remove", injected))
	if diff := cmp.Diff(before, items(t, out)); diff != "" || code != 0 {
		t.Errorf("remove: exit code %d: %s (-before +after):\n%s", code, stderr, diff)
	}
	if !strings.Contains(string(out), "reason: Removed") {
		t.Errorf("no result tells of it:\n%s", out)
	}
}

// TestFindings looks at what a run says of other things than success.
func TestFindings(t *testing.T) {
	pod := strings.Replace(workload, "        containers:\n", "        volumes:\n        - name: rrsa-oidc-token\n          emptyDir: {}\n        containers:\n", 1)
	withSpec := func(lines string) string { return settings[:len(settings)-1] + "\n    " + lines + "\n" }
	orphan := strings.ReplaceAll(workload, "serviceAccountName: app", "serviceAccountName: other")
	misplaced := strings.Replace(enabled, "    name: prod\n", "    name: prod\n    annotations:\n      pod-identity.alibabacloud.com/injection: \"off\"\n", 1)
	for _, c := range []struct {
		name   string
		config string
		items  string
		code   int
		// results are parts that must be there, in this order.
		results []string
		stderr  string
		// never must not be in the results.
		never string
	}{
		{
			name: "a conflict names the field and the file", config: settings, items: enabled + pod, code: 1,
			results: []string{"severity: error", "kind: Deployment", "path: \"spec.template.spec.volumes[0]\"", "path: app/deployment.yaml", "index: 1", "reason: VolumeConflict"},
			stderr:  "error: app/deployment.yaml, document 2: apps/v1/Deployment/prod/app spec.template.spec.volumes[0]: the pod's own volume",
		},
		{
			name: "what isn't known is a warning", config: settings, items: enabled + orphan, code: 0,
			results: []string{"severity: warning", "kind: Deployment", "path: spec.template\n", "reason: ServiceAccountUnknown"},
		},
		{
			name: "or an error", config: withSpec("unresolved: error"), items: enabled + orphan, code: 1,
			results: []string{"severity: error", "reason: ServiceAccountUnknown"},
			stderr:  `ServiceAccount "prod/other" is not in the input`,
		},
		{
			name: "or nothing", config: withSpec("unresolved: ignore"), items: enabled + orphan, code: 0,
			never: "ServiceAccountUnknown",
		},
		{
			name: "the context fills in", code: 0, items: enabled + orphan,
			config:  withSpec("context:\n    - {apiVersion: v1, kind: ServiceAccount, metadata: {name: other, namespace: prod, annotations: {pod-identity.alibabacloud.com/role-name: o}}}"),
			results: []string{"injected: role o of ServiceAccount prod/other, into app"},
		},
		{
			name: "a provider of another account comes once", config: withSpec("oidcProviderARN: acs:ram::2:oidc-provider/own"), code: 0,
			items:   enabled + workload + strings.Replace(workload, "    name: app\n", "    name: second\n", 1),
			results: []string{"RAM looks for a provider in the role's own account", "severity: warning", "reason: ProviderOfOtherAccount", "name: second"},
			never:   "ProviderOfOtherAccount\n- message: \"the roles",
		},
		{
			name: "a finding about a Namespace comes once", config: settings, code: 0,
			items:   misplaced + orphan + strings.Replace(orphan, "    name: app\n", "    name: second\n", 1),
			results: []string{"kind: Deployment", "kind: Namespace", "reason: KeyMisplaced", "name: second"},
			never:   "KeyMisplaced\n- message: \"pod-identity",
		},
		{
			name: "the assumed namespace is said", config: settings, code: 0,
			items:   enabled + strings.Replace(workload, "    namespace: prod\n", "", 1),
			results: []string{"severity: info", "reason: NamespaceAssumed", "reason: Injected"},
		},
		{
			name: "an unknown kind with containers is reported", config: settings, code: 0,
			items:   enabled + strings.Replace(workload, "apiVersion: apps/v1\n  kind: Deployment", "apiVersion: example.com/v1\n  kind: Machine", 1),
			results: []string{"severity: warning", "kind: Machine", "path: spec.template.spec.containers", "reason: KindNotSupported"},
		},
		{
			name: "an object that can't be read is an error about it", config: settings, code: 1,
			items:   enabled + strings.Replace(workload, "        containers:\n        - name: app\n          image: app:1\n", "        containers: app\n", 1),
			results: []string{"severity: error", "kind: Deployment", "path: spec.template.spec.containers", "reason: ObjectInvalid"},
			stderr:  `want a list, got "app"`,
		},
		{
			name: "check names object and field", config: withSpec("mode: check"), items: enabled + workload, code: 1,
			results: []string{"not as inject-rrsa would make it: add spec.template.spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN], ", "severity: error", "name: app",
				"path: \"spec.template.spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN]\"", "path: app/deployment.yaml", "reason: Differs"},
			stderr: "error: app/deployment.yaml, document 2: apps/v1/Deployment/prod/app spec.template.spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN]: not as inject-rrsa would make it",
		},
		{
			name: "remove needs no settings", code: 0, items: enabled + workload,
			config: "\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: rrsa}\n  data: {mode: remove}\n", never: "severity",
		},
		{
			name: "a misspelt setting", code: 1, items: enabled + workload,
			config:  strings.Replace(settings, "accountID", "accountId", 1),
			results: []string{"severity: error", "kind: InjectRRSA"},
			stderr:  `unknown key "spec.accountId": did you mean "accountID"?`,
		},
		{
			name: "a setting of the wrong form", code: 1, items: enabled + workload,
			config: strings.Replace(settings, "cbec9a1f7b433470ebe4c900552000000", "my-cluster", 1), results: []string{"severity: error"},
			stderr: `checking clusterID "my-cluster": want "c" and 32 hexadecimal digits`,
		},
		{
			name: "another kind of config", code: 1, items: enabled + workload,
			config: "\n  apiVersion: v1\n  kind: Secret\n  metadata: {name: rrsa}\n", results: []string{"severity: error"},
			stderr: `the config is of kind "Secret"`,
		},
		{
			name: "a ConfigMap does as well", code: 0, items: enabled + workload,
			config:  "\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: rrsa}\n  data:\n    accountID: \"1\"\n    clusterID: cbec9a1f7b433470ebe4c900552000000\n    autoInjectSTSEnvVars: \"false\"\n",
			results: []string{"injected: role app"},
		},
		{
			name: "kpt's empty ConfigMap is no config", code: 1, items: enabled + workload,
			config:  "\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: function-input}\n",
			results: []string{"reason: AccountIDUnknown", "reason: ClusterIDUnknown", "reason: RegionUnknown"},
			stderr:  "the Alibaba Cloud account is not known: set accountID",
		},
		{
			name: "a check of unknown pods fails", code: 1, items: workload,
			config: settings[:len(settings)-1] + "\n    mode: check\n", results: []string{"severity: error"}, stderr: "Namespace ",
		},
		{
			name: "a check that is told to warn of unknown pods", code: 0, items: workload,
			config: settings[:len(settings)-1] + "\n    mode: check\n    unresolved: warn\n", results: []string{"severity: warning"},
		},
		{
			name: "nothing is called injected beside an error", code: 1, never: "Injected",
			items:  enabled + workload + strings.Replace(strings.Replace(workload, "serviceAccountName: app", "serviceAccountName: none", 1), "name: app", "name: other", 1),
			config: settings[:len(settings)-1] + "\n    unresolved: error\n", results: []string{"severity: error"}, stderr: "ServiceAccount ",
		},
		{
			name: "the config among the items is no workload", code: 0, config: settings,
			items: enabled + "-" + settings[2:], never: "severity",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			input := header + "functionConfig:" + c.config + "items:\n" + c.items
			code, out, stderr := run(t, []byte(input))
			_, results, _ := strings.Cut(string(out), "\nresults:\n")
			if code != c.code || !strings.Contains(stderr, c.stderr) || (c.stderr == "") != (stderr == "") {
				t.Errorf("want exit code %d and %q on stderr, got %d:\n%s", c.code, c.stderr, code, stderr)
			}
			rest := results
			for _, part := range c.results {
				_, after, ok := strings.Cut(rest, part)
				if !ok {
					t.Fatalf("want %q in this place of the results:\n%s", part, results)
				}
				rest = after
			}
			if c.never != "" && strings.Contains(results, c.never) {
				t.Errorf("want no %q in the results:\n%s", c.never, results)
			}
			if code != 0 {
				if diff := cmp.Diff(items(t, []byte(input)), items(t, out)); diff != "" {
					t.Errorf("items changed after an error (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestBadInput gives the function what is no ResourceList: stdout stays empty.
func TestBadInput(t *testing.T) {
	for _, c := range []struct{ name, input, stderr string }{
		{"nothing", "", "want a ResourceList, got nothing"},
		{"no YAML", "a: [", "parsing stdin: document 1, line 1"},
		{"another kind", "apiVersion: v1\nkind: List\nitems: []\n", `got kind "List"`},
		{"two documents", header + "items: []\n---\n" + header + "items: []\n", "want one document"},
		{"a list", "- a\n", "line 1: want a ResourceList, got a list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, stderr := run(t, []byte(c.input))
			if code != 1 || len(out) > 0 || !strings.HasPrefix(stderr, "error: ") || !strings.Contains(stderr, c.stderr) {
				t.Errorf("want exit code 1, no stdout and %q, got %d, %q and %q", c.stderr, code, out, stderr)
			}
		})
	}
}

// TestWrittenBack: a ResourceList that has a fault comes back as it was, with the
// fault in its results, so that an orchestrator loses nothing.
func TestWrittenBack(t *testing.T) {
	const config = "functionConfig:\n  apiVersion: fn.rrsa.dev/v1alpha1\n  kind: InjectRRSA\n  metadata: {name: rrsa}\n  spec: {x: y}\n"
	const sa = "- apiVersion: v1\n  kind: ServiceAccount\n  metadata: {name: a, annotations: {config.kubernetes.io/path: %s, x: %s}}\n"
	for _, c := range []struct {
		name, input string
		stderr      []string
	}{
		{"an item that is none", "items:\n- 1\n", []string{`line 4: items[0]: want a Kubernetes object, got "1"`}},
		{"null for an item", "items:\n- null\n", []string{`line 4: items[0]: want a Kubernetes object, got "null"`}},
		{"several of them", "items:\n- 1\n- kind: ConfigMap\n- [a]\n", []string{"line 4: items[0]", "line 6: items[2]: want a Kubernetes object, got a list"}},
		{"items that are no list", "items: {a: 1}\n", []string{"items is no list of objects"}},
		{"a key twice", "items:\n- kind: ConfigMap\n  apiVersion: v1\n  kind: Pod\n", []string{`key "kind" stands twice, first in line 4`}},
		{"items twice", "items:\n- kind: ConfigMap\nitems: []\n", []string{`key "items" stands twice, first in line 3`}},
		{"no place for results", "results: &x []\nother: *x\nitems: [1]\n", []string{"an anchor is on the way to results"}},
		{"the end cut off", "other: a # no results:\nitems:\n- kind: ConfigMap\n  data:\n    a: |\n      b", []string{"it may have been cut off"}},
		{"a kind that is none", "items:\n- kind: [a]\n", []string{"the kind is empty, or no text"}},
		{"a bad config", "items: []\n" + config, []string{`unknown key "spec.x"`}},
		{"a config that is none", "items: []\nfunctionConfig: a\n", []string{"want an object"}},
		{"two ServiceAccounts of one name", "items:\n" + fmt.Sprintf(sa, "a.yaml", "a") + fmt.Sprintf(sa, "b.yaml", "b"), []string{"is there already"}},
		{"pods that can't be read", "items:\n" + strings.Repeat("- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec: {containers: 1}\n", 2), []string{"want a list", "want a list"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, stderr := run(t, []byte(header+c.input))
			at := 0
			for _, want := range c.stderr {
				found := strings.Index(stderr[at:], want)
				if found < 0 {
					t.Errorf("want %q in\n%s", want, stderr)
				}
				at += max(found, 0) + 1
			}
			if code != 1 || !strings.HasPrefix(string(out), header+c.input) {
				t.Errorf("want exit code 1 and the list, got %d and\n%s", code, out)
			}
			if rest := string(out[min(len(header+c.input), len(out)):]); !strings.Contains(c.input, "results:") && !strings.HasPrefix(rest, "results:\n- message: ") {
				t.Errorf("want results behind the list, got %q", rest)
			}
		})
	}
}

// TestKindless: what has no kind, such as a kustomization, passes untouched.
func TestKindless(t *testing.T) {
	const input = header + "items:\n- resources:\n  - deploy.yaml # a\n  metadata:\n    annotations: {internal.config.kubernetes.io/path: kustomization.yaml}\n- apiVersion: v1\n  kind: ConfigMap\n"
	code, out, stderr := run(t, []byte(input))
	if diff := cmp.Diff(input, string(out)); code != 0 || diff != "" {
		t.Errorf("exit code %d, stdout (-want +got):\n%s%s", code, diff, stderr)
	}
}

func TestArguments(t *testing.T) {
	if code, out, _ := run(t, nil, "--help"); code != 0 || !strings.Contains(string(out), "kind: InjectRRSA") {
		t.Errorf("--help: exit code %d\n%s", code, out)
	}
	if code, out, stderr := run(t, nil, "app.yaml"); code != 1 || len(out) > 0 || !strings.Contains(stderr, `unknown argument "app.yaml"`) {
		t.Errorf("an argument: exit code %d, %q, %q", code, out, stderr)
	}
}

// broken fails to read or write.
type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Read([]byte) (int, error)  { return 0, errBroken }
func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestBrokenPipes(t *testing.T) {
	var log bytes.Buffer
	if err := fn.Run(broken{}, &log, &log); !errors.Is(err, errBroken) {
		t.Errorf("reading: %v", err)
	}
	if err := fn.Run(strings.NewReader(header+"items: []\n"), broken{}, &log); !errors.Is(err, errBroken) {
		t.Errorf("writing: %v", err)
	}
}
