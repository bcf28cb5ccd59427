// Package diagnose says of a live pod how it is, why, and what would fix it. It does
// no input or output: it gets what was read from a cluster and returns what is to be
// told of it.
//
// The state and its cause are the engine's, which compares the pod as it is with what
// it would get if it were created now. A fix is offered only where a new pod would be
// better off.
package diagnose
