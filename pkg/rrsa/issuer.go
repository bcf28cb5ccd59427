package rrsa

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ErrNotEnabled means that a cluster's tokens have the issuer that Kubernetes has
// by itself: RRSA is not enabled in that cluster. (§6)
var ErrNotEnabled = errors.New("RRSA is not enabled in the cluster")

var (
	// ownIssuer is Kubernetes' own, whose host may end with the cluster's domain.
	ownIssuer = regexp.MustCompile(`^https://kubernetes\.default\.svc(\.[A-Za-z0-9.-]+)?$`)
	// issuerPattern has no "*", which stands for any text in policies.
	issuerPattern = regexp.MustCompile(`^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()+;=:%/-]*)?$`)
)

// longestIssuer is how long the issuer of a provider may be in RAM.
const longestIssuer = 255

// isIssuer tells whether RAM takes a text for the issuer of a provider, and it is one
// and no list. (§7)
func isIssuer(text string) bool {
	return len(text) <= longestIssuer && issuerPattern.MatchString(text)
}

// Issuer returns the issuer of the cluster's tokens, a URL. It fails if it isn't set
// and Region or ClusterID is empty. (§6)
func (c Config) Issuer() (string, error) {
	switch {
	case c.OIDCIssuer != "":
		return c.OIDCIssuer, nil
	case c.Region == "":
		return "", errors.New("the cluster's region is not known: set region or oidcIssuer")
	case c.ClusterID == "":
		return "", errors.New("the cluster's id is not known: set clusterID or oidcIssuer")
	}
	return fmt.Sprintf("https://oidc-ack-%s.oss-%s.aliyuncs.com/%s", c.Region, c.Region, c.ClusterID), nil
}

// ParseIssuer returns the region and the cluster's id from the issuer of a
// cluster's tokens, the inverse of [Config.Issuer]. Of several with commas between
// them the first counts: it is in the tokens. The error is [ErrNotEnabled] if
// there are none but Kubernetes' own, and another one on any other issuer, such as that
// of a cluster that isn't ACK's. (§6)
func ParseIssuer(issuer string) (region, clusterID string, err error) {
	all := strings.Split(issuer, ",")
	if !slices.ContainsFunc(all, func(s string) bool { return !ownIssuer.MatchString(strings.TrimSpace(s)) }) {
		return "", "", fmt.Errorf("reading the issuer %q: %w", issuer, ErrNotEnabled)
	}
	fault := func(what string) (string, string, error) {
		return "", "", fmt.Errorf("reading the issuer %q: %s", issuer, what)
	}
	rest, ok := strings.CutPrefix(strings.TrimSpace(all[0]), "https://oidc-ack-")
	host, clusterID, slash := strings.Cut(rest, "/")
	region, oss, dot := strings.Cut(host, ".oss-")
	again, suffix := strings.CutSuffix(oss, ".aliyuncs.com")
	switch {
	case !ok || !slash || !dot || !suffix:
		return fault("want https://oidc-ack-<region>.oss-<region>.aliyuncs.com/<clusterID>")
	case !regionPattern.MatchString(region):
		return fault(fmt.Sprintf("%q is no region", region))
	case again != region:
		return fault(fmt.Sprintf("it names two regions, %q and %q", region, again))
	case !clusterPattern.MatchString(clusterID):
		return fault(fmt.Sprintf("%q is no cluster's id", clusterID))
	}
	return region, clusterID, nil
}
