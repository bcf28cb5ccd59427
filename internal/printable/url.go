package printable

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	// scheme is where a URL starts, in whatever text it stands.
	scheme = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://`)
	// parameter is a name in a query that tells no secret.
	parameter = regexp.MustCompile(`^[A-Za-z0-9._\[\]-]{1,40}$`)
	// badPort is what net/url says of a password with a slash, which it takes for a port.
	badPort = regexp.MustCompile(`invalid port "(\\.|[^"\\])*"`)
)

// hidden stands for what a URL has in a place that may hold a secret.
const hidden = "..."

// URLs takes out of the URLs in a text what may give access: the user with the
// password, all values of the query, such as a signature, and the fragment. It is the
// one place that does so, whoever wrote the text.
func URLs(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	var b strings.Builder
	for {
		at := scheme.FindStringIndex(text)
		if at == nil {
			break
		}
		end := at[1] + length(text[at[1]:], text[:at[0]])
		b.WriteString(text[:at[1]] + withoutSecrets(text[at[1]:end]))
		text = text[end:]
	}
	b.WriteString(text)
	return badPort.ReplaceAllString(b.String(), "invalid port")
}

// length is how far a URL goes on in a text. In double quotes it goes to the closing
// one: a password with a blank makes no valid URL, and is a password still.
func length(rest, before string) int {
	if strings.HasSuffix(before, `"`) {
		for i := 0; i < len(rest); i++ {
			switch rest[i] {
			case '\\':
				i++
			case '"':
				return i
			}
		}
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r <= ' ' || strings.ContainsRune("\"<>`", r) })
	if end < 0 {
		end = len(rest)
	}
	// A single quote is a letter of URLs, and closes one where no letter follows.
	if at := strings.Index(rest[:end], "'"); at >= 0 && strings.Trim(rest[at:end], "',.:;()[]{}") == "" {
		end = at
	}
	last := len(strings.TrimRight(rest[:end], ",.:;)]}"))
	if strings.HasPrefix(rest[last:end], hidden) {
		last += len(hidden) // it was here before
	}
	return last
}

// withoutSecrets is a URL behind its scheme.
func withoutSecrets(url string) string {
	authority := url
	if i := strings.IndexAny(url, "/?#"); i >= 0 {
		authority = url[:i]
	}
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		url = url[at+1:]
	} else if at := strings.LastIndex(url, "@"); at >= 0 && !hasPort(authority) {
		url = url[at+1:] // the password has a slash or the like
	}
	url, fragment, hasFragment := strings.Cut(url, "#")
	url, query, hasQuery := strings.Cut(url, "?")
	if hasQuery {
		var pairs []string
		for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
			name, value, _ := strings.Cut(pair, "=")
			// Without a value the name may be a token itself, and "=" its padding.
			if strings.Trim(value, "=") == "" || !parameter.MatchString(name) {
				pairs = append(pairs, hidden)
			} else {
				pairs = append(pairs, name+"="+hidden)
			}
		}
		url += "?" + strings.Join(pairs, "&")
	}
	if hasFragment {
		url += "#" + hidden[:min(len(fragment), len(hidden))]
	}
	return url
}

// hasPort tells whether an authority is a host, with a number as its port if there is
// one.
func hasPort(authority string) bool {
	_, port, ok := strings.Cut(authority[strings.LastIndex(authority, "]")+1:], ":")
	_, err := strconv.ParseUint(port, 10, 16)
	return !ok || port == "" || err == nil
}
