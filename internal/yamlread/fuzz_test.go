package yamlread

import (
	"bytes"
	"testing"
)

// FuzzRead holds all that this package is sure of to what the parser reads.
func FuzzRead(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text.yaml))
		f.Add(bytes.ReplaceAll([]byte(text.yaml), []byte("\n"), []byte("\r\n")))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 1<<12 {
			check(t, data)
		}
	})
}

// FuzzItems cuts a list in which any text stands before, between and behind objects.
func FuzzItems(f *testing.F) {
	for _, text := range texts {
		f.Add("", text.yaml, "")
		f.Add("# a\n", "  data: 'x\n    y'\n", text.yaml)
	}
	f.Fuzz(func(t *testing.T, before, between, behind string) {
		if len(before)+len(between)+len(behind) < 1<<12 {
			check(t, []byte("kind: List\n"+before+"items:\n- kind: A\n  metadata:\n    name: a\n"+between+"- kind: B\n  metadata:\n    name: b\n"+behind))
		}
	})
}
