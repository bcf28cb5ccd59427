package e2e

import (
	"archive/tar"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// importImage makes an image without a registry, out of what fill writes.
func importImage(t *testing.T, name string, changes []string, fill func(*tar.Writer) error) {
	t.Helper()
	args := []string{"import", "--platform", "linux/" + runtime.GOARCH}
	for _, change := range changes {
		args = append(args, "--change", change)
	}
	r, w := io.Pipe()
	go func() {
		archive := tar.NewWriter(w)
		err := fill(archive)
		if err == nil {
			err = archive.Close()
		}
		w.CloseWithError(err)
	}()
	cmd := command(t, "", nil, "docker", append(args, "-", name)...)
	cmd.Stdin = r
	run(t, cmd)
	removeImageAtEnd(name)
}

// baseImage is what distroless' static image is to the function: nothing but the
// users. kpt runs functions as nobody, so there must be a passwd file.
func baseImage(t *testing.T, name string) {
	t.Helper()
	passwd := "root:x:0:0:root:/root:/sbin/nologin\n" +
		"nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n" +
		"nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"
	importImage(t, name, nil, func(archive *tar.Writer) error {
		header := &tar.Header{Name: "etc/passwd", Mode: 0o644, Size: int64(len(passwd))}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err := io.WriteString(archive, passwd)
		return err
	})
}

// buildImage is what the golang image is: the toolchain. It holds the modules
// too, as downloaded, so that the build needs no network. It has no shell.
func buildImage(t *testing.T, name string) {
	t.Helper()
	modules := t.TempDir()
	proxy := strings.TrimSpace(run(t, command(t, top(t), nil, "go", "env", "GOPROXY")))
	cache := strings.TrimSpace(run(t, command(t, top(t), nil, "go", "env", "GOMODCACHE")))
	run(t, command(t, top(t), []string{
		"GOMODCACHE=" + modules, "GOFLAGS=-modcacherw",
		"GOPROXY=file://" + filepath.ToSlash(cache) + "/cache/download," + proxy,
	}, "go", "mod", "download"))
	goroot := strings.TrimSpace(run(t, command(t, top(t), nil, "go", "env", "GOROOT")))
	importImage(t, name, []string{
		"ENV PATH=/usr/local/go/bin", "ENV HOME=/root", "ENV GOTOOLCHAIN=local",
		"ENV GOMODCACHE=/modules", "ENV GOPROXY=off",
	}, func(archive *tar.Writer) error {
		if err := archive.WriteHeader(&tar.Header{Name: "tmp/", Typeflag: tar.TypeDir, Mode: 0o1777}); err != nil {
			return err
		}
		if err := addTree(archive, modules, "modules", "cache/download"); err != nil {
			return err
		}
		return addTree(archive, goroot, "usr/local/go", "bin", "lib", "pkg", "src", "go.env", "VERSION")
	})
}

// addTree adds some folders and files of one folder to an archive, below another
// name. Tests and their data are left out.
func addTree(archive *tar.Writer, dir, name string, parts ...string) error {
	for _, part := range parts {
		err := filepath.WalkDir(filepath.Join(dir, part), func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return fs.SkipDir
			case !entry.Type().IsRegular() || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			return addFile(archive, path, name+strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(dir)))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func addFile(archive *tar.Writer, path, name string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	header, err := tar.FileInfoHeader(info, "")
	if err != nil {
		return err
	}
	header.Name, header.Uid, header.Gid = name, 0, 0
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(archive, f)
	return err
}
