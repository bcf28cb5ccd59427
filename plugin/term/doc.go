// Package term is the edge to the person at the terminal: exit codes, lines of text
// that are safe to show, tables, output as YAML and JSON, and what a shell completes.
//
// It is also the one place where a reason of the engine is written for people. The
// engine says what is wrong and what to do about it; what to type for that is here.
package term
