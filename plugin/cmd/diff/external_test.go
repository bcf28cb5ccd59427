package diff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/textdiff"
)

// TestFileNames: what a name holds leads nowhere else, and no file hides another.
func TestFileNames(t *testing.T) {
	long := strings.Repeat("长", 300) + ".yaml"
	names := []string{
		"app.yaml", "./app.yaml", "App.yaml", "../../etc/passwd", "apps.v1.Deployment.shop.cart", "a/b c.yaml", `C:\d\e.yaml`,
		"日本.yaml", "", "..", "-x", "a\nb\x1b", long, long,
	}
	want := []string{
		"app.yaml", "2-app.yaml", "3-App.yaml", "etc_passwd", "apps.v1.Deployment.shop.cart", "a_b_c.yaml", "C__d_e.yaml",
		"日本.yaml", "2-", "3-", "x", "a_b_", strings.Repeat("长", 55) + ".yaml", "2-" + strings.Repeat("长", 55) + ".yaml",
	}
	var pairs []textdiff.Pair
	for _, name := range names {
		pairs = append(pairs, textdiff.Pair{Name: name})
	}
	got := fileNames(pairs)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range got {
		if len(name) > 255 {
			t.Errorf("%d bytes: %q", len(name), name)
		}
	}
}
