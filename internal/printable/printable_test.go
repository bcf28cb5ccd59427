package printable_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
)

// TestText: nothing that steers a terminal gets through, and text in any script does.
func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain, 日本, é, 🙂":         "plain, 日本, é, 🙂",
		"a\nb":                    "a\nb",
		"a\tb\r":                  `a\tb\r`,
		"\x1b[31mred\x1b]0;x\a":   `\x1b[31mred\x1b]0;x\a`,
		"\u009b31m":               `\u009b31m`,
		"\x9b31m":                 "\uFFFD31m", // no UTF-8
		"\u202eright\u2066\u200f": `\u202eright\u2066\u200f`,
		"zero\u200bwidth\ufeff":   `zero\u200bwidth\ufeff`,
		"line\u2028para\u2029":    `line\u2028para\u2029`,
	} {
		if diff := cmp.Diff(want, printable.Text(in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
	if diff := cmp.Diff(`a\nb\r`, printable.Line("a\nb\r")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestURLs: a text says where something is, and not what gives access to it.
func TestURLs(t *testing.T) {
	for in, want := range map[string]string{
		// Nothing to hide.
		"plain text a@b?c=d":                       "plain text a@b?c=d",
		"see https://host/a/b.yaml, then":          "see https://host/a/b.yaml, then",
		"https://host:6443":                        "https://host:6443",
		"https://host:6443/@scope/pkg@1":           "https://host:6443/@scope/pkg@1",
		"https://[2001:db8::1]:6443/a@b":           "https://[2001:db8::1]:6443/a@b",
		"https://host: mail me@example.com":        "https://host: mail me@example.com",
		"acs:ram::1:role/r, :// and x://":          "acs:ram::1:role/r, :// and x://",
		`{"oidc:iss":"https://host/c1","a":"b@c"}`: `{"oidc:iss":"https://host/c1","a":"b@c"}`,
		"git@github.com:org/repo":                  "git@github.com:org/repo",
		// Users and passwords.
		"reading https://user:pass@host/a.yaml: no":             "reading https://host/a.yaml: no",
		"https://token@host":                                    "https://host",
		"HTTPS://user:p@ss@host/a":                              "HTTPS://host/a",
		"git::https://u:p@host/a and ssh://git@host/b":          "git::https://host/a and ssh://host/b",
		`"https://user:pa ss@host/a": bad`:                      `"https://host/a": bad`,
		`"https://user:pa\"ss@host/a": bad`:                     `"https://host/a": bad`,
		`"https://user:pa/ss@host/a": bad`:                      `"https://host/a": bad`,
		`"https://user:pa?ss@host/a": bad`:                      `"https://host/a": bad`,
		"from 'https://user:pa'ss@host/a': no":                  "from 'https://host/a': no",
		"('https://user:pass@host/a')":                          "('https://host/a')",
		`parse "https://u:p/w@h": invalid port ":p" after host`: `parse "https://h": invalid port after host`,
		// Queries.
		"https://h/a?Signature=abc%2F&OSSAccessKeyId=LTAI&Expires=1: no":     "https://h/a?Signature=...&OSSAccessKeyId=...&Expires=...: no",
		"https://h/a?X-Amz-Signature=s&X-Amz-Credential=c;token=t, and more": "https://h/a?X-Amz-Signature=...&X-Amz-Credential=...&token=..., and more",
		`Get "https://h/a?sig=x&next=https://h/?token=t": EOF`:               `Get "https://h/a?sig=...&next=...": EOF`,
		"https://h/a?c2VjcmV0":                       "https://h/a?...",
		"https://h/a?c2VjcmV0==":                     "https://h/a?...",
		"https://h/a?%73ig=s&empty=":                 "https://h/a?...&...",
		"https://h/a#access_token=t":                 "https://h/a#...",
		"https://h?access_token=t#part":              "https://h?access_token=...#...",
		"https://h/a?b=c.":                           "https://h/a?b=....",
		"//host/a?b=c and http://u:p@h http://v:q@i": "//host/a?b=c and http://h http://i",
	} {
		got := printable.URLs(in)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
		if again := printable.URLs(got); strings.TrimRight(again, ".") != strings.TrimRight(got, ".") {
			t.Errorf("%q: not settled: %q", in, again)
		}
	}
}

// TestShort: a text has an end, its start and its end are there, and no letter is cut.
func TestShort(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"123456789":               "123456789",
		"1234567890":              "123456…890",
		"长长长长长长长长长":               "长长长长长长长长长",
		strings.Repeat("长", 9999): "长长长长长…长长长",
	} {
		most := 9
		if in == "1234567890" {
			most = 10
			want = in
		}
		got := printable.Short(in, most)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.20q (-want +got):\n%s", in, diff)
		}
		if !utf8.ValidString(got) {
			t.Errorf("%.20q: a letter is cut", in)
		}
	}
}

// TestMessage: all of it together, for a line and for an error.
func TestMessage(t *testing.T) {
	name := strings.Repeat("a\n", 1<<20)
	if got := printable.Message("reading https://u:p@h/" + name + "said"); strings.Contains(got, "\n") || len(got) > 2*printable.MessageLength || !strings.HasSuffix(got, "said") {
		t.Errorf("got %d bytes: %.200q", len(got), got)
	}
	if diff := cmp.Diff("a\n  hint: \\x1b https://h", printable.Error(errors.New("a\n  hint: \x1b https://u:p@h"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
