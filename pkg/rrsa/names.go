package rrsa

// KeyPrefix is the prefix of every RRSA label and annotation. (§1)
const KeyPrefix = "pod-identity.alibabacloud.com/"

// Labels and annotations, by their full names. (§1, §3)
const (
	// InjectionKey is the label that opens the gate, on the Namespace or (webhook
	// 0.2.0 and newer) on the pod. Only the value "on" counts.
	InjectionKey = KeyPrefix + "injection"
	// RoleNameKey is the annotation of a ServiceAccount that names its RAM role.
	RoleNameKey = KeyPrefix + "role-name"
	// TokenExpirationKey is the annotation of a ServiceAccount or pod with the
	// token's lifetime in seconds.
	TokenExpirationKey = KeyPrefix + "service-account-token-expiration"
	// OnlyContainersKey is the pod annotation that lists the containers to inject.
	OnlyContainersKey = KeyPrefix + "only-containers"
	// SkipContainersKey is the pod annotation that lists the containers to leave.
	SkipContainersKey = KeyPrefix + "skip-containers"
	// OverrideEnvKey is the Namespace label or pod annotation that lets injected
	// values replace the container's own (webhook 0.4.2 and newer).
	OverrideEnvKey = KeyPrefix + "override-env"
	// InjectSTSEndpointKey is the ServiceAccount annotation that adds only
	// the STS endpoint (webhook 0.3.0 and newer).
	InjectSTSEndpointKey = KeyPrefix + "inject-sts-endpoint"
)

// Values that the labels and annotations are compared with, byte for byte.
const (
	// On is the one value of InjectionKey and InjectSTSEndpointKey that counts.
	On = "on"
	// True is the one value of OverrideEnvKey that counts.
	True = "true"
)

// Injected environment variables; their order and values are in the table of
// variables. (§2)
const (
	// EnvRoleARN holds the ARN of the RAM role.
	EnvRoleARN = "ALIBABA_CLOUD_ROLE_ARN"
	// EnvOIDCProviderARN holds the ARN of the cluster's OIDC identity provider.
	EnvOIDCProviderARN = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"
	// EnvOIDCTokenFile holds the path of the projected token.
	EnvOIDCTokenFile = "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
	// EnvSTSEndpoint holds the host of the region's STS endpoint inside the VPC.
	EnvSTSEndpoint = "ALIBABA_CLOUD_STS_ENDPOINT"
	// EnvSTSRegion holds the region whose STS the SDKs call.
	EnvSTSRegion = "ALIBABA_CLOUD_STS_REGION"
	// EnvVPCEndpointEnabled makes the SDKs use the endpoint inside the VPC.
	EnvVPCEndpointEnabled = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"
)

// The token volume. (§2)
const (
	// VolumeName is the name of the injected volume and of its mounts.
	VolumeName = "rrsa-oidc-token"
	// TokenDir is where the volume is mounted.
	TokenDir = "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens"
	// tokenPath is the token's file name in the volume.
	tokenPath = "token"
	// TokenFile is the path of the token in a container.
	TokenFile = TokenDir + "/" + tokenPath
	// Audience is the audience of the token, which RAM checks.
	Audience = "sts.aliyuncs.com"
	// VolumeMode is the volume's defaultMode, 0644.
	VolumeMode int32 = 420
)

// The token's lifetime, in seconds. (§3)
const (
	// MinExpiration is the shortest lifetime that counts.
	MinExpiration int64 = 600
	// MaxExpiration is the longest lifetime that counts.
	MaxExpiration int64 = 43200
	// DefaultExpiration is used for a missing or an invalid lifetime, and by
	// Kubernetes for a projected token without one.
	DefaultExpiration int64 = 3600
)

// EnvStaticAccessKey is read by the SDKs before RRSA's variables. (§3)
const EnvStaticAccessKey = "ALIBABA_CLOUD_ACCESS_KEY_ID"

// legacyEnvPrefix starts the variables' names of SDKs from before
// credentials-go, which read nothing of what is injected. (§5)
const legacyEnvPrefix = "ALICLOUD_"
