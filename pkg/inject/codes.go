package inject

import "github.com/kubectl-rrsa/rrsa/pkg/rrsa"

// Codes of what only a reader of manifests can tell.
const (
	// CodeNamespaceAssumed is about the namespace of objects that have none.
	CodeNamespaceAssumed rrsa.Code = "NamespaceAssumed"
	// CodeModeRemove is about pods that aren't looked at for an injection.
	CodeModeRemove rrsa.Code = "ModeRemove"
	// CodeVolumeStays is about a token volume that can't be taken out.
	CodeVolumeStays rrsa.Code = "VolumeStays"
	// CodeMountStays is about a mount that was there before the token volume, which
	// is taken out.
	CodeMountStays rrsa.Code = "MountStays"
	// CodeUnmarkedStays is about what looks like an injection and isn't taken out.
	CodeUnmarkedStays rrsa.Code = "UnmarkedStays"
	// CodeKindNotSupported is about a kind that has containers and isn't known.
	CodeKindNotSupported rrsa.Code = "KindNotSupported"
)
