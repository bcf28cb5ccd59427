package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// A file is one entry of an archive.
type file struct {
	name    string
	mode    fs.FileMode
	content []byte
}

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

func tarball(files []file) ([]byte, error) {
	var out bytes.Buffer
	// A gzip header without a name and a time.
	compressed := gzip.NewWriter(&out)
	archive := tar.NewWriter(compressed)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: int64(f.mode), Size: int64(len(f.content)), ModTime: packed, Format: tar.FormatUSTAR}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	if err := compressed.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func zipball(files []file) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: packed}
		header.SetMode(f.mode)
		w, err := archive.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// checksums lists artifacts as sha256sum does, so that "sha256sum -c" reads it.
func checksums(artifacts []artifact) []byte {
	var lines []string
	for _, a := range artifacts {
		lines = append(lines, fmt.Sprintf("%s  %s\n", a.sha256(), a.name))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	return []byte(strings.Join(lines, ""))
}
