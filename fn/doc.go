// Package fn is the KRM function inject-rrsa: it reads a ResourceList, as kpt and
// kustomize send it, and injects RRSA into the pod templates of its items.
//
// The function SDK carries the config, the results and the processor contract.
// The items pass it by, as text that is edited and not encoded again: the SDK
// sorts and encodes all of them, which costs most of a run and moves what nobody
// changed.
package fn
