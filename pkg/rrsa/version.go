package rrsa

import (
	"fmt"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/version"
)

// LatestVersion is the newest webhook version whose rules are known here, and
// the default.
const LatestVersion = "0.4.2"

// Rule is a behaviour that some webhook version added.
type Rule string

// Rules by the version that added them. (§4)
const (
	// RuleBase is the namespace label, role-name, the token's expiration,
	// only-containers and skip-containers.
	RuleBase Rule = "base"
	// RulePodLabel is the injection label on the pod.
	RulePodLabel Rule = "pod-label"
	// RuleSTSEndpoint is the ServiceAccount annotation inject-sts-endpoint.
	RuleSTSEndpoint Rule = "inject-sts-endpoint"
	// RuleSTSEnvVars is the component setting AutoInjectSTSEnvVars.
	RuleSTSEnvVars Rule = "AutoInjectSTSEnvVars"
	// RuleOverrideEnv is override-env on the Namespace and the pod.
	RuleOverrideEnv Rule = "override-env"
)

// Release is one released version of the webhook.
type Release struct {
	// Version is the release's number, without a "v".
	Version string
	// Date is the month, or the day where it is documented.
	Date string
	// Adds are the rules that this release added; empty for a rebuild.
	Adds []Rule

	number number
}

// number is a version as it compares: major, minor, patch.
type number [3]uint

// Releases lists the webhook's documented releases, oldest first. The list is
// the caller's own. (§4)
func Releases() []Release {
	var out []Release
	for _, r := range released() {
		release := Release{Version: r.version, Date: r.date, number: r.number}
		if r.adds != "" {
			release.Adds = []Rule{r.adds}
		}
		out = append(out, release)
	}
	return out
}

// release is a Release as every decision reads it: without a list of its own. No
// release so far added more than one rule.
type release struct {
	version, date string
	adds          Rule
	number        number
}

func released() [8]release {
	return [8]release{
		{"0.1.0", "2023-02", RuleBase, number{0, 1, 0}},
		{"0.1.1", "2023-06", "", number{0, 1, 1}},
		{"0.2.0", "2024-12", RulePodLabel, number{0, 2, 0}},
		{"0.2.1", "2024-12", "", number{0, 2, 1}},
		{"0.3.0", "2025-06", RuleSTSEndpoint, number{0, 3, 0}},
		{"0.3.1", "2025-06", "", number{0, 3, 1}},
		{"0.4.0", "2025-11-24", RuleSTSEnvVars, number{0, 4, 0}},
		{"0.4.2", "2026-01-29", RuleOverrideEnv, number{0, 4, 2}},
	}
}

// Changes lists the releases that add rules after one version, up to and with
// another: what an upgrade changes. Read with the arguments swapped it is what a
// downgrade takes away. It fails on a version that can't be read.
func Changes(from, to string) ([]Release, error) {
	low, err := parseVersion(from)
	if err != nil {
		return nil, err
	}
	high, err := parseVersion(to)
	if err != nil {
		return nil, err
	}
	if slices.Compare(high[:], low[:]) < 0 {
		low, high = high, low
	}
	var out []Release
	for _, r := range Releases() {
		if len(r.Adds) > 0 && slices.Compare(low[:], r.number[:]) < 0 && slices.Compare(r.number[:], high[:]) <= 0 {
			out = append(out, r)
		}
	}
	return out, nil
}

// since names the release that added a rule.
func since(rule Rule) string {
	for _, r := range Releases() {
		if slices.Contains(r.Adds, rule) {
			return r.Version
		}
	}
	return LatestVersion
}

// versionPattern is stricter than the library, which reads "0.4,2" as 0.4.0.
var versionPattern = regexp.MustCompile(`^v?[0-9]+\.[0-9]+(\.[0-9]+)?$`)

// parseVersion reads "0.4.2" or "v0.4.2"; an empty version is the latest one.
func parseVersion(s string) (number, error) {
	if s == "" {
		s = LatestVersion
	}
	for _, r := range released() {
		if r.version == s {
			return r.number, nil
		}
	}
	v, err := version.ParseGeneric(s)
	if err != nil || !versionPattern.MatchString(s) {
		return number{}, fmt.Errorf("parsing webhookVersion %q: want a version such as %q", s, LatestVersion)
	}
	n := number{v.Major(), v.Minor(), v.Patch()}
	if oldest := (number{0, 1, 0}); slices.Compare(n[:], oldest[:]) < 0 {
		return number{}, fmt.Errorf("checking webhookVersion %q: the first release is 0.1.0", s)
	}
	return n, nil
}

// ruleSet holds the rules that a version has. Between two releases the older
// one's rules hold; after the newest, the newest one's.
type ruleSet map[Rule]bool

func rulesOf(n number) ruleSet {
	set := ruleSet{}
	for _, r := range released() {
		if slices.Compare(r.number[:], n[:]) > 0 {
			break
		}
		if r.adds != "" {
			set[r.adds] = true
		}
	}
	return set
}
