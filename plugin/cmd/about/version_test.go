package about

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
)

func TestDescribe(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	on := runtime.GOOS + "/" + runtime.GOARCH
	settings := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: commit}, {Key: "vcs.modified", Value: modified}}
	}
	for name, tt := range map[string]struct {
		info debug.BuildInfo
		want cliapi.Program
		text string
	}{
		"nothing is known": {debug.BuildInfo{GoVersion: "go1.26.0"}, cliapi.Program{Version: "devel", GoVersion: "go1.26.0", Platform: on}, "kubectl-rrsa devel\ncommit: unknown\n"},
		"built in a folder": {
			debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: "(devel)"}, Settings: settings("true")},
			cliapi.Program{Version: "devel", GitCommit: commit, Modified: true, GoVersion: "go1.26.0", Platform: on}, "kubectl-rrsa devel\ncommit: " + commit + ", modified\n",
		},
		"a release": {
			debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: "v1.2.3"}, Settings: settings("false")},
			cliapi.Program{Version: "v1.2.3", GitCommit: commit, GoVersion: "go1.26.0", Platform: on}, "kubectl-rrsa v1.2.3\ncommit: " + commit + "\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := describe(&tt.info, "")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			want := tt.text + "go: go1.26.0\nplatform: " + on + "\n\nWEBHOOK   DATE   ADDS\n"
			if diff := cmp.Diff(want, versionText(cliapi.ProgramVersion{Program: got})); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}
