package rrsa

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
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

// released is the table of the webhook's documented releases, oldest first. To add
// a release, add its row; a rule that it adds is looked up where it counts. (§4)
func released(yield func(release) bool) {
	slices.Values([]release{
		{number{0, 1, 0}, "2023-02-01", RuleBase, "the namespace label, role-name, the token's expiration, only-containers and skip-containers"},
		{number{0, 1, 1}, "2023-06", "", ""},
		{number{0, 2, 0}, "2024-12-19", RulePodLabel, "the injection label on the pod"},
		{number{0, 2, 1}, "2025-03-18", "", ""},
		{number{0, 3, 0}, "2025-06-06", RuleSTSEndpoint, "the ServiceAccount annotation inject-sts-endpoint"},
		{number{0, 3, 1}, "2025-09-08", "", ""},
		{number{0, 4, 0}, "2025-11-24", RuleSTSEnvVars, "the component setting AutoInjectSTSEnvVars"},
		{number{0, 4, 2}, "2026-01-29", RuleOverrideEnv, "override-env on the Namespace and the pod"},
	})(yield)
}

// release is a Release as every decision reads it: without a list of its own. No
// release so far added more than one rule.
type release struct {
	number number
	date   string
	adds   Rule
	// text says for people what the rule is about.
	text string
}

// Release is one released version of the webhook.
type Release struct {
	// Version is the release's number, without a "v".
	Version string
	// Date is the month, or the day where it is documented.
	Date string
	// Adds are the rules that this release added; empty for a rebuild.
	Adds []Rule
}

// Releases lists the webhook's documented releases, oldest first. The list is
// the caller's own. (§4)
func Releases() []Release {
	var out []Release
	for r := range released {
		out = append(out, r.public())
	}
	return out
}

func (r release) public() Release {
	out := Release{Version: r.number.String(), Date: r.date}
	if r.adds != "" {
		out.Adds = []Rule{r.adds}
	}
	return out
}

// Text says for people what a rule is about, such as "the injection label on the
// pod".
func (r Rule) Text() string { return r.release().text }

// release is the one that added a rule; the zero release if none did.
func (r Rule) release() release {
	for release := range released {
		if release.adds == r {
			return release
		}
	}
	return release{}
}

// Changes lists the releases that add rules after one version, up to and with
// another: what an upgrade changes. Read with the arguments swapped it is what a
// downgrade takes away. It fails on a version that can't be read.
func Changes(from, to string) ([]Release, error) {
	low, errLow := parseVersion(from)
	high, errHigh := parseVersion(to)
	if err := cmp.Or(errLow, errHigh); err != nil {
		return nil, err
	}
	if high.before(low) {
		low, high = high, low
	}
	var out []Release
	for r := range released {
		if r.adds != "" && low.before(r.number) && !high.before(r.number) {
			out = append(out, r.public())
		}
	}
	return out, nil
}

// number is a version as it compares: major, minor, patch.
type number [3]uint

func (n number) String() string { return fmt.Sprintf("%d.%d.%d", n[0], n[1], n[2]) }

func (n number) before(other number) bool { return slices.Compare(n[:], other[:]) < 0 }

// has tells whether a version has a rule. Between two releases the older one's
// rules hold; after the newest, the newest one's.
func (n number) has(rule Rule) bool {
	from := rule.release()
	return from.adds != "" && !n.before(from.number)
}

// HasRule tells whether a version has a rule. It fails on a version that can't be read. (§4)
func HasRule(version string, rule Rule) (bool, error) {
	n, err := parseVersion(version)
	return err == nil && n.has(rule), err
}

// versionPattern is the form of a version: two or three numbers.
var versionPattern = regexp.MustCompile(`^v?[0-9]+\.[0-9]+(\.[0-9]+)?$`)

// parseVersion reads "0.4.2" or "v0.4.2"; an empty version is the latest one.
func parseVersion(s string) (number, error) {
	if s == "" {
		s = LatestVersion
	}
	var n number
	ok := versionPattern.MatchString(s)
	rest := strings.TrimPrefix(s, "v")
	for i := 0; ok && rest != ""; i++ {
		var part string
		part, rest, _ = strings.Cut(rest, ".")
		value, err := strconv.ParseUint(part, 10, 0)
		n[i], ok = uint(value), err == nil
	}
	if !ok {
		return number{}, fmt.Errorf("parsing webhookVersion %q: want a version such as %q", s, LatestVersion)
	}
	if oldest := RuleBase.release().number; n.before(oldest) {
		return number{}, fmt.Errorf("checking webhookVersion %q: the first release is %s", s, oldest)
	}
	return n, nil
}
