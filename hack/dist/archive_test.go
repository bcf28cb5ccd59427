package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	sample  = fstest.MapFS{"LICENSE": file(0o644, []byte("free\n")), "rrsa": file(0o755, []byte("program"))}
	entries = []string{"LICENSE", "rrsa"}
)

// TestTarball and TestZipball: no entry says when, where or by whom it was packed.
func TestTarball(t *testing.T) {
	content, err := pack("rrsa.tar.gz", sample)
	if err != nil {
		t.Fatal(err)
	}
	compressed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if compressed.Name != "" || !compressed.ModTime.IsZero() {
		t.Errorf("the gzip header has name %q and time %v", compressed.Name, compressed.ModTime)
	}
	archive := tar.NewReader(compressed)
	for _, name := range entries {
		want := sample[name]
		got, err := archive.Next()
		if err != nil {
			t.Fatal(err)
		}
		if got.Name != name || got.FileInfo().Mode() != want.Mode || !got.ModTime.Equal(packed) || got.Uid+got.Gid != 0 || got.Uname+got.Gname != "" {
			t.Errorf("want entry %s with mode %v and nothing else, got %+v", name, want.Mode, got)
		}
	}
}

func TestZipball(t *testing.T) {
	content, err := pack("rrsa.zip", sample)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range entries {
		want := sample[name]
		got := archive.File[i]
		if got.Name != name || got.Mode() != want.Mode || !got.Modified.Equal(packed) {
			t.Errorf("want entry %s with mode %v of %v, got %+v", name, want.Mode, packed, got.FileHeader)
		}
	}
}

func TestChecksums(t *testing.T) {
	got := string(checksums([]artifact{{name: "b", content: []byte("2")}, {name: "a", content: []byte("1")}}))
	want := "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  a\n" +
		"d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35  b\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSourceDate(t *testing.T) {
	for epoch, want := range map[string]string{"": "1970-01-01T00:00:00Z", "1700000000": "2023-11-14T22:13:20Z"} {
		got, err := sourceDate(epoch)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q: want %s, got %v: %v", epoch, want, got, err)
		}
	}
	if _, err := sourceDate("today"); err == nil {
		t.Error("want an error for a date that is no number")
	}
}
