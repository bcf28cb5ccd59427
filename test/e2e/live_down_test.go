package e2e

import (
	"strings"
	"testing"
)

// testDown: pods of an older webhook are stale, and then the webhook goes down. Nobody is
// told to restart what works, until a new pod gets more.
func testDown(t *testing.T, l *live) {
	l.apply(t, "legacy", 0, strings.ReplaceAll(enabled, "NAMESPACE", "legacy"))
	old := componentConfig()
	old.WebhookVersion = "0.3.1"
	l.webhook.configure("legacy", old)
	l.deploy(t, "legacy", "api", 1)
	l.webhook.configure("legacy", componentConfig())
	api := symptom{"", "legacy", "deployment/api", "api", "stale", "WebhookNotReady", "kubectl describe deployment " + webhookApp, "takes-away", false}
	t.Run("down", func(t *testing.T) {
		l.webhook.fail(true)
		l.hold(t, true)
		defer func() { l.webhook.fail(false); l.hold(t, false) }()
		l.asks(t, api)
		for _, args := range []string{"audit -A --fail-on none", "audit -n legacy --fail-on none", "explain deployment/api -n legacy", "explain deployment/late -n causes"} {
			got := l.rrsa(t, "", strings.Fields(args)...)
			if got.code != 0 || strings.Contains("\n"+got.stdout, "\nkubectl") || restart.MatchString(got.stdout) {
				t.Errorf("%s: want no command, got %+v", args, got)
			}
		}
	})
	t.Run("up with the old settings", func(t *testing.T) {
		api := api
		api.state, api.code, api.next, api.outcome = "ok", "", "", ""
		l.asks(t, api, "--webhook-version=0.3.1", "--auto-inject-sts-env-vars=false")
	})
	t.Run("up with the new settings", func(t *testing.T) {
		api := api
		api.code, api.next, api.outcome, api.command = "InjectionStale", "kubectl rollout restart deployment/api -n legacy", "fixes", true
		l.asks(t, api)
		l.must(t, "", "rollout", "restart", "deployment/api", "-n", "legacy")
		l.must(t, "", "rollout", "status", "deployment/api", "-n", "legacy", "--timeout=2m")
		l.settled(t, "legacy", 1)
		api.state, api.code, api.next, api.outcome, api.command = "ok", "", "", "", false
		l.asks(t, api)
	})
}
