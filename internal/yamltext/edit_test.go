package yamltext

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestApply: edits are made in the order of the text, whatever their own.
func TestApply(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		edits      []Edit
		want       string
	}{
		{"none", "a\nb\n", nil, "a\nb\n"},
		{"an insertion, a cut and a replacement", "a\nb\nc\n", []Edit{{0, 0, "x\n"}, {2, 4, ""}, {4, 5, "d"}}, "x\na\nd\n"},
		{"the last one first", "a\nb\nc\n", []Edit{{4, 5, "d"}, {2, 4, ""}, {0, 0, "x\n"}}, "x\na\nd\n"},
		{"insertions at one place, as they are given", "a\n", []Edit{{2, 2, "b\n"}, {2, 2, "c\n"}}, "a\nb\nc\n"},
		{"an insertion before what is cut from there on", "a\nb\n", []Edit{{2, 4, ""}, {2, 2, "x\n"}}, "a\nx\n"},
		{"an insertion behind what is cut up to there", "a\nb\n", []Edit{{2, 2, "x\n"}, {0, 2, ""}}, "x\nb\n"},
		{"all of it", "a\n", []Edit{{0, 2, ""}}, ""},
		{"no line break at the end, and none behind what is added", "a", []Edit{{1, 1, "\nb\n"}}, "a\nb"},
		{"no line break at the end, and none where the last line goes", "a\nb", []Edit{{2, 3, ""}}, "a"},
		{"the same with two bytes", "a\r\nb", []Edit{{3, 4, ""}}, "a"},
		{"the same with a carriage return", "a\rb", []Edit{{2, 3, ""}}, "a"},
		{"into nothing", "", []Edit{{0, 0, "a\n"}}, "a\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, edits := []byte(tt.data), slices.Clone(tt.edits)
			got, err := Apply(data, tt.edits)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(edits, tt.edits); diff != "" || string(data) != tt.data {
				t.Errorf("what was given changed:\n%s", diff)
			}
			edited, err := NewEdited(data, tt.edits)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("before"+tt.want, string(edited.Append([]byte("before")))); diff != "" {
				t.Errorf("appended (-want +got):\n%s", diff)
			}
		})
	}
}

// TestApplyErrors: two edits of the same bytes can't both be right.
func TestApplyErrors(t *testing.T) {
	for _, tt := range []struct {
		name  string
		edits []Edit
		want  string
	}{
		{"an overlap", []Edit{{2, 4, ""}, {0, 3, ""}}, "editing the text: two edits at byte 2"},
		{"the same twice", []Edit{{1, 2, "x"}, {1, 2, "x"}}, "editing the text: two edits at byte 1"},
		{"an insertion within what is cut", []Edit{{1, 1, "x"}, {0, 2, ""}}, "editing the text: two edits at byte 1"},
		{"one that ends before it starts", []Edit{{3, 2, ""}}, "editing the text: two edits at byte 3"},
		{"one behind the end", []Edit{{4, 9, ""}}, "editing the text: two edits at byte 4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Apply([]byte("abcdef"), tt.edits)
			if err == nil || err.Error() != tt.want || got != nil {
				t.Errorf("want %q, got %q and %v", tt.want, got, err)
			}
		})
	}
}

// TestEndsLine: the line breaks that the parser knows, all of them.
func TestEndsLine(t *testing.T) {
	for data, want := range map[string]bool{"": false, "a": false, "a\n": true, "a\r": true, "a\r\n": true, "a\u0085": true, "a\u2028": true, "a\u2029": true, "a\u2027": false} {
		if got := EndsLine([]byte(data)); got != want {
			t.Errorf("EndsLine(%q) = %v", data, got)
		}
	}
}
