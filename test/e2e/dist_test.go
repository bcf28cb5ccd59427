package e2e

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDistFiles holds what is in a release, and that its checksums are right.
func TestDistFiles(t *testing.T) {
	files := tree(t, release(t))
	want := []string{"checksums.txt", "krew/rrsa.yaml", "rrsa_" + version + ".spdx.json"}
	for _, platform := range []string{
		"darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "linux_amd64.tar.gz", "linux_arm64.tar.gz", "windows_amd64.zip", "windows_arm64.zip",
	} {
		want = append(want, "inject-rrsa_"+version+"_"+platform, "kubectl-rrsa_"+version+"_"+platform)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(files))); diff != "" {
		t.Errorf("files of the release (-want +got):\n%s", diff)
	}
	summed := 0
	for line := range strings.Lines(string(files["checksums.txt"])) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if got := sha256.Sum256(files[name]); hex.EncodeToString(got[:]) != sum {
			t.Errorf("the checksum of %q is wrong", name)
		}
		summed++
	}
	if summed != len(want)-2 {
		t.Errorf("want checksums of all archives and the SBOM, got %d", summed)
	}
}

// TestDistArchives looks into each archive: the license, and a program for the
// right platform that doesn't say where it was built.
func TestDistArchives(t *testing.T) {
	archives, err := filepath.Glob(filepath.Join(release(t), "*_v*_*_*"))
	if err != nil || len(archives) != 12 {
		t.Fatalf("want 12 archives, got %d: %v", len(archives), err)
	}
	for _, archive := range archives {
		t.Run(filepath.Base(archive), func(t *testing.T) {
			parts := strings.FieldsFunc(filepath.Base(archive), func(r rune) bool { return r == '_' || r == '.' })
			program, system, arch := parts[0], parts[4], parts[5]
			if system == "windows" {
				program += ".exe"
			}
			files := unpack(t, archive)
			if diff := cmp.Diff([]string{"LICENSE", program}, slices.Sorted(maps.Keys(files))); diff != "" {
				t.Fatalf("files of the archive (-want +got):\n%s", diff)
			}
			if !bytes.Equal(files["LICENSE"], []byte(read(t, top(t), "LICENSE"))) {
				t.Error("the license isn't the project's")
			}
			info, err := buildinfo.Read(bytes.NewReader(files[program]))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, s := range info.Settings {
				got[s.Key] = s.Value
			}
			if got["GOOS"] != system || got["GOARCH"] != arch || got["CGO_ENABLED"] != "0" || got["-trimpath"] != "true" {
				t.Errorf("want %s/%s without cgo and paths, got %v", system, arch, got)
			}
			if bytes.Contains(files[program], []byte(top(t))) {
				t.Error("the program has a path of this machine in it")
			}
			if system == runtime.GOOS && arch == runtime.GOARCH {
				path := filepath.Join(t.TempDir(), program)
				if err := os.WriteFile(path, files[program], 0o755); err != nil {
					t.Fatal(err)
				}
				run(t, command(t, "", nil, path, "--help"))
			}
		})
	}
}

// TestDistTwice builds again, from a copy of the source in another folder.
func TestDistTwice(t *testing.T) {
	first := tree(t, release(t))
	source, out := t.TempDir(), t.TempDir()
	listed := run(t, command(t, top(t), nil, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"))
	for _, name := range strings.Split(strings.TrimSuffix(listed, "\x00"), "\x00") {
		// A file that was deleted and is still in the index isn't there.
		if content, err := os.ReadFile(filepath.Join(top(t), name)); err == nil {
			write(t, string(content), source, name)
		}
	}
	dist(t, source, out)
	second := tree(t, out)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(first)), slices.Sorted(maps.Keys(second))); diff != "" {
		t.Errorf("the second build has other files (-first +second):\n%s", diff)
	}
	for name, content := range first {
		if !bytes.Equal(content, second[name]) {
			t.Errorf("the second build has another %s", name)
		}
	}
}

func TestDistRefusesVersion(t *testing.T) {
	for _, bad := range []string{"", "0.1.0", "v1", "v0.1.0/.."} {
		cmd := command(t, top(t), nil, "make", "dist", "VERSION="+bad, "DIST="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "must look like v0.1.0") {
			t.Errorf("want make dist VERSION=%q to fail and say how a version looks, got %v\n%s", bad, err, out)
		}
	}
}

// tree is the content of all files below a folder, by path.
func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		out[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// unpack returns the content of the files in a tar.gz or zip archive. All but
// the license must be executable.
func unpack(t *testing.T, path string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	add := func(name string, mode fs.FileMode, content io.Reader) {
		t.Helper()
		var err error
		if out[name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
		if executable := mode&0o111 != 0; executable != (name != "LICENSE") {
			t.Errorf("%s has mode %v", name, mode)
		}
	}
	content := []byte(read(t, path))
	if strings.HasSuffix(path, ".zip") {
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			add(f.Name, f.Mode(), r)
		}
		return out
	}
	compressed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(compressed); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		add(header.Name, header.FileInfo().Mode(), archive)
	}
}
