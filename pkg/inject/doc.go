// Package inject applies RRSA injection to manifests: it finds the pod templates of
// objects, decides for each with the engine, and says what has to change.
//
//	stream, err := manifest.Parse("app.yaml", data)
//	report, err := inject.Injector{Config: cfg}.Plan(stream.Items())
//	streams, report, err := report.Rewrite(stream)
//	out := streams[0].Bytes()
//
// An [Injector] looks up each template's Namespace and ServiceAccount in the input,
// in a config's context, and wherever a [Lookup] asks. The [Report] holds a
// [Template] for each pod template, with the engine's decision and what differs;
// Plan changes nothing, and Rewrite returns new streams.
//
// What an injection adds carries a [Mark]. By it a later run knows what it may
// change and take out again; whatever has none is a person's, and stays. See
// docs/convergence.md.
package inject
