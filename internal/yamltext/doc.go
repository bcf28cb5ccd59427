// Package yamltext finds places in the text of a YAML document and edits it there.
//
// A parser's nodes tell where a value starts, by line and column, and not where it
// ends. [Text] turns such a start into an offset, and [Text.End] finds the end:
// closing quotes and brackets, the last line of a scalar. What can't be told for
// sure is [ErrUnclear], never a guess. [Split] cuts a stream into documents, and
// [Apply] makes edits.
package yamltext
