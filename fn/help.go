package fn

const help = `inject-rrsa injects RRSA (RAM Roles for Service Accounts) into the pod templates
of a package, as Alibaba Cloud's ack-pod-identity-webhook does when pods are
created: the token volume, its mounts, and the ALIBABA_CLOUD_* variables.

It is a KRM function: it reads a ResourceList on stdin and writes one to stdout.

  kpt fn eval PACKAGE --exec inject-rrsa --fn-config rrsa.yaml
  kustomize build --enable-alpha-plugins --enable-exec DIR

A pod is injected if its Namespace (or, from webhook 0.2.0 on, the pod itself) has
the label pod-identity.alibabacloud.com/injection=on and its ServiceAccount the
annotation pod-identity.alibabacloud.com/role-name.

The config, strictly decoded; a ConfigMap whose data has the scalar settings under
the same names does as well:

  apiVersion: fn.rrsa.dev/v1alpha1
  kind: InjectRRSA
  metadata:
    name: rrsa
  spec:
    mode: inject                    # or remove, or check
    accountID: "1488999589000000"   # account that owns the RAM roles
    clusterID: cbec9a1f7b433470ebe4c900552000000
    region: cn-hangzhou             # for the STS variables
    oidcProviderARN: ""             # if not the one of account and cluster
    webhookVersion: 0.4.2           # whose rules apply
    autoInjectSTSEnvVars: true      # the webhook's setting
    initContainers: true            # inject init containers too
    namespace: ""                   # of objects that name none
    unresolved: warn                # error, warn or ignore
    context: []                     # Namespaces and ServiceAccounts not in the package
    podTemplates: []                # {group, kind, path, serviceAccountPath} of more kinds

Each entry that is added carries the comment "# inject-rrsa". When settings change,
the next run updates or takes out what carries it, and nothing else. Mode remove
takes all of it out; mode check changes nothing and fails where inject would.

Exit code 0, or 1 after an error; the items are then as they came in.
`
