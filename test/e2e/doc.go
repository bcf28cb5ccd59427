// Package e2e tests what a release consists of with the tools that use it: a
// Docker engine, kpt, krew and kubectl. A test that lacks one says so and is
// skipped. It is a module of its own, so that it sees the project from outside.
package e2e
