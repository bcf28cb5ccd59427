// Package cliapi holds what "kubectl rrsa" promises to programs: the objects that
// -o json, -o jsonl and -o yaml print. docs/cli has what each verb prints.
//
// A field once released keeps its name and its meaning within a [Version]; new ones
// may come. The words that stand for something, such as states, verdicts and codes,
// are those of the engine, which more may join as well.
//
// The types are data and know no cluster and no terminal; the verbs fill them in and
// write them for people.
package cliapi

// Version is the apiVersion of the objects.
const Version = "cli.rrsa.dev/v1alpha1"
