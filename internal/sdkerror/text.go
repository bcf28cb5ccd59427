package sdkerror

import (
	"regexp"
	"strconv"
	"strings"
)

// plain is a text as its program meant it, in lower case and on one line: without the
// escapes of JSON, in which one program quotes the other. A line break may be a blank,
// or a terminal's in the middle of a word, so there are two of it.
func plain(text string) []string {
	text = strings.ToLower(text)
	text = regexp.MustCompile(`\\+u[0-9a-f]{4}`).ReplaceAllStringFunc(text, func(escape string) string {
		char, err := strconv.ParseUint(escape[len(escape)-4:], 16, 16)
		if err != nil {
			return escape
		}
		return string(rune(char))
	})
	text = regexp.MustCompile(`\\+[nrt]`).ReplaceAllString(text, "\n")
	text = regexp.MustCompile(`\\+(["'/])`).ReplaceAllString(text, "$1")
	text = strings.NewReplacer("&quot;", `"`, "&#39;", "'", "\r\n", "\n").Replace(text)
	joined := regexp.MustCompile(`[ \t]*\n[ \t]*`).ReplaceAllString(text, "")
	return []string{blanks(text), blanks(joined)}
}

func blanks(text string) string { return strings.Join(strings.Fields(text), " ") }

// On the path of a token that programs read. What Kubernetes and other clouds mount
// under such names is none of RRSA's.
const tokenPath = `['"]?(?:/[^\s'"():,<>]*(?:rrsa|oidc)[^\s'"():,<>]*|/(?:var/)?run/secrets/(?:tokens?/)?token|[….]+/token)['"]?`

// atToken are the forms in which programs say something about the token's file: after
// its path, as Go, a shell and Java do, or before it, as Python, Node.js and Java's
// exceptions.
func atToken(after, before string) []string {
	return []string{
		tokenPath + `(?:: | \()(?:` + after + `)`,
		`(?:` + before + `)(?:: |, (?:open|access|stat) )` + tokenPath,
	}
}
