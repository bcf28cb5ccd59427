// Package e2e tests a release with the tools that use it: a Docker engine, kpt,
// krew and kubectl, and the plugin against a control plane of Kubernetes. A test
// that lacks one of the machine's tools says so and is skipped; the control plane
// is built from the module proxy.
//
// It is a module of its own, so that it sees the release from outside and its
// dependencies are none of ours. It imports the project's packages, by a replace,
// for two things alone: the engine, to stand in for the webhook at admission, and
// the golden cases.
package e2e
