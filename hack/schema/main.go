// Command schema writes what is generated from the table of settings in
// pkg/config: the JSON schema for editors, the one in the function's definition,
// and the reference in the documentation. Run it at the top of the module.
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

// write writes every generated file below the top of the module.
func write(top string) error {
	files, err := generate(top)
	if err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(top, f.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("writing what is generated: %w", err)
		}
		if err := os.WriteFile(path, f.data, 0o644); err != nil {
			return fmt.Errorf("writing what is generated: %w", err)
		}
	}
	return nil
}
