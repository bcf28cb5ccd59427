package verify

import (
	"cmp"
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
			return broken(linkRole, "annotate it with the role's name: "+rrsa.RoleNameKey, "ServiceAccount %q names no role that can be", c.account)
		case u.role.text == "" && c.around.ServiceAccount == nil:
			return unknown(linkRole, c.around.NoServiceAccount.Hint, "which role ServiceAccount %q names isn't known", c.account)
		case u.role.text == "":
			return unknown(linkRole, "give --account-id", "the role's ARN isn't known")
		case want != "" && u.role.text != want:
			return broken(linkRole, "make the pod again, or correct the annotation or the account", "container %q has the role %s, and ServiceAccount %q names %s", u.container, u.role.text, c.account, want)
		case roleName(c) != "" && !strings.HasSuffix(u.role.text, ":role/"+roleName(c)):
			return broken(linkRole, "make the pod again, or correct the annotation", "container %q has the role %s, and ServiceAccount %q names %s", u.container, u.role.text, c.account, roleName(c))
		}
	}
	// RAM writes the name in an ARN in small letters, and no two roles differ only in case.
	_, name, _ := strings.Cut(arn, ":role/")
	switch {
	case given.ARN != "" && !strings.EqualFold(given.ARN, arn), given.Name != "" && !strings.EqualFold(given.Name, name):
		return broken(linkRole, "give the policy of that role: aliyun ram GetRole --RoleName "+typed(name), "the role is %s, and %q has the policy of %s", arn, c.policy.file, cmp.Or(given.ARN, given.Name))
	case given.ARN != "":
		return passed(linkRole, "%s %s, whose policy is in %q", is(c.uses[0].role), arn, c.policy.file)
	case c.around.ServiceAccount == nil:
		return unknown(linkRole, c.around.NoServiceAccount.Hint, "%s %s; which role the ServiceAccount names isn't known", is(c.uses[0].role), arn)
	case unset != nil:
		return unknown(linkRole, "give --account-id, --policy with what RAM's GetRole answers, or --sts", "%s %s; whether the account is the cluster's isn't known", is(c.uses[0].role), arn)
	}
	return passed(linkRole, "%s %s, as the ServiceAccount and the account say", is(c.uses[0].role), arn)
}

// typed is a role's name as a person may paste it into a shell: a pod may say anything.
func typed(name string) string {
	if isRoleName(name) {
		return name
	}
	return "ROLE_NAME"
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
		return unknown(linkProvider, "give --account-id and --cluster-id, or --oidc-provider-arn; --policy or --sts settle it too", "%s %s; whether it is the cluster's isn't known", is(c.uses[0].provider), arn)
	case unset != nil:
		return passed(linkProvider, "%s %s, which the policy trusts", is(c.uses[0].provider), arn)
	}
	return passed(linkProvider, "%s %s, the cluster's", is(c.uses[0].provider), arn)
}
