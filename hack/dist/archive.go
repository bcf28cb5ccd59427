package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing/fstest"
	"time"
)

// An artifact is one file of the release.
type artifact struct {
	name    string
	content []byte
	built   *buildinfo.BuildInfo // of the program in an archive
}

func (a artifact) sha256() string {
	sum := sha256.Sum256(a.content)
	return hex.EncodeToString(sum[:])
}

// Entries have no owner, and a fixed time: 1980, the first that a zip can hold.
var packed = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// file is one entry of an archive.
func file(mode fs.FileMode, content []byte) *fstest.MapFile {
	return &fstest.MapFile{Mode: mode, Data: content, ModTime: packed}
}

// pack makes an archive: a zip if its name ends so, or else a tar in gzip, whose
// header has neither a name nor a time.
func pack(name string, files fstest.MapFS) ([]byte, error) {
	var out bytes.Buffer
	if strings.HasSuffix(name, ".zip") {
		archive := zip.NewWriter(&out)
		err := errors.Join(archive.AddFS(files), archive.Close())
		return out.Bytes(), err
	}
	compressed := gzip.NewWriter(&out)
	archive := tar.NewWriter(compressed)
	err := errors.Join(archive.AddFS(files), archive.Close(), compressed.Close())
	return out.Bytes(), err
}

// checksums lists artifacts as sha256sum does, so that "sha256sum -c" reads it.
func checksums(artifacts []artifact) []byte {
	var out strings.Builder
	for _, a := range slices.SortedFunc(slices.Values(artifacts), func(a, b artifact) int { return strings.Compare(a.name, b.name) }) {
		fmt.Fprintf(&out, "%s  %s\n", a.sha256(), a.name)
	}
	return []byte(out.String())
}
