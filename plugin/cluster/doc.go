// Package cluster reads a live cluster: the objects that a decision needs, the
// cluster's identity, the webhook's state, and pods by the page. It is the only
// package that imports client-go's clients.
//
// Nothing is written to a cluster; dry runs aside, nothing is sent to one.
//
// What a user may not read is no failure: the next source is asked, and
// [Options.Note] is told. Any other failure is an error.
package cluster
