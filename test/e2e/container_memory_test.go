package e2e

import (
	"strings"
	"testing"

	"github.com/kubectl-rrsa/rrsa/test/packages"
)

// TestContainerMemory: a container of 256 MB without swap injects 16 MB of Deployments,
// and the output is that of the executable.
func TestContainerMemory(t *testing.T) {
	name := functionImage(t)
	list := packages.List(packages.Deployments(10_000))
	if len(list) < 16_000_000 {
		t.Fatalf("the list has %d bytes", len(list))
	}
	exe := command(t, "", nil, function(t))
	exe.Stdin = strings.NewReader(list)
	want := run(t, exe)
	limited := command(t, "", nil, "docker", "run", "--rm", "-i", "--network", "none", "--memory", "256m", "--memory-swap", "256m", name)
	limited.Stdin = strings.NewReader(list)
	if got := run(t, limited); got != want {
		t.Errorf("the container's output has %d bytes, the executable's %d", len(got), len(want))
	}
	if n := strings.Count(want, "- name: rrsa-oidc-token # inject-rrsa"); n != 10_000 {
		t.Errorf("%d Deployments are injected", n)
	}
}
