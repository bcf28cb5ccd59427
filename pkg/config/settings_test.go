package config_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

// TestTable: each row says what a reader of help and reference has to know.
func TestTable(t *testing.T) {
	var names, flags []string
	describe := func(name, usage, doc string) {
		names = append(names, name)
		if usage == "" || strings.HasSuffix(usage, ".") || !strings.HasSuffix(doc, ".") {
			t.Errorf("%s: want a line of usage and a sentence, got %q and %q", name, usage, doc)
		}
	}
	for _, s := range config.Settings() {
		describe(s.Name, s.Usage, s.Doc)
		if s.Flag != "" {
			flags = append(flags, s.Flag)
		}
	}
	for _, l := range config.Lists() {
		describe(l.Name, l.Usage, l.Doc)
	}
	for _, list := range [][]string{names, flags} {
		slices.Sort(list)
		if unique := slices.Compact(slices.Clone(list)); len(unique) < len(list) {
			t.Errorf("a name or flag is there twice: %s", strings.Join(list, ", "))
		}
	}
}

// TestSet: each setting takes its default, and all of its values and no other; what
// is set is read back.
func TestSet(t *testing.T) {
	for _, s := range config.Settings() {
		values := append([]string{s.Default, ""}, s.Values...)
		if s.Truth() {
			values = append(values, "true", "false")
		}
		for _, value := range values {
			var c config.InjectRRSA
			if err := s.Set(&c, value); err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
			if got := s.Value(&c); got != value {
				t.Errorf("%s: want %q, got %q", s.Name, value, got)
			}
		}
		err := s.Set(&config.InjectRRSA{}, "other")
		if closed := s.Truth() || s.Values != nil; closed != (err != nil) {
			t.Errorf("%s: another value: %v", s.Name, err)
		}
	}
}

// TestDefaults: to set the defaults is the same as to set nothing.
func TestDefaults(t *testing.T) {
	var unset, set config.InjectRRSA
	for _, s := range config.Settings() {
		if err := s.Set(&set, s.Default); err != nil {
			t.Error(err)
		}
	}
	want, err := unset.Injector()
	if err != nil {
		t.Fatal(err)
	}
	got, err := set.Injector()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPatterns: what has a pattern is checked, and by the same pattern and length.
func TestPatterns(t *testing.T) {
	values := []string{
		"1", "1488999589000000", "1e15", " 1", "1\n", "cbec9a1f7b433470ebe4c900552000000", "Cbec9a1f7b433470ebe4c900552000000", "c1",
		"cn-hangzhou", "cn-hangzhou-finance", "Hangzhou", "cn", "cn-", "acs:ram::1:oidc-provider/ack-rrsa-c1", "acs:ram::a:oidc-provider/b",
		"acs:ram::1:oidc-provider/a/b", "acs:ram::1:oidc-provider/a-", "acs:ram::1:oidc-provider/_a", "acs:ram::1:oidc-provider/" + strings.Repeat("a", 128),
		"acs:ram::1:oidc-provider/" + strings.Repeat("a", 129), "arn",
		"https://oidc.example.com", "https://oidc.example.com:8443/a", "http://oidc.example.com", "https://oidc.example.com?a", "https://oidc.example.com/a@b",
		"https://a,https://b", "https://a/*", "https://a/" + strings.Repeat("b", 245), "https://a/" + strings.Repeat("b", 246), "0.4.2", "v0.4", "0.4,2", "newest", "0.4.2.1",
	}
	for _, s := range config.Settings() {
		if s.Values != nil || s.Truth() {
			continue
		}
		pattern := regexp.MustCompile(s.Pattern)
		for _, value := range values {
			var c config.InjectRRSA
			if err := s.Set(&c, value); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Injector(); (err == nil) != (pattern.MatchString(value) && (s.Longest == 0 || len(value) <= s.Longest)) {
				t.Errorf("%s: %q: the pattern is %q, and the engine says %v", s.Name, value, s.Pattern, err)
			}
		}
	}
}

func TestHelp(t *testing.T) {
	want := map[string]string{
		"mode":            "what to do with the input: inject, remove or check (default: inject)",
		"clusterID":       "id of the ACK cluster",
		"oidcProviderARN": "ARN of the OIDC identity provider (default: from accountID and clusterID)",
		"oidcIssuer":      "issuer of the cluster's tokens, an https URL (default: from region and clusterID)",
		"initContainers":  "inject init containers too (default: true)",
		"context":         "Namespaces and ServiceAccounts that aren't in the input",
		"podTemplates":    "kinds to inject in addition to the known ones, and kinds that make no pods: {group, kind, path, serviceAccountPath, none}",
	}
	got := map[string]string{}
	keep := func(name, help string) {
		if want[name] != "" {
			got[name] = help
		}
	}
	for _, s := range config.Settings() {
		keep(s.Name, s.Help())
	}
	for _, l := range config.Lists() {
		keep(l.Name, l.Help())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
