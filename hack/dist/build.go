package main

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing/fstest"
)

type program struct {
	name, pkg string
	// stamped says that it has a variable main.version.
	stamped bool
}

var programs = []program{
	{"inject-rrsa", "./fn/inject-rrsa", false},
	{"kubectl-rrsa", "./plugin/kubectl-rrsa", true},
}

type platform struct{ os, arch string }

var platforms = []platform{
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"linux", "amd64"}, {"linux", "arm64"},
	{"windows", "amd64"}, {"windows", "arm64"},
}

// archives builds and packs each program for each platform.
func (r release) archives(stdout io.Writer) ([]artifact, error) {
	license, err := os.ReadFile("LICENSE")
	if err != nil {
		return nil, fmt.Errorf("reading the license: %w", err)
	}
	var out []artifact
	for _, on := range platforms {
		for _, p := range programs {
			a, err := r.archive(p, on, license)
			if err != nil {
				return nil, err
			}
			if err := r.write(a); err != nil {
				return nil, err
			}
			fmt.Fprintf(stdout, "%s  %s\n", a.sha256(), a.name)
			out = append(out, a)
		}
	}
	return out, nil
}

func (r release) archive(p program, on platform, license []byte) (artifact, error) {
	binary, err := compile(p, on, r.version)
	if err != nil {
		return artifact{}, fmt.Errorf("building %s for %s/%s: %w", p.name, on.os, on.arch, err)
	}
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return artifact{}, fmt.Errorf("reading what %s for %s/%s was built from: %w", p.name, on.os, on.arch, err)
	}
	inside, ending := p.name, ".tar.gz"
	if on.os == "windows" {
		inside, ending = p.name+".exe", ".zip"
	}
	name := fmt.Sprintf("%s_%s_%s_%s%s", p.name, r.version, on.os, on.arch, ending)
	content, err := pack(name, fstest.MapFS{"LICENSE": file(0o644, license), inside: file(0o755, binary)})
	if err != nil {
		return artifact{}, fmt.Errorf("packing %s for %s/%s: %w", p.name, on.os, on.arch, err)
	}
	return artifact{name: name, content: content, built: info}, nil
}

// compile builds a program with the flags of Dockerfile.fn, so that an image has
// the same bytes. None of them depends on where or when it is built.
func compile(p program, on platform, version string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "dist")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, p.name)
	ldflags := "-ldflags=-s -w -buildid="
	if p.stamped {
		ldflags += " -X main.version=" + version
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", ldflags, "-o", out, p.pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOOS="+on.os, "GOARCH="+on.arch)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}
