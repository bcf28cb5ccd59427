package main

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoOtherPage: docs/cli has the pages of the commands, and none besides.
func TestNoOtherPage(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join(top, pagesFolder))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(pages()) {
		t.Errorf("want %d pages, got %v: run \"make generate\"", len(pages()), entries)
	}
}

// TestEveryVerbHasAPage, which the index lists, with an example and its flags.
func TestEveryVerbHasAPage(t *testing.T) {
	all := map[string]string{}
	for _, p := range pages() {
		all[path.Base(p.path)] = p.text
	}
	for _, verb := range []string{"admission-policy", "audit", "check", "completion", "config", "diff", "explain", "options", "preview", "trust-policy", "uninject", "verify", "version"} {
		page := all[verb+".md"]
		if !strings.Contains(page, "\n# kubectl rrsa "+verb+"\n") || !strings.Contains(page, "## Examples") {
			t.Errorf("%s has no page with examples:\n%s", verb, page)
		}
		if !strings.Contains(all[index], "]("+verb+".md)") {
			t.Errorf("the index doesn't list %s", verb)
		}
	}
	if strings.Contains(all["preview.md"], "```\n\n```") || !strings.Contains(all["preview.md"], "| `-o, --output string` | `yaml` | ") {
		t.Errorf("the flags of preview are not there:\n%s", all["preview.md"])
	}
	if len(all) != 14 {
		t.Errorf("want 14 pages, got %d: add the new verb here", len(all))
	}
}

// TestWrite: a page of a command that is gone is taken away.
func TestWrite(t *testing.T) {
	top := t.TempDir()
	old := filepath.Join(top, pagesFolder, "gone.md")
	if err := os.MkdirAll(filepath.Dir(old), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, []byte("gone"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write(top, pages()); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(old))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(pages()) {
		t.Errorf("want %d pages, got %v", len(pages()), entries)
	}
}
