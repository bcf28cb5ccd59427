// Package about holds the verbs that are about the program itself: version, options
// and completion.
package about
