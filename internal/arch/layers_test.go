package arch_test

import (
	"slices"
	"strings"
	"testing"
)

// layer is a package, and what of the project's own it may import.
type layer struct {
	pkg string
	may []string
}

// layers are the rooms of the house, from the ground up. A package stands below all
// that may import it, so that there is no circle. A verb of the plugin, which isn't
// listed by name, may import verbLayer.
func layers() []layer {
	return []layer{
		{"internal/yamltext", nil},
		{"internal/yamlnode", nil},
		{"internal/yamlread", []string{"internal/yamltext"}},
		{"internal/parallel", nil},
		{"internal/yamledit", []string{"internal/yamlnode", "internal/yamltext"}},
		{"internal/suggest", nil},
		{"internal/jsonobject", nil},
		{"internal/textdiff", nil},
		{"internal/printable", nil},
		{"internal/sts", nil},

		{"pkg/rrsa", []string{"internal/suggest"}},
		{"pkg/trustpolicy", []string{"pkg/rrsa"}},
		{"internal/sdkerror", []string{"pkg/rrsa"}},
		{"pkg/manifest", []string{"internal/parallel", "internal/yamledit", "internal/yamlnode", "internal/yamlread", "internal/yamltext"}},
		{"internal/podtemplate", []string{"internal/yamlnode", "pkg/rrsa"}},
		{"pkg/inject", []string{"internal/parallel", "internal/podtemplate", "internal/yamledit", "internal/yamlnode", "pkg/manifest", "pkg/rrsa"}},
		{"pkg/admissionpolicy", []string{"internal/yamlnode", "pkg/inject", "pkg/rrsa"}},
		{"pkg/config", []string{"internal/jsonobject", "internal/suggest", "pkg/inject", "pkg/manifest", "pkg/rrsa"}},

		{"fn", []string{"internal/printable", "pkg/config", "pkg/inject", "pkg/manifest", "pkg/rrsa"}},
		{"fn/inject-rrsa", []string{"fn"}},

		{"internal/cliapi", []string{"pkg/rrsa"}},
		{"plugin/term", []string{"internal/printable", "pkg/rrsa"}},
		{"plugin/kustomization", []string{"plugin/term"}},
		{"plugin/diagnose", []string{"internal/cliapi", "pkg/admissionpolicy", "pkg/rrsa"}},
		{"plugin/cluster", []string{"pkg/admissionpolicy", "pkg/inject", "pkg/rrsa", "plugin/diagnose"}},
		{"plugin/session", []string{
			"internal/cliapi", "internal/printable", "pkg/config", "pkg/inject", "pkg/manifest", "pkg/rrsa", "plugin/cluster", "plugin/diagnose", "plugin/kustomization", "plugin/term",
		}},
		{"plugin", []string{"internal/printable", "plugin/cmd", "plugin/session", "plugin/term"}},
		{"plugin/kubectl-rrsa", []string{"plugin"}},
	}
}

// verbLayer is what a verb may import: no other verb.
var verbLayer = []string{
	"internal/cliapi", "internal/printable", "internal/sdkerror", "internal/sts", "internal/suggest", "internal/textdiff",
	"pkg/admissionpolicy", "pkg/config", "pkg/inject", "pkg/manifest", "pkg/rrsa", "pkg/trustpolicy",
	"plugin/cluster", "plugin/diagnose", "plugin/session", "plugin/term",
}

// TestLayers holds every package to the list: a new one has to be put in its place.
func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for _, line := range list(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./pkg/...", "./internal/...", "./fn/...", "./plugin/...", "./hack/...") {
		path, imports, _ := strings.Cut(line, " ")
		pkg := strings.TrimPrefix(path, module+"/")
		seen[pkg] = true
		at := slices.IndexFunc(layers(), func(l layer) bool { return l.pkg == pkg })
		var may []string
		switch {
		case pkg == "internal/arch", under(pkg, "hack"):
			continue // on top of everything
		case strings.HasPrefix(pkg, "plugin/cmd/"):
			may = verbLayer
		case at < 0:
			t.Errorf("%s is new: say in layers what it may import", pkg)
			continue
		default:
			may = layers()[at].may
		}
		for _, imported := range strings.Fields(imports) {
			own, ok := strings.CutPrefix(imported, module+"/")
			if !ok {
				continue
			}
			if !slices.ContainsFunc(may, func(path string) bool { return own == path || path == "plugin/cmd" && under(own, path) }) {
				t.Errorf("%s must not import %s", pkg, own)
			}
		}
	}
	below := map[string]bool{"plugin/cmd": true}
	for _, l := range layers() {
		if !seen[l.pkg] {
			t.Errorf("%s is in the list and isn't there", l.pkg)
		}
		for _, path := range l.may {
			if !below[path] {
				t.Errorf("%s may import %s, which is not below it in the list", l.pkg, path)
			}
		}
		below[l.pkg] = true
	}
}
