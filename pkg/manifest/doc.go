// Package manifest applies RRSA injection to manifests: text in, the same text
// with the injection out.
//
// A [Stream] is one file's documents; its [Item]s are the objects in them, also
// those inside Lists. An [Injector] finds the pod templates of the items, looks
// up each one's Namespace and ServiceAccount, and asks [rrsa.Plan]. The [Report]
// holds every decision; [Report.Apply] turns them into edits of the text.
//
// # Nothing is encoded again that doesn't change
//
// An injection adds lines to a block collection or entries to a flow collection,
// at positions that the YAML nodes give, in the style found there. Every other
// byte stays as it was: comments, blank lines, quoting, line ends. Only an object
// that shares what is to be changed through an anchor, an alias or a merge key is
// edited as nodes and encoded anew, that object alone; where even that would
// change another object, it is refused.
package manifest
