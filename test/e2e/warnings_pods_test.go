package e2e

import "strings"

// leftWithout is what is said of a conflict.
const leftWithout = "; if the ServiceAccount names a role, the pod is left without credentials"

// valueTraps are settings of pods and Namespaces that don't count.
var valueTraps = []trap{
	{name: "expiration on pod", manifest: trapPod(`annotations: {KEY/service-account-token-expiration: "3600s"}`, ``), want: []string{
		`ExpirationInvalid: the token expiration "3600s" is not a whole number of seconds; 3600 is used (write the seconds as digits, 600 to 43200: "3600s" is "3600")`,
	}},
	{name: "long duration", manifest: trapDeployment(``, `annotations: {KEY/service-account-token-expiration: 24h}`, ``), want: []string{
		`ExpirationInvalid: the token expiration "24h" is not a whole number of seconds; 3600 is used (write the seconds as digits, 600 to 43200)`,
	}},
	{name: "negative", manifest: trapDeployment(``, `annotations: {KEY/service-account-token-expiration: "-3600"}`, ``), want: []string{
		`ExpirationOutOfRange: the token expiration -3600 is outside 600 to 43200 seconds; 3600 is used (write 600 to 43200; a value out of range is not moved to the nearest bound)`,
	}},
	{name: "huge", manifest: trapPod(`annotations: {KEY/service-account-token-expiration: "99999999999999999999"}`, ``), want: []string{
		`ExpirationOutOfRange: the token expiration 99999999999999999999 is outside 600 to 43200 seconds; 3600 is used (write 600 to 43200; a value out of range is not moved to the nearest bound)`,
	}},
	{name: "bounds", manifest: trapPod(`annotations: {KEY/service-account-token-expiration: "43200"}`, ``)},
	{name: "override on Namespace", manifest: trapNamespace(`labels: {KEY/override-env: "yes"}`), want: []string{
		`OverrideEnvIgnored: override-env is "yes"; only "true" counts, so the container's own variables win (write "true", or remove it)`,
	}},
	{name: "override false", manifest: trapDeployment(``, `annotations: {KEY/override-env: "false"}`, ``)},
	{name: "override", manifest: trapDeployment(``, `annotations: {KEY/override-env: "True"}`, ``), want: []string{
		`OverrideEnvIgnored: override-env is "True"; only "true" counts, so the container's own variables win (write "true", or remove it)`,
	}},
	{name: "override against Namespace", in: "override", manifest: trapDeployment(``, `annotations: {KEY/override-env: "false"}`, ``), want: []string{
		`OverrideEnvIgnored: override-env is "false"; only "true" counts, so the Namespace's label decides (write "true", or remove it)`,
	}},
	{name: "override before", policy: warnEndpoint, manifest: trapDeployment(``, `annotations: {KEY/override-env: "True"}`, ``)},
}

// Pods with something in the way.
const (
	ownVolume  = `volumes: [{name: rrsa-oidc-token, emptyDir: {}}], `
	tokenDir   = `/var/run/secrets/ack.alibabacloud.com/rrsa-tokens`
	takenMount = `volumes: [{name: own, emptyDir: {}}], containers: [{name: app, image: "app:1"}, {name: sidecar, image: "app:1", volumeMounts: [{name: own, mountPath: ` + tokenDir + `/./}]}]`
	accessKey  = `initContainers: [{name: init, image: "app:1", env: [{name: ALIBABA_CLOUD_ACCESS_KEY_ID, value: x}]}], `
)

func tokenVolume(audience, path string) string {
	return `volumes: [{name: rrsa-oidc-token, projected: {sources: [{serviceAccountToken: {audience: ` + audience + `, path: ` + path + `}}]}}], `
}

