package main

import (
	"errors"
	"fmt"
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
	// checksumPlace is where the checksum of an archive goes: right after its uri.
	checksumPlace = regexp.MustCompile(`(?m)^( +uri: \S+/(\S+)\n +sha256: ")` + noChecksum + `"$`)
	topComments   = regexp.MustCompile(`^(#.*\n)+`)
)

// fillKrew sets the version, and beside each uri the checksum of its archive.
// The comments at the top are about the template and are left out.
func fillKrew(template []byte, version string, archives []artifact) ([]byte, error) {
	sums := map[string]string{}
	for _, a := range archives {
		sums[a.name] = a.sha256()
	}
	text := strings.ReplaceAll(topComments.ReplaceAllString(string(template), ""), noVersion, version)
	places := checksumPlace.FindAllStringSubmatch(text, -1)
	for _, place := range places {
		sum, ok := sums[place[2]]
		if !ok {
			return nil, fmt.Errorf("filling in the krew manifest: no archive %q was built", place[2])
		}
		text = strings.Replace(text, place[0], place[1]+sum+`"`, 1)
	}
	switch {
	case strings.Contains(text, noChecksum), len(places) > 0 && len(places) != strings.Count(text, " uri: "):
		return nil, errors.New("filling in the krew manifest: a sha256 must come right after its uri")
	case !strings.Contains(text, version), len(places) == 0:
		return nil, errors.New("filling in the krew manifest: the version or a checksum has no place in the template")
	}
	return []byte(text), nil
}
