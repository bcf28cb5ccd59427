// Package manifest reads manifests and changes objects in them, without changing
// anything else.
//
// A [Stream] is one file's documents, and its [Item]s are the objects in them, also
// those inside Lists; a [ResourceList] is what a KRM function reads. Both are values:
// [Stream.Rewrite] returns another one.
//
// # Nothing is encoded again that doesn't change
//
// A change adds lines to a block collection or entries to a flow collection, at
// positions that the YAML nodes give, in the style found there. Every other byte
// stays as it was: comments, blank lines, quoting, line ends.
//
// # Nothing leaves unread
//
// Each edited object is read again and compared with what the same changes make of
// its nodes. Where an object can't be edited in place, as it shares what is to be
// changed by an anchor, an alias or a merge key, and where what was read isn't what
// it should be, that object alone is encoded anew, read again as well, and named in
// a [Rewritten]; where even that would change another object it is an error.
package manifest
