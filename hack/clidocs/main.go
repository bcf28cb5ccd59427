// Command clidocs writes the reference of "kubectl rrsa" to docs/cli, a page for
// each command, from what the commands say in their help. Run it at the top of the
// module.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// folder is where the pages are. All of it is generated.
var folder = filepath.Join("docs", "cli")

// write writes every page below the top of the module, and takes away those of
// commands that are gone.
func write(top string) error {
	dir := filepath.Join(top, folder)
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("removing the old pages: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("writing the pages: %w", err)
	}
	for name, text := range pages() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("writing the pages: %w", err)
		}
	}
	return nil
}