// podTraps are pods that wouldn't be injected, or not well. In namespaces and pods without
// the label nothing is said of that.
var podTraps = []trap{
	{name: "volume", in: "on", manifest: trapPod(``, ownVolume), want: []string{
		`VolumeConflict: the pod's own volume "rrsa-oidc-token" is not a projected volume with the token as its one source` + leftWithout + ` (rename or remove that volume)`,
	}},
	{name: "volume, not asked for", manifest: trapPod(``, ownVolume)},
	{name: "volume, asked for by the pod", manifest: trapPod(`labels: {KEY/injection: "on"}`, ownVolume), want: []string{
		`VolumeConflict: the pod's own volume "rrsa-oidc-token" is not a projected volume with the token as its one source` + leftWithout + ` (rename or remove that volume)`,
	}},
	{name: "volume, asked for too early", policy: warnOldest, manifest: trapPod(`labels: {KEY/injection: "on"}`, ownVolume)},
	{name: "volume, all skipped", in: "on", manifest: trapPod(`annotations: {KEY/skip-containers: " app ,,"}`, ownVolume)},
	{name: "audience", in: "on", manifest: trapPod(``, tokenVolume("other", "token")), want: []string{
		`VolumeConflict: the pod's own volume "rrsa-oidc-token" has a token for the audience "other", not "sts.aliyuncs.com"` + leftWithout + ` (rename or remove that volume)`,
	}},
	{name: "path", in: "on", manifest: trapPod(``, tokenVolume("sts.aliyuncs.com", "jwt")), want: []string{
		`VolumeConflict: the pod's own volume "rrsa-oidc-token" has its token at the path "jwt", not "token"` + leftWithout + ` (rename or remove that volume)`,
	}},
	{name: "good volume", in: "on", manifest: trapPod(``, tokenVolume("sts.aliyuncs.com", "token"))},
	{name: "claim", in: "on", manifest: `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: app, image: "app:1"}]}
  volumeClaimTemplates: [{metadata: {name: rrsa-oidc-token}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
`, want: []string{
		`VolumeConflict: a volume claim template has the name "rrsa-oidc-token", and its volume takes the place of the token's` + leftWithout + ` (rename that volume claim template)`,
	}},
	{name: "mount", in: "on", manifest: trapDeployment(``, ``, takenMount), want: []string{
		`TokenDirTaken: container "sidecar" mounts volume "own" at ` + tokenDir + leftWithout + ` (move that mount to another path)`,
	}},
	{name: "mount, not selected", in: "on", manifest: trapDeployment(``, `annotations: {KEY/only-containers: app}`, takenMount)},
	{name: "no source at all", in: "on", manifest: trapPod(``, `volumes: [{name: rrsa-oidc-token, projected: {}}], `+`containers: [{name: app, image: "app:1"}]`), want: []string{
		`VolumeConflict: the pod's own volume "rrsa-oidc-token" is not a projected volume with the token as its one source` + leftWithout + ` (rename or remove that volume)`,
	}},
	{name: "subPath", in: "on", manifest: trapPod(``, tokenVolume("sts.aliyuncs.com", "token")+`containers: [{name: app, image: "app:1", volumeMounts: [{name: rrsa-oidc-token, subPath: a, mountPath: `+tokenDir+`}]}]`), want: []string{
		`TokenDirTaken: container "app" mounts "rrsa-oidc-token" at ` + tokenDir + ` with a subPath, so the token isn't where the SDKs read it` + leftWithout + ` (remove the subPath)`,
	}},
	{name: "upward", in: "on", manifest: trapPod(``, strings.Replace(takenMount, "/./", "/x/..", 1)), want: []string{
		`TokenDirTaken: container "sidecar" has a mount with ".." in its path, which may lead to ` + tokenDir + leftWithout + ` (write the path without "..")`,
	}},
	{name: "AccessKey", in: "on", manifest: trapDeployment(``, ``, accessKey), want: []string{
		`StaticAccessKey: container "init" has a static AccessKey, which the SDKs prefer to RRSA (remove the ALIBABA_CLOUD_ACCESS_KEY_* variables)`,
	}},
	{name: "AccessKey, not asked for", manifest: trapDeployment(``, ``, accessKey)},
	{name: "several", in: "on", manifest: trapDeployment(`annotations: {KEY/role-name: shop-reader}`, `labels: {KEY/injection: "no"}`, accessKey+ownVolume), want: []string{
		`KeyMisplaced: KEY/role-name does nothing as an annotation of the workload (make it an annotation of the ServiceAccount)`,
		`PodLabelNoOptOut: the pod's label KEY/injection="no" is not "on" and so does nothing: the Namespace's label decides (to leave a pod out, list its containers in KEY/skip-containers or give it another ServiceAccount)`,
		`VolumeConflict: the pod's own volume "rrsa-oidc-token" is not a projected volume with the token as its one source` + leftWithout + ` (rename or remove that volume)`,
		`StaticAccessKey: container "init" has a static AccessKey, which the SDKs prefer to RRSA (remove the ALIBABA_CLOUD_ACCESS_KEY_* variables)`,
	}},
}
