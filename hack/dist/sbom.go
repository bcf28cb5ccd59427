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
)

const downloads = "https://github.com/kubectl-rrsa/rrsa/releases/download/"

func (r release) sbomName() string { return "rrsa_" + r.version + ".spdx.json" }

// sbom says of each archive which modules the program in it was linked from, as
// the program itself does, and so by platform.
func (r release) sbom(archives []artifact) ([]byte, error) {
	doc := document{
		SPDXVersion:       "SPDX-2.3",
		DataLicense:       "CC0-1.0",
		SPDXID:            "SPDXRef-DOCUMENT",
		Name:              strings.TrimSuffix(r.sbomName(), ".spdx.json"),
		DocumentNamespace: downloads + r.version + "/" + r.sbomName(),
		CreationInfo: creationInfo{
			Created:  r.created.Format(time.RFC3339),
			Creators: []string{"Tool: github.com/kubectl-rrsa/rrsa/hack/dist"},
		},
	}
	modules := map[string]spdxPackage{}
	for _, a := range archives {
		archive := r.archivePackage(a)
		doc.Packages = append(doc.Packages, archive)
		doc.Relationships = append(doc.Relationships, relationship{doc.SPDXID, "DESCRIBES", archive.SPDXID})
		for _, m := range linked(a.built) {
			modules[m.SPDXID] = m
			doc.Relationships = append(doc.Relationships, relationship{archive.SPDXID, "CONTAINS", m.SPDXID})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(modules)) {
		doc.Packages = append(doc.Packages, modules[id])
	}
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the SBOM: %w", err)
	}
	return append(out, '\n'), nil
}

func (r release) archivePackage(a artifact) spdxPackage {
	return spdxPackage{
		Name:             strings.SplitN(a.name, "_", 2)[0],
		SPDXID:           spdxID("Archive", a.name),
		VersionInfo:      r.version,
		PackageFileName:  a.name,
		Purpose:          "ARCHIVE",
		DownloadLocation: downloads + r.version + "/" + a.name,
		Checksums:        []checksum{{"SHA256", a.sha256()}},
		LicenseConcluded: "Apache-2.0",
		LicenseDeclared:  "Apache-2.0",
		CopyrightText:    "NOASSERTION",
	}
}

// linked are the modules in a program, and the standard library.
func linked(info *buildinfo.BuildInfo) []spdxPackage {
	out := []spdxPackage{module(&debug.Module{Path: "stdlib", Version: strings.TrimPrefix(info.GoVersion, "go")})}
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		out = append(out, module(dep))
	}
	return out
}

func module(m *debug.Module) spdxPackage {
	p := spdxPackage{
		Name:             m.Path,
		SPDXID:           spdxID("Module", m.Path+"-"+m.Version),
		VersionInfo:      m.Version,
		Purpose:          "LIBRARY",
		DownloadLocation: "NOASSERTION",
		LicenseConcluded: "NOASSERTION",
		LicenseDeclared:  "NOASSERTION",
		CopyrightText:    "NOASSERTION",
		ExternalRefs:     []externalRef{{"PACKAGE-MANAGER", "purl", purl(m)}},
	}
	if m.Sum != "" {
		p.SourceInfo = "hash of the module's files, as in go.sum: " + m.Sum
	}
	return p
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
