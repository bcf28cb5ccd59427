// Package rrsa decides what RRSA (RAM Roles for Service Accounts) injection does
// to a pod, and makes that mutation.
//
// On Alibaba Cloud's Kubernetes services an admission webhook,
// ack-pod-identity-webhook, gives pods a projected OIDC token and the
// ALIBABA_CLOUD_* variables that the SDKs use to assume a RAM role. This package
// is that decision and that mutation as a function of its arguments:
//
//	decision := rrsa.Plan(cfg, rrsa.Input{
//		Namespace:      namespace,
//		ServiceAccount: serviceAccount,
//		Template:       template,
//	})
//	decision.Mutation.Apply(template)
//
// [Examine] compares a pod that exists with what it would get now.
//
// # What is injected
//
// In each selected container, in this order: the environment variables
// ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN and
// ALIBABA_CLOUD_OIDC_TOKEN_FILE; with the webhook's setting AutoInjectSTSEnvVars
// (0.4.0 and newer) also ALIBABA_CLOUD_STS_ENDPOINT, ALIBABA_CLOUD_STS_REGION and
// ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED, or only the first of these where the
// ServiceAccount asks for it (0.3.0 and newer); then the mount of the token
// volume. In the pod: the volume rrsa-oidc-token. See [Mutation].
//
// # Where a setting comes from
//
// The first level that has it wins:
//
//	setting                            pod         ServiceAccount  Namespace  component
//	injection                          label       -               label      -
//	role-name                          -           annotation      -          -
//	service-account-token-expiration   annotation  annotation      -          -
//	only-containers, skip-containers   annotation  -               -          -
//	override-env                       annotation  -               label      -
//	inject-sts-endpoint                -           annotation      -          -
//	AutoInjectSTSEnvVars               -           -               -          Config
//
// # What is left out on purpose
//
// The package reads no YAML and no cluster, has no clock, no log and no global
// state: the callers find the Namespace and the ServiceAccount, and say nil for
// what they don't know. A rule whose input isn't known yields [Unknown], never a
// guess. Rules that Alibaba Cloud does not document are marked "our decision"
// where they are made; "§" numbers in comments are those of the behaviour
// specification in docs/rules.md.
package rrsa
