package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// What the template has in place of the version and of a checksum. With them it
// is a valid manifest already.
const (
	noVersion  = "v0.0.0"
	noChecksum = "0000000000000000000000000000000000000000000000000000000000000000"
)

var (
	uriLine = regexp.MustCompile(`^ +uri: (\S+)$`)
	shaLine = regexp.MustCompile(`^ +sha256: "` + noChecksum + `"$`)
)

// fillKrew sets the version, and beside each uri the checksum of its archive.
// The comments at the top are about the template and are left out.
func fillKrew(template []byte, version string, archives []artifact) ([]byte, error) {
	sums := map[string]string{}
	for _, a := range archives {
		sums[a.name] = a.sha256()
	}
	var out []string
	sum := ""
	for line := range strings.Lines(string(template)) {
		if strings.HasPrefix(line, "#") && len(out) == 0 {
			continue
		}
		line = strings.ReplaceAll(line, noVersion, version)
		text := strings.TrimSuffix(line, "\n")
		if m := uriLine.FindStringSubmatch(text); m != nil {
			if sum != "" {
				return nil, fmt.Errorf("filling in the krew manifest: a sha256 must come right after its uri, before %q", path.Base(m[1]))
			}
			var ok bool
			if sum, ok = sums[path.Base(m[1])]; !ok {
				return nil, fmt.Errorf("filling in the krew manifest: no archive %q was built", path.Base(m[1]))
			}
		}
		if shaLine.MatchString(text) {
			if sum == "" {
				return nil, fmt.Errorf("filling in the krew manifest: a sha256 must come right after its uri")
			}
			line = strings.Replace(line, noChecksum, sum, 1)
			sum = ""
		}
		out = append(out, line)
	}
	filled := strings.Join(out, "")
	if !strings.Contains(filled, version) || strings.Contains(filled, noChecksum) || sum != "" {
		return nil, fmt.Errorf("filling in the krew manifest: the version or a checksum has no place in the template")
	}
	return []byte(filled), nil
}
