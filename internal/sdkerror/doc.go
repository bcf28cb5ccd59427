// Package sdkerror tells what is behind an error of an Alibaba Cloud SDK that gets
// no credentials in an injected pod.
//
// It knows facts, not programs: a [Cause] names the [Step] that shows more or fixes
// it, and whoever prints the cause says what to type for that step.
package sdkerror
