// Package arch holds the architecture as a test: which package may import what.
//
// One engine decides, pkg/rrsa, as a function of its arguments; pkg/manifest
// reads and writes YAML around it; fn and plugin are the two programs on top.
// Imports go that way only, so that the engine can be used without YAML and the
// function stays without a cluster's client. hack, on top of both, generates the
// schemas and the reference and builds a release; nothing imports it.
package arch
