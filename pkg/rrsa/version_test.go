package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// release is a Release as a test can write it.
type release struct {
	Version string
	Adds    []rrsa.Rule
}

func plain(releases []rrsa.Release) []release {
	var out []release
	for _, r := range releases {
		out = append(out, release{r.Version, r.Adds})
	}
	return out
}

func TestReleases(t *testing.T) {
	want := []release{
		{"0.1.0", []rrsa.Rule{rrsa.RuleBase}},
		{"0.1.1", nil},
		{"0.2.0", []rrsa.Rule{rrsa.RulePodLabel}},
		{"0.2.1", nil},
		{"0.3.0", []rrsa.Rule{rrsa.RuleSTSEndpoint}},
		{"0.3.1", nil},
		{"0.4.0", []rrsa.Rule{rrsa.RuleSTSEnvVars}},
		{"0.4.2", []rrsa.Rule{rrsa.RuleOverrideEnv}},
	}
	if diff := cmp.Diff(want, plain(rrsa.Releases())); diff != "" {
		t.Errorf("§4: releases (-want +got):\n%s", diff)
	}
	changed := rrsa.Releases()
	changed[0].Version, changed[0].Adds[0] = "changed", "changed"
	if diff := cmp.Diff(want, plain(rrsa.Releases())); diff != "" {
		t.Errorf("a caller changed the list of others (-want +got):\n%s", diff)
	}
	if latest := want[len(want)-1].Version; latest != rrsa.LatestVersion {
		t.Errorf("§4: want LatestVersion %s, got %s", latest, rrsa.LatestVersion)
	}
	for _, r := range rrsa.Releases() {
		if r.Date == "" {
			t.Errorf("§4: %s has no date", r.Version)
		}
	}
}

// A rule that a release adds is told to people.
func TestRuleText(t *testing.T) {
	seen := map[string]rrsa.Rule{}
	for _, r := range rrsa.Releases() {
		for _, added := range r.Adds {
			text := added.Text()
			if text == "" || seen[text] != "" {
				t.Errorf("§4: want a text of its own for %s, got %q", added, text)
			}
			seen[text] = added
		}
	}
	for _, unknown := range []rrsa.Rule{"", "none"} {
		if got := unknown.Text(); got != "" {
			t.Errorf("§4: %q is no rule, and has the text %q", unknown, got)
		}
	}
}

