package main

import (
	"debug/buildinfo"
	"encoding/json"
	"runtime/debug"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSBOM(t *testing.T) {
	info := &buildinfo.BuildInfo{GoVersion: "go1.26.0", Deps: []*debug.Module{
		{Path: "github.com/Azure/go-ansiterm", Version: "v1.0.0+incompatible", Sum: "h1:abc"},
		{Path: "example.invalid/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.invalid/new", Version: "v2.0.0"}},
	}}
	r := release{version: "v1.2.3", created: time.Unix(0, 0).UTC()}
	content, err := r.sbom([]artifact{
		{name: "inject-rrsa_v1.2.3_linux_amd64.tar.gz", built: info}, {name: "inject-rrsa_v1.2.3_linux_arm64.tar.gz", built: info},
	})
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Packages []struct {
			Name         string
			ExternalRefs []struct{ ReferenceLocator string }
		}
		Relationships []any
	}
	if err := json.Unmarshal(content, &doc); err != nil {
		t.Fatal(err)
	}
	var names, locators []string
	for _, p := range doc.Packages {
		names = append(names, p.Name)
		for _, ref := range p.ExternalRefs {
			locators = append(locators, ref.ReferenceLocator)
		}
	}
	// Both archives, and each module once.
	if diff := cmp.Diff([]string{"inject-rrsa", "inject-rrsa", "example.invalid/new", "github.com/Azure/go-ansiterm", "stdlib"}, names); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"pkg:golang/example.invalid/new@v2.0.0",
		"pkg:golang/github.com/azure/go-ansiterm@v1.0.0%2Bincompatible",
		"pkg:golang/stdlib@1.26.0",
	}, locators); diff != "" {
		t.Errorf("locators (-want +got):\n%s", diff)
	}
	if len(doc.Relationships) != 2+2*3 {
		t.Errorf("want 2 archives described, with 3 modules each, got %v", doc.Relationships)
	}
}
