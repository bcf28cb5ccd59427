package sdkerror

import (
	"slices"
	"strings"
)

// Find returns the errors that a text is about, as an SDK has written it: what is
// around the code, its case and its line breaks don't matter. None means that the
// text has no known code.
func Find(text string) []Error {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	return slices.DeleteFunc(Known(), func(e Error) bool { return !hasCode(text, strings.ToLower(e.Code)) })
}

// hasCode finds a code that doesn't go on as another one: EntityNotExist.Role is
// not EntityNotExist.Role.Policy.
func hasCode(text, code string) bool {
	isLetter := func(at int) bool {
		return at < len(text) && ('a' <= text[at] && text[at] <= 'z' || '0' <= text[at] && text[at] <= '9')
	}
	for {
		_, after, ok := strings.Cut(text, code)
		if !ok {
			return false
		}
		text = after
		if !isLetter(0) && !(strings.HasPrefix(text, ".") && isLetter(1)) {
			return true
		}
	}
}