func TestChanges(t *testing.T) {
	pod := release{"0.2.0", []rrsa.Rule{rrsa.RulePodLabel}}
	endpoint := release{"0.3.0", []rrsa.Rule{rrsa.RuleSTSEndpoint}}
	vars := release{"0.4.0", []rrsa.Rule{rrsa.RuleSTSEnvVars}}
	override := release{"0.4.2", []rrsa.Rule{rrsa.RuleOverrideEnv}}
	for _, tt := range []struct {
		name, from, to string
		want           []release
	}{
		{"§4: from the first to the last", "0.1.0", "0.4.2", []release{pod, endpoint, vars, override}},
		{"§4: the start is left out, the end is in", "0.2.0", "0.3.0", []release{endpoint}},
		{"§4: the same version", "0.3.0", "0.3.0", nil},
		{"§4: a rebuild changes nothing", "0.3.0", "0.3.1", nil},
		{"§4: a downgrade takes away what the upgrade adds", "0.4.2", "0.2.0", []release{endpoint, vars, override}},
		{"§4: an unlisted version has the rules of the one before", "0.4.0", "0.4.1", nil},
		{"§4: and lacks those of the one after", "0.4.1", "0.4.2", []release{override}},
		{"§4: a newer one has the newest rules", "0.4.2", "1.0.0", nil},
		{"§4: an empty version is the latest", "0.4.0", "", []release{override}},
		{"§4: a v is no matter", "v0.1.1", "v0.2.0", []release{pod}},
		{"§4: two numbers are enough", "0.3", "0.4", []release{vars}},
		{"§4: numbers, not text, are compared", "0.4.10", "0.4.2", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := rrsa.Changes(tt.from, tt.to)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, plain(got)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChangesInvalid(t *testing.T) {
	for _, tt := range []struct{ name, version, want string }{
		{"§4: not a version", "newest", `parsing webhookVersion "newest": want a version such as "0.4.2"`},
		{"§4: one number", "4", `parsing webhookVersion "4": want a version such as "0.4.2"`},
		{"§4: a number that is too long", "0.99999999999999999999", `parsing webhookVersion "0.99999999999999999999": want a version such as "0.4.2"`},
		{"§4: before the first release", "0.0.9", `checking webhookVersion "0.0.9": the first release is 0.1.0`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, from := rrsa.Changes(tt.version, "0.4.2")
			_, to := rrsa.Changes("0.4.2", tt.version)
			for _, err := range []error{from, to} {
				if err == nil {
					t.Fatal("want an error")
				}
				if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// One pod that uses every rule, as each version injects it.
func TestPlanByVersion(t *testing.T) {
	base := []string{rrsa.EnvOIDCProviderARN, rrsa.EnvOIDCTokenFile}
	with := func(more ...string) []string { return append(append([]string(nil), base...), more...) }
	all := with(rrsa.EnvSTSEndpoint, rrsa.EnvSTSRegion, rrsa.EnvVPCEndpointEnabled)
	uses := []edit{
		podLabel(rrsa.InjectionKey, "on"), saNote(rrsa.InjectSTSEndpointKey, "on"), podNote(rrsa.OverrideEnvKey, "true"),
		env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"}),
	}
	for _, tt := range []struct {
		name, version string
		added         []string
		overridden    []string
		byPodLabel    rrsa.Verdict
	}{
		{"§4: 0.1.0", "0.1.0", base, nil, rrsa.NotInjected},
		{"§4: 0.1.1", "0.1.1", base, nil, rrsa.NotInjected},
		{"§4: 0.2.0", "0.2.0", base, nil, rrsa.Injected},
		{"§4: 0.2.1", "0.2.1", base, nil, rrsa.Injected},
		{"§4: 0.3.0", "0.3.0", with(rrsa.EnvSTSEndpoint), nil, rrsa.Injected},
		{"§4: 0.3.1", "0.3.1", with(rrsa.EnvSTSEndpoint), nil, rrsa.Injected},
		{"§4: 0.4.0", "0.4.0", all, nil, rrsa.Injected},
		{"§4: 0.4.1, which is not listed", "0.4.1", all, nil, rrsa.Injected},
		{"§4: 0.4.2", "0.4.2", all, []string{rrsa.EnvRoleARN}, rrsa.Injected},
		{"§4: 0.4.2 is the default", "", all, []string{rrsa.EnvRoleARN}, rrsa.Injected},
		{"§4: a newer one", "0.5.0", all, []string{rrsa.EnvRoleARN}, rrsa.Injected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edits := append([]edit{webhook(tt.version)}, uses...)
			got := plan(edits...).Mutation.Containers[0]
			if diff := cmp.Diff(tt.added, names(got.Env)); diff != "" {
				t.Errorf("added (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.overridden, names(got.Override)); diff != "" {
				t.Errorf("overridden (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.byPodLabel, plan(append(edits, nsNoLabel)...).Verdict); diff != "" {
				t.Errorf("verdict by the pod label alone (-want +got):\n%s", diff)
			}
		})
	}
}

// §5: what a version ignores names the version that would not.
func TestNewerWebhookNeeded(t *testing.T) {
	for _, tt := range []struct {
		name, version string
		edit          edit
		want          string
	}{
		{"§4: the pod label", "0.1.0", podLabel(rrsa.InjectionKey, "on"), "the injection label of a pod needs webhook 0.2.0 or newer; 0.1.0 ignores it"},
		{"§4: inject-sts-endpoint", "0.2.1", saNote(rrsa.InjectSTSEndpointKey, "on"), "inject-sts-endpoint needs webhook 0.3.0 or newer; 0.2.1 ignores it"},
		{"§4: override-env on the pod", "0.4.0", podNote(rrsa.OverrideEnvKey, "true"), "override-env needs webhook 0.4.2 or newer; 0.4.0 ignores it"},
		{"§4: override-env on the namespace", "v0.4.1", nsLabel(rrsa.OverrideEnvKey, "true"), "override-env needs webhook 0.4.2 or newer; v0.4.1 ignores it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := reason(t, plan(webhook(tt.version), tt.edit), rrsa.CodeNewerWebhookNeeded).Message
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}
