package inject

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// render injects into a text.
func render(t *testing.T, text string) string {
	t.Helper()
	s, err := manifest.Parse("input.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	report, err := testInjector().Plan(s.Items())
	if err != nil {
		t.Fatal(err)
	}
	return written(t, s, report)
}

func podWith(spec string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n" + spec
}

const (
	sharedEnv = "  containers:\n  - name: one\n    env: &env # the variables\n    # how much\n    - name: LOG\n\n      value: json # all\n" +
		"  - name: two\n    env:  *env # the same\n    image: two:1\n"
	skipTwo = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  annotations:\n    pod-identity.alibabacloud.com/skip-containers: two\nspec:\n"
)

// TestRoundTrip: what is injected is taken out again, and the text is what it was.
func TestRoundTrip(t *testing.T) {
	for name, c := range map[string]struct {
		in string
		// has is what the injected text still holds.
		has []string
		// unmarked says that nothing of it can be marked.
		unmarked bool
	}{
		"the end in a kept literal":  {in: podWith("  containers:\n  - name: one\n    args:\n    - |2+ # script\n        echo"), has: []string{"- |2+ # script\n"}},
		"the end in a folded scalar": {in: podWith("  containers:\n  - name: one\n    command: [sh]\n    workingDir: >\n      /data"), has: []string{"workingDir: >\n"}},
		"the end in a stripped one":  {in: podWith("  containers:\n  - name: one\n    args:\n    - |-\n      echo"), has: []string{"- |-\n"}},
		"the end in a literal, CRLF": {in: strings.ReplaceAll(podWith("  containers:\n  - name: one\n    args:\n    - |\n      echo"), "\n", "\r\n"), has: []string{"- |\r\n"}},
		"flow style over several lines": {
			in:       podWith("  containers: [{\n    name: one,\n    image: a, # the image\n  }, {name: two, env: [{name: A, value: b},]}]\n"),
			unmarked: true,
		},
		"an empty list in JSON": {in: "{\n  \"apiVersion\": \"v1\", \"kind\": \"Pod\",\n  \"spec\": {\n    \"volumes\": [],\n    \"containers\": [\n      {\"name\": \"one\", \"env\": [], \"image\": \"a\"}\n    ]\n  }\n}\n", unmarked: true},
		"a mount in flow style": {in: podWith("  containers:\n  - name: one\n    volumeMounts: [{name: data, mountPath: /data}]\n"), unmarked: true},
		"volumes in flow style": {in: podWith("  containers:\n  - name: one\n  volumes: [{name: data, emptyDir: {}}]\n"), unmarked: true},
		"variables in flow style, one its own": {
			in:       podWith("  containers:\n  - name: one\n    env: [{name: ALIBABA_CLOUD_STS_REGION, value: cn-beijing}]\n    volumeMounts:\n    - name: data\n      mountPath: /data\n"),
			unmarked: true,
		},
		"mounts in flow style, its own role": {
			in:       podWith("  containers:\n  - name: one\n    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: mine\n    volumeMounts: [{name: data, mountPath: /data}]\n"),
			unmarked: true,
		},
		"init containers in flow": {in: podWith("  initContainers: [{name: init}]\n  containers:\n  - name: one\n"), unmarked: true},
	} {
		t.Run(name, func(t *testing.T) {
			injected := render(t, c.in)
			for _, text := range c.has {
				if !strings.Contains(injected, text) {
					t.Errorf("want %q in\n%s", text, injected)
				}
			}
			if again := render(t, injected); again != injected {
				t.Errorf("a second run changes (-first +second):\n%s", cmp.Diff(injected, again))
			}
			if c.unmarked == (string(takeOut(t, []byte(injected), false)) == c.in) {
				t.Errorf("all is marked: %v\n%s", !c.unmarked, injected)
			}
			if diff := cmp.Diff(c.in, string(takeOut(t, []byte(injected), true))); diff != "" {
				t.Errorf("inject and remove (-input +removed):\n%s", diff)
			}
		})
	}
}

// TestAnchorElsewhere: an alias at a place that isn't looked at keeps its meaning,
// for which the object is encoded anew.
func TestAnchorElsewhere(t *testing.T) {
	out := render(t, podWith("  containers:\n  - name: one\n    env: &env\n    - name: LOG\n      value: json\n    x-copy: *env\n"))
	if want := "    x-copy:\n    - name: LOG\n      value: json\n    volumeMounts:\n"; !strings.Contains(out, want) {
		t.Errorf("want %q in\n%s", want, out)
	}
	if again := render(t, out); again != out {
		t.Errorf("a second run changes (-first +second):\n%s", cmp.Diff(out, again))
	}
}

// TestRewritten: an object that shares what changes is written anew, which the report
// says. It means what it meant, settles in one run, and means it again once the
// injection is taken out.
func TestRewritten(t *testing.T) {
	for name, c := range map[string]struct{ in, back string }{
		"a list and its alias": {podWith(sharedEnv), podWith("  containers:\n  - name: one\n    env: # the variables\n    # how much\n    - name: LOG\n" +
			"      value: json # all\n  - name: two\n    env:\n    # the same\n    - name: LOG\n      value: json # all\n    image: two:1\n")},
		"an alias of a skipped container": {
			skipTwo + "  containers:\n    - name: one\n      env: &env\n          -   name: LOG\n              value: |2\n                  a\n                b\n    - name: two\n      env: *env\n",
			skipTwo + "  containers:\n  - name: one\n    env:\n    - name: LOG\n      value: |2\n          a\n        b\n  - name: two\n    env:\n    - name: LOG\n      value: |2\n          a\n        b\n",
		},
		"an anchored container": {podWith("  containers:\n  - &one\n    name: one\n"), podWith("  containers:\n  - name: one\n")},
		"a merged container": {
			podWith("  containers:\n  - &one\n    name: one\n    image: app:1\n  - <<: *one\n    name: two\n"),
			podWith("  containers:\n  - name: one\n    image: app:1\n  - name: two\n    image: app:1\n"),
		},
		"mounts by an alias": {
			podWith("  containers:\n  - name: one\n    volumeMounts: &m\n    - name: data\n      mountPath: /data\n  - name: two\n    volumeMounts: *m\n"),
			podWith("  containers:\n  - name: one\n    volumeMounts:\n    - name: data\n      mountPath: /data\n  - name: two\n    volumeMounts:\n    - name: data\n      mountPath: /data\n"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			injected, report, err := inject(c.in)
			if err != nil {
				t.Fatal(err)
			}
			reasons := report.Templates[0].Decision.Reasons
			if last := reasons[len(reasons)-1]; last.Code != CodeRewritten || !strings.Contains(last.Message, " is on the way to spec.containers[") {
				t.Errorf("the last reason is %+v", last)
			}
			if again := render(t, injected); again != injected {
				t.Errorf("a second run changes (-first +second):\n%s", cmp.Diff(injected, again))
			}
			if back := string(takeOut(t, []byte(injected), false)); !meansTheSame(t, back, c.back) {
				t.Errorf("inject and remove (-want +got):\n%s", cmp.Diff(c.back, back))
			}
		})
	}
}

// meansTheSame compares what two texts mean.
func meansTheSame(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := yaml.Unmarshal([]byte(a), &x); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(b), &y); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

// TestEditedSince: what a person has added since the injection stays when the rest
// goes.
func TestEditedSince(t *testing.T) {
	injected := render(t, podWith("  containers:\n  - name: one\n    args:\n    - |\n      echo"))
	edited := strings.Replace(injected, "    env:\n", "    - more\n    env:\n    # mine\n    - name: MORE\n      value: x\n", 1)
	want := podWith("  containers:\n  - name: one\n    args:\n    - |\n      echo\n    - more\n    env:\n    # mine\n    - name: MORE\n      value: x")
	if diff := cmp.Diff(want, string(takeOut(t, []byte(edited), false))); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
}

// TestUnmarkedStays: an injection without marks that a person has changed in any
// way is a person's, all of it.
func TestUnmarkedStays(t *testing.T) {
	injected := strings.ReplaceAll(render(t, podWith("  containers:\n  - name: one\n    env:\n    - name: LOG\n      value: json\n  - name: two\n  volumes:\n  - name: data\n    emptyDir: {}\n")), " "+Mark, "")
	if strings.Contains(string(takeOut(t, []byte(injected), true)), "ALIBABA") || string(takeOut(t, []byte(injected), false)) != injected {
		t.Fatalf("without marks it is taken out if that is asked for:\n%s", injected)
	}
	variable := "    - name: ALIBABA_CLOUD_STS_REGION\n      value: cn-hangzhou\n"
	for name, edit := range map[string][2]string{
		"another role":                {"role/role", "role/other"},
		"a role that can't be":        {"acs:ram::1488999589000000:role/role", "role"},
		"another region":              {"value: cn-hangzhou\n", "value: cn-beijing\n"},
		"a variable less":             {variable, ""},
		"a variable among ours":       {variable, "    - name: MORE\n      value: x\n" + variable},
		"a variable twice":            {variable, variable + variable},
		"a variable by reference":     {"value: cn-hangzhou\n", "valueFrom: {fieldRef: {fieldPath: metadata.name}}\n"},
		"a comment":                   {"value: cn-hangzhou\n", "value: cn-hangzhou # ours\n"},
		"a mount that can be written": {"readOnly: true", "readOnly: false"},
		"a mount elsewhere":           {"mountPath: /var", "mountPath: /run"},
		"a mount's own field":         {"      readOnly: true\n", "      readOnly: true\n      mountPropagation: None\n"},
		"another audience":            {"audience: sts.aliyuncs.com", "audience: sts"},
		"another mode":                {"defaultMode: 420", "defaultMode: 256"},
		"a token for too long":        {"expirationSeconds: 3600", "expirationSeconds: 86400"},
		"another source":              {"      - serviceAccountToken:\n", "      - configMap: {name: ca}\n      - serviceAccountToken:\n"},
		"an anchor":                   {"serviceAccountToken:\n", "serviceAccountToken: &t\n"},
		"one container marked":        {"name: ALIBABA_CLOUD_ROLE_ARN\n", "name: ALIBABA_CLOUD_ROLE_ARN " + Mark + "\n"},
	} {
		edited := strings.Replace(injected, edit[0], edit[1], 1)
		if edited == injected {
			t.Fatalf("%s: the edit changes nothing", name)
		}
		want := edited
		if strings.Contains(edited, Mark) {
			want = string(takeOut(t, []byte(edited), false))
		}
		if diff := cmp.Diff(want, string(takeOut(t, []byte(edited), true))); diff != "" {
			t.Errorf("%s: something is taken out (-input +output):\n%s", name, diff)
		}
	}
}
