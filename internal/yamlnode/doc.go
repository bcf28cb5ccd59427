// Package yamlnode reads, copies and compares YAML nodes.
//
// [Get] and the readers see what a mapping has once its merge keys and aliases are
// resolved; [Pair] and [Way.Follow] see what is written in it. [Expand] makes a
// copy without either. Errors are an [Error], whose path grows on its way up.
package yamlnode
