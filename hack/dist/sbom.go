package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-rrsa/rrsa/internal/jsonobject"
)

const (
	downloads   = "https://github.com/kubectl-rrsa/rrsa/releases/download/"
	noAssertion = "NOASSERTION"
)

func (r release) sbomName() string { return "rrsa_" + r.version + ".spdx.json" }

// sbom is an SPDX document that says of each archive which modules the program in it
// was linked from, as the program itself does, and so by platform.
func (r release) sbom(archives []artifact) ([]byte, error) {
	const document = "SPDXRef-DOCUMENT"
	var packages, relationships []jsonobject.Object
	related := func(id, how, to string) {
		relationships = append(relationships, object("spdxElementId", id, "relationshipType", how, "relatedSpdxElement", to))
	}
	modules := map[string]*debug.Module{}
	for _, a := range archives {
		archive := spdxID("Archive", a.name)
		packages = append(packages, r.archivePackage(archive, a))
		related(document, "DESCRIBES", archive)
		for _, m := range linked(a.built) {
			id := spdxID("Module", m.Path+"-"+m.Version)
			modules[id] = m
			related(archive, "CONTAINS", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(modules)) {
		packages = append(packages, modulePackage(id, modules[id]))
	}
	out, err := json.MarshalIndent(object(
		"spdxVersion", "SPDX-2.3",
		"dataLicense", "CC0-1.0",
		"SPDXID", document,
		"name", strings.TrimSuffix(r.sbomName(), ".spdx.json"),
		"documentNamespace", downloads+r.version+"/"+r.sbomName(),
		"creationInfo", object("created", r.created.Format(time.RFC3339), "creators", []string{"Tool: github.com/kubectl-rrsa/rrsa/hack/dist"}),
		"packages", packages,
		"relationships", relationships,
	), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the SBOM: %w", err)
	}
	return append(out, '\n'), nil
}

func (r release) archivePackage(id string, a artifact) jsonobject.Object {
	return object(
		"name", strings.SplitN(a.name, "_", 2)[0],
		"SPDXID", id,
		"versionInfo", r.version,
		"packageFileName", a.name,
		"primaryPackagePurpose", "ARCHIVE",
		"downloadLocation", downloads+r.version+"/"+a.name,
		"filesAnalyzed", false,
		"checksums", []any{object("algorithm", "SHA256", "checksumValue", a.sha256())},
		"licenseConcluded", "Apache-2.0",
		"licenseDeclared", "Apache-2.0",
		"copyrightText", noAssertion,
	)
}

func modulePackage(id string, m *debug.Module) jsonobject.Object {
	var hash any
	if m.Sum != "" {
		hash = "hash of the module's files, as in go.sum: " + m.Sum
	}
	return object(
		"name", m.Path,
		"SPDXID", id,
		"versionInfo", m.Version,
		"primaryPackagePurpose", "LIBRARY",
		"downloadLocation", noAssertion,
		"filesAnalyzed", false,
		"sourceInfo", hash,
		"licenseConcluded", noAssertion,
		"licenseDeclared", noAssertion,
		"copyrightText", noAssertion,
		"externalRefs", []any{object("referenceCategory", "PACKAGE-MANAGER", "referenceType", "purl", "referenceLocator", purl(m))},
	)
}

// object is a JSON object of keys and values in turn. A nil value is left out.
func object(pairs ...any) jsonobject.Object {
	var out jsonobject.Object
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != nil {
			out = append(out, jsonobject.Member{Key: pair[0].(string), Value: pair[1]})
		}
	}
	return out
}

// linked are the modules in a program, and the standard library.
func linked(info *buildinfo.BuildInfo) []*debug.Module {
	out := []*debug.Module{{Path: "stdlib", Version: strings.TrimPrefix(info.GoVersion, "go")}}
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		out = append(out, dep)
	}
	return out
}

// purl names a module as package-url wants it: in lower case, and with the plus
// of "+incompatible" escaped.
func purl(m *debug.Module) string {
	return "pkg:golang/" + strings.ToLower(m.Path) + "@" + strings.ReplaceAll(m.Version, "+", "%2B")
}

var notInID = regexp.MustCompile(`[^A-Za-z0-9.]+`)

func spdxID(kind, name string) string {
	return "SPDXRef-" + kind + "-" + notInID.ReplaceAllString(name, "-")
}
