// Package yamledit changes lists in YAML objects.
//
// A [Change] says what becomes of one list, and a []Change all that becomes of an
// object. Two writers carry it out: [Splice] edits the object's text, so that every
// other byte stays; [Nodes] changes a copy of its nodes. Neither changes what it is
// given. What Splice writes is right if it reads back as what Nodes gives: that is
// for the caller to compare.
//
// What a change replaces can be kept in a comment behind it, a mark: see
// [Object.Mark] and [Kept].
package yamledit
