package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

// roleLink compares the role in the containers with the ServiceAccount's, and with the one
// whose policy was given. (§2)
func roleLink(c chain) cliapi.Check {
	given, _ := trustpolicy.RoleOf(c.policy.data) // what can't be read is told before
	want, unset := c.live.Config.RoleARN(roleName(c))
	if roleName(c) == "" {
		want, unset = "", nil
	}
	arn := ""
	for _, u := range c.uses {
		arn = cmp.Or(arn, u.role.text)
		switch {
		case u.role.elsewhere:
			return unknown(linkRole, "give the variable its value in the manifest, or let it be injected", "container %q takes %s from elsewhere, which isn't read", u.container, rrsa.EnvRoleARN)
		case u.role.text == "" && roleName(c) == "" && c.around.ServiceAccount != nil:
			return broken(linkRole, "annotate it with the role's name: "+rrsa.RoleNameKey, "ServiceAccount %q names no role", c.account)
		case u.role.text == "":
			return unknown(linkRole, "give --account-id", "the role's ARN isn't known")
		case want != "" && u.role.text != want:
			return broken(linkRole, "make the pod again, or correct the annotation or the account", "container %q has the role %s, and ServiceAccount %q names %s", u.container, u.role.text, c.account, want)
		case roleName(c) != "" && !strings.HasSuffix(u.role.text, ":role/"+roleName(c)):
			return broken(linkRole, "make the pod again, or correct the annotation", "container %q has the role %s, and ServiceAccount %q names %s", u.container, u.role.text, c.account, roleName(c))
		}
	}
	// RAM writes the name in an ARN in small letters, and knows no two roles by case alone.
	_, name, _ := strings.Cut(arn, ":role/")
	switch {
	case given.ARN != "" && !strings.EqualFold(given.ARN, arn), given.Name != "" && !strings.EqualFold(given.Name, name):
		return broken(linkRole, "give the policy of that role: aliyun ram GetRole --RoleName "+name, "the role is %s, and %q has the policy of %s", arn, c.policy.file, cmp.Or(given.ARN, given.Name))
	case given.ARN != "":
		return passed(linkRole, "%s %s, whose policy is in %q", is(c.uses[0].role), arn, c.policy.file)
	case c.around.ServiceAccount == nil:
		return unknown(linkRole, c.around.NoServiceAccount.Hint, "%s %s; which role the ServiceAccount names isn't known", is(c.uses[0].role), arn)
	case unset != nil:
		return unknown(linkRole, "give --account-id, --policy with what RAM's GetRole answers, or --sts", "%s %s; whether the account is the cluster's isn't known", is(c.uses[0].role), arn)
	}
	return passed(linkRole, "%s %s, as the ServiceAccount and the account say", is(c.uses[0].role), arn)
}

// is says whether a value is there, or only what an injection would give.
func is(v value) string {
	if v.wouldBe {
		return "an injection would give"
	}
	return "it is"
}

// providerLink compares the identity provider in the containers with the cluster's, and
// its account with the role's. (§2)
func providerLink(c chain) cliapi.Check {
	want, unset := c.live.Config.ProviderARN()
	arn := ""
	for _, u := range c.uses {
		arn = cmp.Or(arn, u.provider.text)
		switch {
		case u.provider.elsewhere:
			return unknown(linkProvider, "give the variable its value in the manifest, or let it be injected", "container %q takes %s from elsewhere, which isn't read", u.container, rrsa.EnvOIDCProviderARN)
		case u.provider.text == "":
			return unknown(linkProvider, "give --account-id and --cluster-id, or --oidc-provider-arn", "the provider's ARN isn't known")
		case unset == nil && u.provider.text != want:
			return broken(linkProvider, "make the pod again, or correct accountID and clusterID, or oidcProviderARN", "container %q has the provider %s, and the cluster's is %s", u.container, u.provider.text, want)
		}
	}
	account := func(arn string) string { return strings.Split(arn+":::::", ":")[3] }
	role := c.uses[0].role.text
	switch {
	case role != "" && account(role) != account(arn):
		return unknown(linkProvider, "--sts asks whether it does", "the provider %s is of another account than the role %s: it isn't known here whether RAM takes it", arn, role)
	case unset != nil && c.policy.file == "":
		return unknown(linkProvider, "give --account-id and --cluster-id, --policy or --sts", "%s %s; whether it is the cluster's isn't known", is(c.uses[0].provider), arn)
	case unset != nil:
		return passed(linkProvider, "%s %s, which the policy trusts", is(c.uses[0].provider), arn)
	}
	return passed(linkProvider, "%s %s, the cluster's", is(c.uses[0].provider), arn)
}

