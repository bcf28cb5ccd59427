package trustpolicy

import (
	"fmt"
	"slices"
	"strings"
)

// names tells whether a condition names what is let in, and not what isn't.
func (c givenCondition) names() bool {
	return slices.Contains([]string{"StringEquals", "StringEqualsIgnoreCase", "StringLike"}, c.operator)
}

// compares tells whether a condition is one that can be judged.
func (c givenCondition) compares() bool {
	return givenCondition{operator: strings.Replace(c.operator, "StringNot", "String", 1)}.names()
}

// fails tells whether a claim's value meets a condition, and why not. A value with
// "*" stands for many, all of which must be let in; a statement that denies, and a
// condition that excludes, count if they are about any of them.
func (c givenCondition) fails(value string, denies bool) (Finding, bool) {
	operator := strings.Replace(c.operator, "StringNot", "String", 1)
	excludes := operator != c.operator
	overlap := func(value, v string) bool { return (denies || excludes) && covers(value, v) }
	equal := func(value, v string) bool { return v == value && !strings.Contains(v, "*") || overlap(value, v) }
	like := func(value, v string) bool { return covers(v, value) || overlap(value, v) }
	fold := func(match func(value, v string) bool) func(value, v string) bool {
		return func(value, v string) bool { return match(strings.ToLower(value), strings.ToLower(v)) }
	}
	some := func(match func(value, v string) bool) bool {
		return slices.ContainsFunc(c.values, func(v string) bool { return match(value, v) })
	}
	operators := map[string]func(value, v string) bool{"StringEquals": equal, "StringEqualsIgnoreCase": fold(equal), "StringLike": like}
	match, known := operators[operator]
	ok := known && some(match) != excludes
	f := Finding{Message: fmt.Sprintf("want %q, the policy has %s", value, quoted(c.values))}
	switch {
	case !known:
		f.Message = fmt.Sprintf("want %q, and %s is no operator that compares text", value, c.operator)
	case excludes:
		f.Message = fmt.Sprintf("%q is excluded by %s", value, quoted(c.values))
	case ok || operator == "StringEqualsIgnoreCase":
	case some(like):
		f.Hint = `"*" stands for any text under StringLike alone: move the condition there`
	case some(fold(like)):
		f.Hint = "upper and lower case differ"
	}
	return f, ok
}

// covers tells whether a pattern, in which "*" stands for any text, matches every
// text that another one matches. A "*" of the other is a letter that only a "*"
// matches.
func covers(pattern, other string) bool {
	parts := strings.Split(pattern, "*")
	last := len(parts) - 1
	if last == 0 {
		return pattern == other
	}
	rest, ok := strings.CutPrefix(other, parts[0])
	if !ok || !strings.HasSuffix(rest, parts[last]) {
		return false
	}
	rest = rest[:len(rest)-len(parts[last])]
	for _, part := range parts[1:last] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return true
}
