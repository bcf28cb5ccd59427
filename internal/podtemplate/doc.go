// Package podtemplate knows which kinds of objects hold pod templates, where, and
// under which ServiceAccount, and reads one into what the engine takes.
//
// To add a kind, add a row to the table in kinds.go, and a case.
package podtemplate
