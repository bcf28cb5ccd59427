package e2e

import (
	"strings"
	"testing"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// The policies of the traps, each with its settings. The first is as it comes.
const (
	warnLatest   = admissionpolicy.WarningsName
	warnOldest   = "warn-oldest"
	warnEndpoint = "warn-endpoint"
	warnSelected = "warn-selected"
)

func warningSettings() map[string]admissionpolicy.Settings {
	config := rrsa.Default()
	oldest, endpoint := config, config
	oldest.WebhookVersion = "0.1.0"
	endpoint.WebhookVersion = "0.3.0"
	return map[string]admissionpolicy.Settings{
		warnLatest:   {Config: config},
		warnOldest:   {Config: oldest},
		warnEndpoint: {Config: endpoint},
		warnSelected: {Config: config, Selector: "team/rrsa=yes"},
	}
}

// TestWarnings has kubectl create an object for each trap and compares all that it prints on
// stderr. Each object is accepted.
func TestWarnings(t *testing.T) {
	c := ownControlPlane(t)
	w := newWarner(t, c)
	for name, settings := range warningSettings() {
		if err := w.put(t, name, settings); err != nil {
			t.Fatal(err)
		}
		w.namespace(t, name, name+"-off", map[string]string{})
		w.namespace(t, name, name+"-on", map[string]string{rrsa.InjectionKey: rrsa.On})
		w.namespace(t, name, name+"-override", map[string]string{rrsa.OverrideEnvKey: rrsa.True})
	}
	tables := map[string][]trap{"account": accountTraps, "label": labelTraps, "key": keyTraps, "value": valueTraps, "pod": podTraps}
	for group, traps := range tables {
		for _, trap := range traps {
			t.Run(group+"/"+trap.name, func(t *testing.T) {
				t.Parallel()
				trap.run(t, c)
			})
		}
	}
}

// trap is an object, and what kubectl says of it.
type trap struct {
	name string
	// policy is warnLatest if it is empty, and in the end of its namespace's name.
	policy, in string
	// manifest has KEY for the prefix of all keys, and POLICY for the policy's name.
	manifest string
	want     []string
}

func (tr trap) run(t *testing.T, c *cluster) {
	t.Helper()
	policy, in := tr.policy, tr.in
	if policy == "" {
		policy = warnLatest
	}
	if in == "" {
		in = "off"
	}
	fill := strings.NewReplacer("KEY/", rrsa.KeyPrefix, "POLICY", policy).Replace
	var want []string
	for _, warning := range tr.want {
		want = append(want, fill(warning))
	}
	got := c.kubectlWith(t, fill(tr.manifest), "create", "--dry-run=server", "-n", policy+"-"+in, "-f", "-")
	if line := warningLine(policy, want...); got.code != 0 || got.stderr != line {
		t.Errorf("want\n%s\ngot\n%s(exit code %d)", line, got.stderr, got.code)
	}
}

// accountTraps are ServiceAccounts.
var accountTraps = []trap{
	{name: "good", manifest: trapAccount(`KEY/role-name: shop-reader`)},
	{name: "expiration", manifest: trapAccount(`KEY/role-name: shop-reader, KEY/service-account-token-expiration: "+0600"`)},
	{name: "ARN", manifest: trapAccount(`KEY/role-name: "acs:ram::1488999589000000:role/shop-reader"`), want: []string{
		`RoleNameInvalid: ServiceAccount "warn-rrsa-off/cart" names the RAM role "acs:ram::1488999589000000:role/shop-reader", which is not a valid role name (write the role's name alone, not its ARN: "shop-reader")`,
	}},
	{name: "ARN of no role", manifest: trapAccount(`KEY/role-name: "acs:ram::1488999589000000:role/a/b"`), want: []string{
		`RoleNameInvalid: ServiceAccount "warn-rrsa-off/cart" names the RAM role "acs:ram::1488999589000000:role/a/b", which is not a valid role name (a RAM role's name has 1 to 64 ASCII letters, digits, dots and hyphens)`,
	}},
	{name: "white space", manifest: trapAccount(`KEY/role-name: "shop-reader\n"`), want: []string{
		`RoleNameInvalid: ServiceAccount "warn-rrsa-off/cart" names the RAM role "shop-reader\n", which is not a valid role name (remove the white space around the name: "shop-reader")`,
	}},
	{name: "characters", manifest: trapAccount(`KEY/role-name: "购\e物\u2028\u202e'_\\"`), want: []string{
		`RoleNameInvalid: ServiceAccount "warn-rrsa-off/cart" names the RAM role "购?物??'_\\", which is not a valid role name (a RAM role's name has 1 to 64 ASCII letters, digits, dots and hyphens)`,
	}},
	{name: "empty", manifest: trapAccount(`KEY/role-name: ""`), want: []string{
		`RoleNameMissing: the annotation KEY/role-name of ServiceAccount "warn-rrsa-off/cart" is empty (annotate it with the role's name in its manifest, or run: kubectl annotate serviceaccount cart KEY/role-name=ROLE_NAME -n warn-rrsa-off --overwrite)`,
	}},
	{name: "generated name", manifest: "{apiVersion: v1, kind: ServiceAccount, metadata: {generateName: x, annotations: {KEY/service-account-token-expiration: 1h}}}", want: []string{
		`ExpirationInvalid: the token expiration "1h" is not a whole number of seconds; 3600 is used (write the seconds as digits, 600 to 43200: "1h" is "3600")`,
	}},
	{name: "endpoint with auto", manifest: trapAccount(`KEY/inject-sts-endpoint: "yes"`)},
	{name: "endpoint before", policy: warnOldest, manifest: trapAccount(`KEY/inject-sts-endpoint: "yes"`)},
	{name: "endpoint", policy: warnEndpoint, manifest: trapAccount(`KEY/inject-sts-endpoint: "yes"`), want: []string{
		`STSEndpointIgnored: inject-sts-endpoint is "yes"; only "on" counts, so the STS endpoint is not injected (write "on", or remove it)`,
	}},
	{name: "endpoint off", policy: warnEndpoint, manifest: trapAccount(`KEY/inject-sts-endpoint: "off"`)},
	{name: "not selected", policy: warnSelected, manifest: trapAccount(`KEY/role-name: shop-reader`), want: []string{
		`ServiceAccount "warn-selected-off/cart" names a RAM role and lacks the label team/rrsa=yes, so its pods are not injected (add the label)`,
	}},
	{name: "selected", policy: warnSelected, manifest: "{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, labels: {team/rrsa: \"yes\"}, annotations: {KEY/role-name: shop-reader}}}"},
	{name: "without a role", policy: warnSelected, manifest: trapAccount(`other: shop-reader`)},
	{name: "several", manifest: trapAccount(`KEY/role-name: shop_reader, KEY/skip-containers: sidecar, KEY/service-account-token-expiration: "60"`), want: []string{
		`KeyMisplaced: KEY/skip-containers does nothing as an annotation of the ServiceAccount (make it an annotation of the pod)`,
		`RoleNameInvalid: ServiceAccount "warn-rrsa-off/cart" names the RAM role "shop_reader", which is not a valid role name (a RAM role's name has 1 to 64 ASCII letters, digits, dots and hyphens)`,
		`ExpirationOutOfRange: the token expiration 60 is outside 600 to 43200 seconds; 3600 is used (write 600 to 43200; a value out of range is not moved to the nearest bound)`,
	}},
}

// trapAccount is a manifest with annotations.
func trapAccount(annotations string) string {
	return "{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, annotations: {" + annotations + "}}}"
}
