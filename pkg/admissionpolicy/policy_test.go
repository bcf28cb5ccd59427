package admissionpolicy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func config() rrsa.Config {
	c := rrsa.Default()
	c.AccountID, c.ClusterID, c.Region = "1488999589000000", "cbec9a1f7b433470ebe4c900552000000", "cn-hangzhou"
	return c
}

func policyOf(t *testing.T, s admissionpolicy.Settings) *admissionpolicy.Policy {
	t.Helper()
	p, err := admissionpolicy.Make(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestVersions(t *testing.T) {
	for _, tt := range []struct {
		version  string
		auto     bool
		bindings int
		override bool
		// env are the variables for every ServiceAccount, asked those for one that asks.
		env, asked int
	}{
		{"0.1.0", true, 1, false, 3, 0},
		{"0.1.1", true, 1, false, 3, 0},
		{"0.2.0", true, 2, false, 3, 0},
		{"0.3.1", true, 2, false, 3, 1},
		{"0.4.0", true, 2, false, 6, 0},
		{"0.4.0", false, 2, false, 3, 1},
		{"0.4.2", true, 2, true, 6, 0},
		{"0.4.2", false, 2, true, 3, 1},
		{"0.9.0", true, 2, true, 6, 0},
		{"", true, 2, true, 6, 0},
	} {
		t.Run(tt.version, func(t *testing.T) {
			c := config()
			c.WebhookVersion, c.AutoInjectSTSEnvVars = tt.version, tt.auto
			p := policyOf(t, admissionpolicy.Settings{Config: c})
			variables := map[string]string{}
			for _, v := range p.Mutating.Spec.Variables {
				variables[v.Name] = v.Expression
			}
			if _, ok := variables["override"]; ok != tt.override || strings.Contains(p.Mutating.Spec.Mutations[0].JSONPatch.Expression, "variables.replaced") != tt.override {
				t.Errorf("want override-env read: %v", tt.override)
			}
			plain, asked, _ := strings.Cut(variables["env"], "inject-sts-endpoint")
			got := [3]int{len(p.Bindings), strings.Count(plain, "'name'"), strings.Count(asked, "'name'")}
			if diff := cmp.Diff([3]int{tt.bindings, tt.env, tt.asked}, got); diff != "" {
				t.Errorf("bindings, variables, variables on demand (-want +got):\n%s", diff)
			}
			if n := len(p.Mutating.Spec.Mutations); n != 1 {
				t.Errorf("want one mutation, got %d", n)
			}
			if n := len(p.Mutating.Spec.MatchConditions); n != 1 {
				t.Errorf("want one condition, which is evaluated for each ServiceAccount, got %d", n)
			}
		})
	}
}

// Each variable reads those before it, and each has its rule's section next to it.
func TestReadable(t *testing.T) {
	for _, version := range []string{"0.1.0", "0.3.0", "0.4.2"} {
		c := config()
		c.WebhookVersion = version
		readable(t, version, policyOf(t, admissionpolicy.Settings{Config: c}).Mutating.Spec.Variables, func() (string, error) {
			return policyOf(t, admissionpolicy.Settings{Config: c}).YAML("v1")
		})
	}
}

// readable holds a policy to what a reader may count on, and returns its text.
func readable(t *testing.T, version string, variables []admissionregistrationv1.Variable, make func() (string, error)) string {
	t.Helper()
	var known []string
	for _, v := range variables {
		for _, part := range strings.Split(v.Expression, "variables.")[1:] {
			name := part[:strings.IndexFunc(part+" ", func(r rune) bool { return r < 'a' || r > 'z' })]
			if !slices.Contains(known, name) {
				t.Errorf("%s: %s reads %s, which comes later or not at all", version, v.Name, name)
			}
		}
		known = append(known, v.Name)
	}
	text, err := make()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		named := strings.HasPrefix(line, "  - name: ") || strings.HasPrefix(line, "  - patchType: ")
		if named && !strings.HasPrefix(lines[i-1], "  # §") {
			t.Errorf("%s: no section above %q", version, line)
		}
	}
	if again, err := make(); err != nil || again != text {
		t.Errorf("%s: the text isn't the same twice (%v):\n%s", version, err, cmp.Diff(text, again))
	}
	return text
}

func TestAPIVersion(t *testing.T) {
	p := policyOf(t, admissionpolicy.Settings{Config: config()})
	v1, err := p.YAML("v1")
	if err != nil {
		t.Fatal(err)
	}
	beta, err := p.YAML("v1beta1")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(beta, "admissionregistration.k8s.io/v1beta1\n", "admissionregistration.k8s.io/v1\n"); got != v1 || beta == v1 {
		t.Errorf("want another version and nothing else (-v1 +v1beta1):\n%s", cmp.Diff(v1, beta))
	}
}

func TestSettings(t *testing.T) {
	p := policyOf(t, admissionpolicy.Settings{
		Config: config(), ExcludeNamespaces: []string{"kube-system", "billing", "kube-system"},
		FailurePolicy: admissionregistrationv1.Ignore, Reinvocation: admissionregistrationv1.NeverReinvocationPolicy,
		Selector: "example.com/rrsa=yes",
	})
	spec := p.Mutating.Spec
	if *spec.FailurePolicy != admissionregistrationv1.Ignore || spec.ReinvocationPolicy != admissionregistrationv1.NeverReinvocationPolicy {
		t.Errorf("got %s and %s", *spec.FailurePolicy, spec.ReinvocationPolicy)
	}
	if diff := cmp.Diff([]string{"billing", "kube-system"}, spec.MatchConstraints.NamespaceSelector.MatchExpressions[0].Values); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
	for _, b := range p.Bindings {
		if diff := cmp.Diff(map[string]string{"example.com/rrsa": "yes"}, b.Spec.ParamRef.Selector.MatchLabels); diff != "" {
			t.Errorf("%s (-want +got):\n%s", b.Name, diff)
		}
	}
	other := policyOf(t, admissionpolicy.Settings{Config: config()})
	if p.Mutating.Labels[admissionpolicy.DigestLabel] == other.Mutating.Labels[admissionpolicy.DigestLabel] {
		t.Error("want another digest for other settings")
	}
}

// Without a region a ServiceAccount that asks for the STS endpoint is refused, and so its
// pods are left alone; the others need none.
func TestRegionOnDemand(t *testing.T) {
	for version, asks := range map[string]bool{"0.2.0": false, "0.3.0": true, "0.4.2": true} {
		c := config()
		c.Region, c.WebhookVersion, c.AutoInjectSTSEnvVars = "", version, false
		for _, v := range policyOf(t, admissionpolicy.Settings{Config: c}).Mutating.Spec.Variables {
			if v.Name == "conflict" && strings.HasPrefix(v.Expression, "params.metadata.annotations[?'pod-identity.alibabacloud.com/inject-sts-endpoint']") != asks {
				t.Errorf("%s: want those who ask left alone: %v, got\n%s", version, asks, v.Expression)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	with := func(change func(*admissionpolicy.Settings)) admissionpolicy.Settings {
		s := admissionpolicy.Settings{Config: config()}
		change(&s)
		return s
	}
	for _, tt := range []struct {
		name string
		s    admissionpolicy.Settings
		want []string
	}{
		{"nothing known", admissionpolicy.Settings{Config: rrsa.Default()}, []string{"making the policy: ", "set accountID", "set clusterID or oidcProviderARN", "set region"}},
		{"wrong forms", with(func(s *admissionpolicy.Settings) { s.Config.AccountID, s.Config.Region = "me", "here" }), []string{`checking accountID "me"`, `checking region "here"`}},
		{"version", with(func(s *admissionpolicy.Settings) { s.Config.WebhookVersion = "latest" }), []string{`parsing webhookVersion "latest"`}},
		{"failure policy", with(func(s *admissionpolicy.Settings) { s.FailurePolicy = "fail" }), []string{`checking the failure policy "fail": want Fail or Ignore`}},
		{"reinvocation", with(func(s *admissionpolicy.Settings) { s.Reinvocation = "Always" }), []string{`checking the reinvocation "Always": want IfNeeded or Never`}},
		{"namespaces", with(func(s *admissionpolicy.Settings) { s.ExcludeNamespaces = []string{"kube-*", ""} }), []string{`checking the namespace "kube-*"`, `checking the namespace ""`}},
		{"selector without a value", with(func(s *admissionpolicy.Settings) { s.Selector = "rrsa" }), []string{`checking the selector "rrsa": want a label of ServiceAccounts, as KEY=VALUE`}},
		{"selector of several", with(func(s *admissionpolicy.Settings) { s.Selector = "a=b,c=d" }), []string{`checking the selector "a=b,c=d"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := admissionpolicy.Make(tt.s)
			for _, want := range tt.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("want an error with %q, got %v", want, err)
				}
			}
		})
	}
}
