package arch_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Within the plugin imports go one way: a verb to the session and to what is said of
// pods, those to the cluster and to the terminal. No verb knows another one.
func TestPluginLayers(t *testing.T) {
	const plugin = module + "/plugin"
	verb := []string{plugin + "/session", plugin + "/diagnose", plugin + "/cluster", plugin + "/term"}
	may := map[string][]string{
		plugin + "/session":      {plugin + "/diagnose", plugin + "/cluster", plugin + "/term"},
		plugin + "/diagnose":     nil,
		plugin + "/cluster":      nil,
		plugin + "/term":         nil,
		plugin + "/kubectl-rrsa": {plugin},
	}
	verbs := 0
	for _, pkg := range list(t, "./plugin/...") {
		allowed, known := may[pkg]
		switch {
		case pkg == plugin:
			continue // it puts all of them together
		case strings.HasPrefix(pkg, plugin+"/cmd/"):
			verbs++
			allowed = verb
		case !known:
			t.Errorf("%s is new: say here what it may import", pkg)
		}
		for _, path := range reached(list(t, "-f", `{{join .Imports "\n"}}`, pkg), plugin) {
			if !slices.Contains(allowed, path) {
				t.Errorf("%s must not import %s", pkg, path)
			}
		}
	}
	if verbs < 8 {
		t.Errorf("only %d packages of verbs are found: is the path right?", verbs)
	}
}

// What is said of a live pod needs no cluster, and what programs are promised needs
// nothing but the engine's words.
func TestPluginIsPure(t *testing.T) {
	deps := list(t, "-deps", "./plugin/diagnose")
	for _, path := range []string{"k8s.io/client-go", "github.com/spf13/cobra", module + "/plugin/cluster", module + "/plugin/term"} {
		if found := reached(deps, path); len(found) > 0 {
			t.Errorf("plugin/diagnose must not reach %s, and does:\n\t%s", path, strings.Join(found, "\n\t"))
		}
	}
	imports := list(t, "-f", `{{join .Imports "\n"}}`, "./internal/cliapi")
	if own := reached(imports, module); !slices.Equal(own, []string{module + "/pkg/rrsa"}) {
		t.Errorf("internal/cliapi must import pkg/rrsa alone, and imports %v", own)
	}
}

// A package is read as a whole, so that it must stay small.
func TestPluginPackagesAreSmall(t *testing.T) {
	const most = 24
	for _, line := range list(t, "-f", "{{len .GoFiles}} {{.ImportPath}}", "./plugin/...", "./internal/cliapi") {
		count, pkg, _ := strings.Cut(line, " ")
		files, err := strconv.Atoi(count)
		if err != nil {
			t.Fatal(err)
		}
		if files > most {
			t.Errorf("%s has %d files, and at most %d are allowed: divide it", pkg, files, most)
		}
	}
}
