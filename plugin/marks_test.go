package plugin

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMarks edits what an earlier rendering has put in, as people do, and renders
// again.
func TestMarks(t *testing.T) {
	closed := func(s *state) { s.nsLabel = "" }
	for _, c := range []struct {
		name string
		edit func(string) string
		then func(*state)
		// has and hasNot are what the output must hold or not.
		has, hasNot []string
		report      string
	}{
		{
			name: "an entry without its mark is a person's", then: closed,
			edit: func(s string) string {
				return strings.Replace(s, "OIDC_TOKEN_FILE # inject-rrsa", "OIDC_TOKEN_FILE", 1)
			},
			has:    []string{"    - name: ALIBABA_CLOUD_OIDC_TOKEN_FILE\n"},
			hasNot: []string{"ROLE_ARN", "rrsa-oidc-token"},
		},
		{
			name: "a person's own variable beside ours wins and is reported",
			edit: func(s string) string {
				return strings.Replace(s, "    - name: LOG", "    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: mine\n    - name: LOG", 1)
			},
			has:    []string{"    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: mine\n"},
			hasNot: []string{"LOG # verbose in staging\n      value: info\n    - name: ALIBABA_CLOUD_ROLE_ARN"},
			report: `EnvKept: container "app" sets ALIBABA_CLOUD_ROLE_ARN itself`,
		},
		{
			name: "a comment amid what is ours stays when it goes", then: closed,
			edit: func(s string) string {
				return strings.Replace(s, "  - name: rrsa-oidc-token # inject-rrsa\n", "  # who put this here?\n  - name: rrsa-oidc-token # inject-rrsa\n", 1)
			},
			has: []string{"  # who put this here?\n"}, hasNot: []string{"rrsa-oidc-token"},
		},
		{
			name: "what was taken out by hand comes back",
			edit: func(s string) string {
				before, _, _ := strings.Cut(s, "  - name: rrsa-oidc-token # inject-rrsa\n    projected:")
				return before + "# end\n"
			},
			has: []string{"  - name: rrsa-oidc-token # inject-rrsa\n    projected:\n"},
		},
		{
			name: "a value of ours that was changed is put right",
			edit: func(s string) string { return strings.ReplaceAll(s, "role/app-oss", "role/hacked") },
			has:  []string{"role/app-oss"}, hasNot: []string{"hacked"},
		},
		{
			name: "the mark in a person's own text is no mark", then: closed,
			edit: func(s string) string {
				return strings.Replace(s, "      value: info\n", "      value: info # inject-rrsa\n    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: |\n        x # inject-rrsa\n", 1)
			},
			has: []string{"value: info # inject-rrsa\n", "        x # inject-rrsa\n"}, hasNot: []string{"rrsa-oidc-token"},
		},
		{
			name: "keys in another order keep their mark", then: closed,
			edit: func(s string) string {
				return strings.ReplaceAll(s, "    - name: ALIBABA_CLOUD_OIDC_TOKEN_FILE # inject-rrsa\n      value: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token\n",
					"    - value: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token\n      name: ALIBABA_CLOUD_OIDC_TOKEN_FILE # inject-rrsa\n")
			},
			hasNot: []string{"ALIBABA_CLOUD"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start()
			first, _ := s.render(t, s.manifest())
			changed := c.edit(first)
			if changed == first {
				t.Fatal("the edit changes nothing")
			}
			to := start()
			if c.then != nil {
				c.then(&to)
				changed = strings.Replace(changed, "    pod-identity.alibabacloud.com/injection: \"on\"\n", "", 1)
			}
			out, report := to.render(t, changed)
			for _, text := range c.has {
				if !strings.Contains(out, text) {
					t.Errorf("want %q in\n%s", text, out)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(out, text) {
					t.Errorf("want no %q in\n%s", text, out)
				}
			}
			if !strings.Contains(report, c.report) {
				t.Errorf("want %q in the report:\n%s", c.report, report)
			}
			if again, _ := to.render(t, out); again != out {
				t.Errorf("another render changes (-want +got):\n%s", cmp.Diff(out, again))
			}
		})
	}
}

// TestVolumeStays keeps a volume that a mount in flow style needs: without it the
// API server would reject the pod.
func TestVolumeStays(t *testing.T) {
	s := start()
	s.appEnv = "    volumeMounts: [{name: cache, mountPath: /cache}]\n"
	first, _ := s.render(t, s.manifest())
	closed := s
	closed.nsLabel = ""
	out, report := closed.render(t, edit(t, first, s.manifest(), closed.manifest()))
	if strings.Count(out, "rrsa-oidc-token") != 2 {
		t.Errorf("want the volume and its mount:\n%s", out)
	}
	if !strings.Contains(report, "warning: VolumeStays:") {
		t.Errorf("no warning:\n%s", report)
	}
	if again, _ := closed.render(t, out); again != out {
		t.Errorf("another render changes (-want +got):\n%s", cmp.Diff(out, again))
	}
}

// TestFlowStyleIsReported pins what becomes of entries that can't carry a mark:
// they count as a person's, and a setting that they don't follow is a warning.
func TestFlowStyleIsReported(t *testing.T) {
	s := start()
	s.appEnv = "    env: [{name: LOG, value: info}]\n"
	first, _ := s.render(t, s.manifest())
	renamed := strings.Replace(first, "role-name: \"app-oss\"", "role-name: \"renamed\"", 1)
	out, report := s.render(t, renamed)
	if !strings.Contains(out, `{name: ALIBABA_CLOUD_ROLE_ARN, value: "acs:ram::1488999589000000:role/app-oss"}`) {
		t.Errorf("the list in flow style changed:\n%s", out)
	}
	if !strings.Contains(report, `EnvKept: container "app" sets ALIBABA_CLOUD_ROLE_ARN itself`) {
		t.Errorf("no warning:\n%s", report)
	}
}
