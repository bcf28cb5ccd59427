package inject

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestStays: where a removal leaves a mount of the volume, it says so, and the
// volume stays if the mount may be of the injection.
func TestStays(t *testing.T) {
	own := podWith("  containers:\n  - name: one\n    volumeMounts:\n    - name: rrsa-oidc-token\n      mountPath: " + rrsa.TokenDir + "\n")
	flow := podWith("  containers:\n  - name: one\n    volumeMounts: [{name: data, mountPath: /data}]\n")
	bare := strings.ReplaceAll(render(t, podWith("  containers:\n  - name: one\n")), " "+Mark, "")
	for name, c := range map[string]struct {
		in       string
		unmarked bool
		want     []string
		volumes  int
	}{
		"a person's own mount":             {in: render(t, own), want: []string{"MountStays: take out the mount by hand, unless something else"}},
		"a mount in flow style":            {in: render(t, flow), want: []string{"VolumeStays: take it out by hand"}, volumes: 1},
		"the same, unmarked":               {in: render(t, flow), unmarked: true},
		"the same, unmarked and edited":    {in: strings.Replace(render(t, flow), "readOnly: true", "readOnly: false", 1), unmarked: true, want: []string{"VolumeStays: it is not all exactly"}, volumes: 1},
		"nothing marked":                   {in: bare, want: []string{"UnmarkedStays: take it out by hand"}, volumes: 1},
		"nothing marked, edited":           {in: strings.Replace(bare, "role/role", "role/other role", 1), unmarked: true, want: []string{"UnmarkedStays: it is not all exactly"}, volumes: 1},
		"nothing marked, and taken out":    {in: bare, unmarked: true},
		"nothing that has to do with RRSA": {in: podWith("  containers:\n  - name: one\n"), unmarked: true},
	} {
		s, err := manifest.Parse("input.yaml", []byte(c.in))
		if err != nil {
			t.Fatal(err)
		}
		report, err := Injector{Config: rrsa.Default(), Remove: true, Unmarked: c.unmarked}.Plan(s.Items())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range report.Templates[0].Decision.Reasons {
			if r.Severity == rrsa.Warning {
				got = append(got, string(r.Code)+": "+r.Hint)
			}
		}
		ok := len(got) == len(c.want)
		for i := 0; ok && i < len(got); i++ {
			ok = strings.HasPrefix(got[i], c.want[i])
		}
		if !ok {
			t.Errorf("%s: warnings (-want +got):\n%s", name, cmp.Diff(c.want, got))
		}
		out := written(t, s, report)
		if n := strings.Count(out, "serviceAccountToken:"); n != c.volumes {
			t.Errorf("%s: want %d volumes, got\n%s", name, c.volumes, out)
		}
	}
}
