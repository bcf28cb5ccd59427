package term

import (
	"fmt"
	"strings"

	"k8s.io/cli-runtime/pkg/printers"
)

// WriteTable writes lines of cells in columns, as kubectl does.
func WriteTable(b *strings.Builder, lines [][]string) {
	w := printers.GetNewTabWriter(b)
	for _, cells := range lines {
		var safe []string
		for _, cell := range cells {
			safe = append(safe, OneLine(cell))
		}
		fmt.Fprintln(w, strings.Join(safe, "\t"))
	}
	// A strings.Builder takes all that is written to it.
	_ = w.Flush()
}
