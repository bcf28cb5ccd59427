package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

// TestOneTable: a page that lists the settings itself would be out of date after
// the next one.
func TestOneTable(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(top, "docs", "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	row := regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")
	for _, page := range append(pages, filepath.Join(top, "README.md"), filepath.Join(top, "fn", "README.md")) {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		before, generated, _ := strings.Cut(string(data), referenceStart)
		_, after, _ := strings.Cut(generated, referenceEnd)
		for _, m := range row.FindAllStringSubmatch(before+after, -1) {
			for _, s := range config.Settings() {
				if s.Name == m[1] {
					t.Errorf("%s has a row for %s: link to %s", page, s.Name, referenceFile)
				}
			}
		}
	}
}

// TestBetween: only what is between the lines is replaced, and a file without them
// is left alone.
func TestBetween(t *testing.T) {
	for name, test := range map[string]struct{ text, end, want, err string }{
		"between":  {"a\n<s>\nold\n<e>\nb\n", "<e>\n", "a\n<s>\nnew\n<e>\nb\n", ""},
		"the rest": {"a\n<s>\nold\nb\n", "", "a\n<s>\nnew\n", ""},
		"no start": {"a\n<e>\n", "<e>\n", "", `reading page.md: no line "<s>" with a line "<e>" after it`},
		"no end":   {"a\n<s>\nold\n", "<e>\n", "", `reading page.md: no line "<s>" with a line "<e>" after it`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "page.md"), []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := between(dir, "page.md", "<s>\n", test.end, "new\n")
			if err != nil && err.Error() != test.err || err == nil && test.err != "" {
				t.Fatalf("want error %q, got %v", test.err, err)
			}
			if diff := cmp.Diff(test.want, got.text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
