package e2e

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdxlib"
)

// TestDistSBOM reads the SBOM with SPDX's own library: a valid document that
// says for each archive, with its checksum, which modules are in it.
func TestDistSBOM(t *testing.T) {
	dir := release(t)
	doc, err := spdxjson.Read(strings.NewReader(read(t, dir, "rrsa_"+version+".spdx.json")))
	if err != nil {
		t.Fatal(err)
	}
	if err := spdxlib.ValidateDocument(doc); err != nil {
		t.Error(err)
	}
	if doc.SPDXVersion != "SPDX-2.3" || doc.CreationInfo.Created != "2023-11-14T22:13:20Z" {
		t.Errorf("want SPDX-2.3 of the source's date, got %s of %s", doc.SPDXVersion, doc.CreationInfo.Created)
	}
	names := map[common.ElementID]string{}
	contains := map[string]map[string]bool{}
	sums := map[string]string{}
	for _, p := range doc.Packages {
		if _, twice := names[p.PackageSPDXIdentifier]; twice {
			t.Errorf("two packages have the id %s", p.PackageSPDXIdentifier)
		}
		names[p.PackageSPDXIdentifier] = p.PackageName
		if p.PackageFileName != "" {
			names[p.PackageSPDXIdentifier] = p.PackageFileName
			sums[p.PackageFileName] = p.PackageChecksums[0].Value
		}
	}
	for _, r := range doc.Relationships {
		if r.Relationship == common.TypeRelationshipContains {
			archive := names[r.RefA.ElementRefID]
			if contains[archive] == nil {
				contains[archive] = map[string]bool{}
			}
			contains[archive][names[r.RefB.ElementRefID]] = true
		}
	}
	listed := []byte(read(t, dir, "checksums.txt"))
	for name, sum := range sums {
		if !bytes.Contains(listed, []byte(sum+"  "+name+"\n")) {
			t.Errorf("the checksum of %s isn't that of checksums.txt", name)
		}
		modules := contains[name]
		if !modules["stdlib"] || !modules["sigs.k8s.io/kustomize/kyaml"] {
			t.Errorf("%s must contain the standard library and kyaml, got %v", name, modules)
		}
		// What only the plugin is linked with must not be said of the function.
		if plugin := strings.HasPrefix(filepath.Base(name), "kubectl-rrsa"); modules["github.com/spf13/cobra"] != plugin {
			t.Errorf("%s contains cobra: %t, want %t", name, !plugin, plugin)
		}
	}
	if len(sums) != 12 {
		t.Errorf("want 12 archives, got %d", len(sums))
	}
}
