// Package trustpolicy makes the trust policies that let Kubernetes ServiceAccounts
// assume RAM roles, and checks those that roles have.
//
// # What a trust policy is
//
// A RAM role has two kinds of policies. The permission policies attached to it say
// what whoever has the role may do. Its one trust policy says who may assume it.
// For RRSA that is a token: a pod sends the token of its ServiceAccount to STS
// (the action AssumeRoleWithOIDC), and STS looks into the trust policy for a
// statement that allows sts:AssumeRole to the cluster's OIDC identity provider, and
// whose conditions the token meets:
//
//	{
//	  "Version": "1",
//	  "Statement": [{
//	    "Action": "sts:AssumeRole",
//	    "Effect": "Allow",
//	    "Principal": {"Federated": ["acs:ram::<account>:oidc-provider/ack-rrsa-<cluster>"]},
//	    "Condition": {"StringEquals": {
//	      "oidc:aud": "sts.aliyuncs.com",
//	      "oidc:iss": "https://oidc-ack-<region>.oss-<region>.aliyuncs.com/<cluster>",
//	      "oidc:sub": "system:serviceaccount:<namespace>:<name>"
//	    }}
//	  }]
//	}
//
// The three conditions are about the claims of the token:
//
//   - oidc:aud, whom the token is for: always STS, as the injected volume asks for it;
//   - oidc:iss, who issued it: the cluster. A token from before RRSA was enabled there
//     has another issuer;
//   - oidc:sub, whose it is: the ServiceAccount, with its namespace.
//
// Under StringEquals the values are compared letter by letter. A "*" stands for any
// text only under StringLike, so that "any ServiceAccount of a namespace" moves
// oidc:sub there. A list under a key lets in each of its values.
//
// A trust policy without oidc:sub lets in every ServiceAccount of the cluster.
// Anything more than one ServiceAccount is reported by [Check] and isn't a fault: it
// may be meant.
//
// # What is left out on purpose
//
// The package calls no RAM API: policies come and go as JSON. Conditions about
// anything but the token, such as an address, can't be judged from a policy, and
// Check says so. "§" numbers in comments are those of the rules in docs/rules.md.
package trustpolicy
