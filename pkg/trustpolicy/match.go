package trustpolicy

import (
	"fmt"
	"slices"
	"strings"
)

// fails tells whether a claim's value meets a condition, and why not. A value with
// "*" stands for many, all of which must be let in; a statement that denies counts
// if it meets any of them.
func (c givenCondition) fails(value string, denies bool) (Finding, bool) {
	f := Finding{Message: fmt.Sprintf("want %q, the policy has %s", value, quoted(c.values))}
	equal := func(v string) bool { return v == value && !strings.Contains(v, "*") || denies && covers(value, v) }
	like := func(v string) bool { return covers(v, value) || denies && covers(value, v) }
	shown := value
	fold := func(match func(string) bool) bool {
		value = strings.ToLower(value)
		return slices.ContainsFunc(c.values, func(v string) bool { return match(strings.ToLower(v)) })
	}
	switch c.operator {
	case "StringEquals":
		ok := slices.ContainsFunc(c.values, equal)
		switch {
		case ok:
		case slices.ContainsFunc(c.values, like):
			f.Hint = `"*" stands for any text under StringLike alone: move the condition there`
		case fold(like):
			f.Hint = "upper and lower case differ"
		}
		return f, ok
	case "StringLike":
		ok := slices.ContainsFunc(c.values, like)
		if !ok && fold(like) {
			f.Hint = "upper and lower case differ"
		}
		return f, ok
	case "StringEqualsIgnoreCase":
		return f, fold(equal)
	}
	excluded, known := false, true
	switch c.operator {
	case "StringNotEquals":
		excluded = slices.ContainsFunc(c.values, func(v string) bool { return v == value || covers(value, v) })
	case "StringNotEqualsIgnoreCase":
		excluded = fold(func(v string) bool { return v == value || covers(value, v) })
	case "StringNotLike":
		excluded = slices.ContainsFunc(c.values, func(v string) bool { return covers(v, value) || covers(value, v) })
	default:
		known = false
	}
	if !known {
		f.Message = fmt.Sprintf("want %q, and %s is no operator that compares text", shown, c.operator)
	} else {
		f.Message = fmt.Sprintf("%q is excluded by %s", shown, quoted(c.values))
	}
	return f, known && !excluded
}

// requires tells whether a condition names what is let in, and not what isn't.
func (c givenCondition) requires() bool {
	return slices.Contains([]string{"StringEquals", "StringEqualsIgnoreCase", "StringLike"}, c.operator)
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
