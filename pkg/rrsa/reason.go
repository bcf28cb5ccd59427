package rrsa

// Severity says how much a Reason matters to the person who reads it.
type Severity string

const (
	// Info explains the verdict; nothing is wrong.
	Info Severity = "info"
	// Warning is about something that probably isn't what its author meant.
	Warning Severity = "warning"
	// Error is about something that is in the way of an injection.
	Error Severity = "error"
)

// Level is the kind of object that a setting or a reason is about.
type Level string

// Levels, from the strongest to the weakest. (§3)
const (
	LevelPod            Level = "pod"
	LevelServiceAccount Level = "serviceAccount"
	LevelNamespace      Level = "namespace"
	LevelComponent      Level = "component"
	// LevelWorkload is the object around the pod template. No setting is read
	// there; reasons are, about keys that belong elsewhere.
	LevelWorkload Level = "workload"
)

// Reason is one statement about a decision: why a pod is injected or not, or
// what to look at.
type Reason struct {
	// Code is stable and CamelCase, for programs.
	Code Code
	// Severity is Info, Warning or Error.
	Severity Severity
	// Blocking marks the reasons without which the verdict would be another.
	Blocking bool
	// Level tells the object whose Field it is.
	Level Level
	// Field is the path in that object, empty where it is about all of it. A path
	// at LevelPod starts at the pod template.
	Field string
	// Message is a sentence for people, without a full stop.
	Message string
	// Hint says what to do; empty where nothing is to be done.
	Hint string
}

func warning(code Code, level Level, field, message, hint string) Reason {
	return Reason{Code: code, Severity: Warning, Level: level, Field: field, Message: message, Hint: hint}
}

func blocking(code Code, severity Severity, level Level, field, message, hint string) Reason {
	return Reason{Code: code, Severity: severity, Blocking: true, Level: level, Field: field, Message: message, Hint: hint}
}

// String is the Reason in a line, such as "RoleNameInvalid: ServiceAccount "shop/cart"
// names … (a RAM role's name has …)"; empty for the zero Reason.
func (r Reason) String() string {
	switch {
	case r == Reason{}:
		return ""
	case r.Hint == "":
		return string(r.Code) + ": " + r.Message
	}
	return string(r.Code) + ": " + r.Message + " (" + r.Hint + ")"
}

// Code names a Reason for programs. A code once released keeps its meaning.
type Code string

// Codes of the gate. (§1)
const (
	CodeNamespaceLabelOn      Code = "NamespaceLabelOn"
	CodePodLabelOn            Code = "PodLabelOn"
	CodeNamespaceNotEnabled   Code = "NamespaceNotEnabled"
	CodeNamespaceUnknown      Code = "NamespaceUnknown"
	CodeServiceAccountUnknown Code = "ServiceAccountUnknown"
	CodeRoleNameMissing       Code = "RoleNameMissing"
	CodeRoleNameInvalid       Code = "RoleNameInvalid"
	CodeMirrorPod             Code = "MirrorPod"
	CodePodExists             Code = "PodExists"
	CodeNoContainerSelected   Code = "NoContainerSelected"
)

// Codes of settings. (§3, §4)
const (
	CodeAccountIDUnknown       Code = "AccountIDUnknown"
	CodeClusterIDUnknown       Code = "ClusterIDUnknown"
	CodeRegionUnknown          Code = "RegionUnknown"
	CodeConfigInvalid          Code = "ConfigInvalid"
	CodeWebhookVersionUnlisted Code = "WebhookVersionUnlisted"
	CodeProviderOfOtherAccount Code = "ProviderOfOtherAccount"
	CodeNewerWebhookNeeded     Code = "NewerWebhookNeeded"
	CodeExpirationInvalid      Code = "ExpirationInvalid"
	CodeExpirationOutOfRange   Code = "ExpirationOutOfRange"
	CodeContainerNotFound      Code = "ContainerNotFound"
	CodeContainerListSeparator Code = "ContainerListSeparator"
)

// Codes of what is in the pod already. (§3, conflicts)
const (
	CodeVolumeConflict     Code = "VolumeConflict"
	CodeVolumeKept         Code = "VolumeKept"
	CodeTokenDirTaken      Code = "TokenDirTaken"
	CodeTokenHidden        Code = "TokenHidden"
	CodeMountedElsewhere   Code = "MountedElsewhere"
	CodeEnvKept            Code = "EnvKept"
	CodeEnvFromShadowed    Code = "EnvFromShadowed"
	CodeEnvReferenceEarly  Code = "EnvReferenceEarly"
	CodeStaticAccessKey    Code = "StaticAccessKey"
	CodeLegacyEnv          Code = "LegacyEnv"
	CodeWindowsUnverified  Code = "WindowsUnverified"
	CodePodLabelNoOptOut   Code = "PodLabelNoOptOut"
	CodeOverrideEnvIgnored Code = "OverrideEnvIgnored"
	CodeSTSEndpointIgnored Code = "STSEndpointIgnored"
)

// Codes of pods that exist. Only Examine gives them. (§9)
const (
	// CodeInjectionMissing is about a pod that an injection now would change and
	// that has nothing of one.
	CodeInjectionMissing Code = "InjectionMissing"
	// CodeInjectionStale is about a pod whose injection would turn out differently
	// now.
	CodeInjectionStale Code = "InjectionStale"
	// CodePodFinished is about a pod none of whose containers will run again.
	CodePodFinished Code = "PodFinished"
	// CodePodTerminating is about a pod that is being deleted.
	CodePodTerminating Code = "PodTerminating"
)

// Codes of labels and annotations that do nothing where they are. (§5)
const (
	CodeKeyMisplaced      Code = "KeyMisplaced"
	CodeKeyUnknown        Code = "KeyUnknown"
	CodeOtherCloudKey     Code = "OtherCloudKey"
	CodeAutoInjectNotGate Code = "AutoInjectNotGate"
	// CodeValueNotString is about an unquoted label or annotation value that the
	// API server doesn't take for a string. Only a reader of YAML can see that:
	// Plan never gives it.
	CodeValueNotString Code = "ValueNotString"
)
