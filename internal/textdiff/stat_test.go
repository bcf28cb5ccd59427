package textdiff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStat(t *testing.T) {
	lines := func(n int) string { return strings.Repeat("x\n", n) }
	for name, tt := range map[string]struct {
		format Format
		pairs  []Pair
		want   string
	}{
		"no difference": {Format{}, []Pair{{"f", "a\n", "a\n"}}, ""},
		"one line more": {Format{}, []Pair{{"f", "", "a\n"}}, " f | 1 +\n 1 file changed, 1 insertion(+)\n"},
		"lines less":    {Format{}, []Pair{{"f", "a\nb\n", ""}}, " f | 2 --\n 1 file changed, 2 deletions(-)\n"},
		"names and numbers in columns": {
			Format{}, []Pair{{"long.yaml", "a\n", "b\n"}, {"same", "", ""}, {"f", "", lines(12)}},
			" long.yaml |  2 +-\n f         | 12 ++++++++++++\n 2 files changed, 13 insertions(+), 1 deletion(-)\n",
		},
		"a bar that is scaled, and shows each one": {
			Format{}, []Pair{{"f", "a\n", lines(1000)}, {"g", "", "a\n"}},
			" f | 1001 " + strings.Repeat("+", 68) + "-\n" + " g |    1 +\n 2 files changed, 1001 insertions(+), 1 deletion(-)\n",
		},
		"a long name keeps its end": {
			Format{}, []Pair{{strings.Repeat("d/", 40) + "app.yaml", "", "a\n"}},
			" ..." + "/" + strings.Repeat("d/", 19) + "app.yaml | 1 +\n 1 file changed, 1 insertion(+)\n",
		},
		"in color": {Format{Color: true}, []Pair{{"f", "a\n", "b\n"}}, " f | 2 \x1b[32m+\x1b[m\x1b[31m-\x1b[m\n 1 file changed, 1 insertion(+), 1 deletion(-)\n"},
		"cleaned":  {Format{Clean: strings.ToUpper}, []Pair{{"f\ng", "", "a\n"}}, " F\\nG | 1 +\n 1 file changed, 1 insertion(+)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.format.Stat(tt.pairs)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for line := range strings.Lines(got) {
				if width := len([]rune(line)) - 1; width > statWidth && !tt.format.Color {
					t.Errorf("%d columns: %q", width, line)
				}
			}
		})
	}
}
