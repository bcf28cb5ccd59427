package inject

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// short replaces the injected values, so that a test shows the shape.
var short = strings.NewReplacer(
	"acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000", "P", "acs:ram::1488999589000000:role/role", "R",
	rrsa.TokenFile, "F", rrsa.TokenDir, "D", "ALIBABA_CLOUD_ROLE_ARN", "ROLE", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "PROVIDER", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "FILE",
)

// withoutMarks drops the marks, so that a test shows the rest.
func withoutMarks(s string) string {
	return regexp.MustCompile(` # inject-rrsa(?: was: "(?:[^"\\]|\\.)*")?(\r?\n|$)`).ReplaceAllString(s, "$1")
}

// removed takes out what an earlier run has put in.
func removed(t *testing.T, input string) string {
	t.Helper()
	in := testInjector()
	in.Remove = true
	s, report := planned(t, in, input)
	return written(t, s, report)
}

// overridden injects with webhook 0.4.2's override-env and without the STS
// variables, into a pod that has the volume already. anew says that the text is not
// edited in place, or not where a mark can be.
func overridden(t *testing.T, env string, anew bool) string {
	t.Helper()
	in := testInjector()
	in.Config.AutoInjectSTSEnvVars = false
	in.Lookup = everyone{override: rrsa.True}
	head := podHead + "spec:\n  volumes:\n  - name: rrsa-oidc-token\n    projected: {sources: [{serviceAccountToken: {audience: sts.aliyuncs.com, path: token}}]}\n" +
		"  containers:\n  - name: a\n    volumeMounts: [{name: rrsa-oidc-token, mountPath: " + rrsa.TokenDir + "}]\n"
	s, report := planned(t, in, head+env)
	injected := written(t, s, report)
	// Taking it out again gives the text from before, where the text was edited.
	if out := removed(t, injected); !anew && out != head+env {
		t.Errorf("inject and remove (-before +after):\n%s", cmp.Diff(head+env, out))
	}
	_, out, _ := strings.Cut(withoutMarks(injected), "\n    env:")
	return "    env:" + short.Replace(out)
}

// TestOverride replaces values in every form that a variable can be written in.
func TestOverride(t *testing.T) {
	const others = "    - {name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN, value: P, b: c}\n"
	for _, c := range []struct {
		name, env, want string
		anew            bool
	}{
		{"a value keeps its comment", "    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: old # mine\n    - name: Z\n",
			"    env:\n    - name: ROLE\n      value: R # mine\n    - name: Z\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", false},
		{"valueFrom goes", "    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      valueFrom:\n        secretKeyRef:\n          name: s\n          key: k\n    - name: Z\n",
			"    env:\n    - name: ROLE\n      value: R\n    - name: Z\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", false},
		{"valueFrom before the name", "    env:\n    - valueFrom: {secretKeyRef: {name: s,\n        key: k}}\n      name: ALIBABA_CLOUD_ROLE_ARN\n",
			"    env:\n    - value: R\n      name: ROLE\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", false},
		{"a literal", "    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: |-\n        a\n        b\n    - name: Z\n",
			"    env:\n    - name: ROLE\n      value: R\n    - name: Z\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", false},
		{"an empty value", "    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value:\n    - name: Z\n",
			"    env:\n    - name: ROLE\n      value: R\n    - name: Z\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", false},
		{"no value", "    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n    - name: Z\n",
			"    env:\n    - name: ROLE\n      value: R\n    - name: Z\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", false},
		{"flow style", "    env:\n    - {name: ALIBABA_CLOUD_ROLE_ARN, value: old}\n" + others,
			"    env:\n    - {name: ROLE, value: \"R\"}\n    - {name: PROVIDER, value: \"P\", b: c}\n    - name: FILE\n      value: F\n", true},
		{"JSON", "    env: [{\"name\":\"ALIBABA_CLOUD_ROLE_ARN\",\"valueFrom\":{}}]\n",
			"    env: [{\"name\":\"ROLE\",\"value\":\"R\"},{\"name\":\"PROVIDER\",\"value\":\"P\"},{\"name\":\"FILE\",\"value\":\"F\"}]\n", true},
		{"both of one name", "    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: a\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: b\n",
			"    env:\n    - name: ROLE\n      value: R\n    - name: ROLE\n      value: R\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", false},
		{"no value in flow style", "    env: [{name: ALIBABA_CLOUD_ROLE_ARN}]\n",
			"    env: [{name: ROLE, value: 'R'}, {name: PROVIDER, value: 'P'}, {name: FILE, value: F}]\n", true},
		{"value and valueFrom", "    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: a\n      valueFrom: {}\n",
			"    env:\n    - name: ROLE\n      value: R\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", true},
		{"an anchor that is needed", "    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: &v old\n    - name: Z\n      value: *v\n",
			"    env:\n    - name: ROLE\n      value: R\n    - name: Z\n      value: old\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", true},
		{"a merged entry", "    env:\n    - &e\n      name: ALIBABA_CLOUD_ROLE_ARN\n      value: old\n    - <<: *e\n      name: Z\n",
			"    env:\n    - name: ROLE\n      value: R\n    - name: Z\n      value: old\n    - name: PROVIDER\n      value: P\n    - name: FILE\n      value: F\n", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, overridden(t, c.env, c.anew)); diff != "" {
				t.Errorf("env (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlaces adds a list behind what a container ends with, whatever that is.
func TestPlaces(t *testing.T) {
	for _, c := range []struct{ name, last string }{
		{"a plain word", "image: app:1"},
		{"a plain word and a comment", "image: app:1 # pinned"},
		{"words over several lines", "x: one two\n      three\n\n      four"},
		{"words over several lines and a comment", "x: one\n      two # three"},
		{"double quotes over several lines", "x: \"one\n      # no comment \\\" two\n    three\""},
		{"single quotes over several lines", "x: 'it''s\n\n  # none\n  two'"},
		{"a literal", "x: |\n      one\n      # two"},
		{"a literal with an indicator", "x: |2\n        one\n      two"},
		{"an empty literal", "x: |"},
		{"a folded scalar", "x: >-\n      one\n        two\n\n      three"},
		{"a literal with blank lines that count", "x: |+\n      one\n\n"},
		{"a flow list over several lines", "x: [a,\n  # comment\n  b,\n  ]"},
		{"a flow mapping closed at the margin", "x: {a: b\n}"},
		{"an empty flow list", "x: []"},
		{"nothing", "x:"},
		{"nothing in a list", "x:\n    -"},
		{"null", "x: ~"},
		{"an alias", "y: &y z\n    x: *y"},
		{"an anchored word", "x: &y z"},
		{"a tagged word", "x: !!str 1"},
		{"an anchored list", "x: &y\n    - z"},
		{"a list of lists", "x:\n    - - a\n      - b"},
		{"a comment of the container's own", "image: app:1\n    # more to come"},
		{"a complex key", "? image\n    : app:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			input := podHead + "spec:\n  containers:\n  - name: a\n    " + c.last + "\n"
			out, _, err := inject(input)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(out, input+"    env:\n    - name: ALIBABA_CLOUD_ROLE_ARN # inject-rrsa\n") {
				t.Errorf("want the variables right behind the container:\n%s", out)
			}
			if diff := cmp.Diff(input, removed(t, out)); diff != "" {
				t.Errorf("inject and remove (-before +after):\n%s", diff)
			}
		})
	}
}