// policyFindings checks the policy that was given with what the token says, or would say.
func policyFindings(c chain) ([]trustpolicy.Finding, error) {
	if c.policy.file == "" {
		return nil, nil
	}
	issuer, _ := c.live.Config.Issuer() // empty if it isn't known
	issuer = cmp.Or(issuer, c.discovery)
	audience, sub := rrsa.Audience, subject(c)
	if c.token != nil {
		issuer, sub = c.token.issuer, c.token.subject
		if len(c.token.audience) > 0 && !slices.Contains(c.token.audience, rrsa.Audience) {
			audience = c.token.audience[0]
		}
	}
	provider := c.uses[0].provider.text
	need := trustpolicy.Policy{Version: "1", Statement: []trustpolicy.Statement{{
		Action: "sts:AssumeRole", Effect: "Allow", Principal: trustpolicy.Principal{Federated: []string{provider}},
		Condition: trustpolicy.Condition{StringEquals: map[string]trustpolicy.Values{"oidc:iss": {issuer}, "oidc:aud": {audience}, "oidc:sub": {sub}}},
	}}}
	all, err := trustpolicy.Check(c.policy.data, need)
	if err != nil {
		return nil, fmt.Errorf("checking %q: %w", c.policy.file, err)
	}
	// What isn't known here says nothing about the policy.
	return slices.DeleteFunc(all, func(f trustpolicy.Finding) bool {
		return f.Element == "oidc:iss" && issuer == "" || f.Element == "Federated" && provider == ""
	}), nil
}

// linkOf is the link that a part of a policy is about.
func linkOf(f trustpolicy.Finding) string {
	if link := map[string]string{"oidc:iss": linkIssuer, "oidc:aud": linkAudience, "oidc:sub": linkSubject, "Federated": linkProvider}[f.Element]; link != "" && f.Severity == rrsa.Error {
		return link
	}
	return linkTrust
}

// withPolicy has a link fail that the policy wants otherwise. What STS has let in isn't
// kept out by a policy: then it isn't the one that the role has.
func withPolicy(c chain, link cliapi.Check, findings []trustpolicy.Finding) cliapi.Check {
	for _, f := range findings {
		if linkOf(f) != link.Name {
			continue
		}
		text := fmt.Sprintf("the policy keeps it out: %s (%s)", f.Message, f.Field)
		if c.granted() {
			link.Details = append(link.Details, text+"; but STS lets it in, so that the role has another policy than "+c.policy.file)
			if link.Status == cliapi.CheckPassed {
				link.Status = cliapi.CheckWarning
			}
			continue
		}
		if link.Status == cliapi.CheckFailed {
			link.Details = append(link.Details, text)
			continue
		}
		if link.Message != noToken {
			link.Details = append([]string{link.Message}, link.Details...)
		}
		link.Status, link.Code, link.Message = cliapi.CheckFailed, "", text
		link.Hint = cmp.Or(f.Hint, fmt.Sprintf("correct the role's trust policy; what it needs: kubectl rrsa trust-policy %s/%s", c.account.Namespace, c.account.Name))
	}
	return link
}

// trustLink tells what else in the policy keeps the token out. (§7)
func trustLink(c chain, findings []trustpolicy.Finding) cliapi.Check {
	if c.policy.file == "" {
		return skipped(linkTrust, "not looked at: give --policy with what RAM's GetRole answers, or --sts")
	}
	out := passed(linkTrust, "the policy lets the token in")
	others := false
	for _, f := range findings {
		text := f.Message
		if f.Field != "" {
			text += " (" + f.Field + ")"
		}
		switch {
		case linkOf(f) != linkTrust:
			others = true
		case f.Severity == rrsa.Error && out.Status != cliapi.CheckFailed:
			out = broken(linkTrust, cmp.Or(f.Hint, "correct the role's trust policy"), "the policy keeps the token out: %s", text)
		case f.Severity == rrsa.Warning && out.Status == cliapi.CheckPassed:
			out = unknown(linkTrust, cmp.Or(f.Hint, "--sts asks whether the role can be assumed"), "the policy lets the token in as far as it can be judged: %s", text)
		default:
			out.Details = append(out.Details, string(f.Severity)+": "+text)
		}
	}
	switch {
	case out.Status == cliapi.CheckFailed && c.granted():
		out.Status, out.Hint = cliapi.CheckWarning, "give the policy that the role has now"
		out.Message += "; but STS lets it in, so that the role has another policy"
	case out.Status == cliapi.CheckPassed && others:
		out.Message = "nothing else in the policy keeps the token out"
	}
	return out
}
