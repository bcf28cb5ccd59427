package e2e

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func needDocker(t *testing.T) {
	t.Helper()
	need(t, "docker")
	out, err := exec.Command("docker", "version", "--format", "{{.Server.Os}}/{{.Server.Arch}}").CombinedOutput()
	if err != nil {
		t.Skipf("SKIPPED for want of a Docker engine: %v\n%s", err, out)
	}
	if server := strings.TrimSpace(string(out)); server != "linux/"+runtime.GOARCH {
		t.Skipf("SKIPPED: the Docker engine is %s, and the base images are made of this machine's %s toolchain", server, runtime.GOARCH)
	}
}

// imageTag has the process in it, so that runs at the same time don't meet.
func imageTag(name string) string { return "rrsa-e2e/" + name + ":" + strconv.Itoa(os.Getpid()) }

// buildFunction runs docker build with Dockerfile.fn, without a network. The
// first stage gets a name too: only so can its layers be removed.
func buildFunction(t *testing.T, name, arch string) {
	t.Helper()
	args := []string{
		"build", "-f", "Dockerfile.fn", "--network", "none", "--force-rm",
		"--build-arg", "BUILD_IMAGE=" + imageTag("golang"), "--build-arg", "BASE_IMAGE=" + imageTag("static"),
		"--build-arg", "BUILDPLATFORM=linux/" + runtime.GOARCH,
		"--build-arg", "TARGETOS=linux", "--build-arg", "TARGETARCH=" + arch,
		"--build-arg", "VERSION=" + version,
	}
	for _, more := range [][]string{{"--target", "build", "-t", name + "-build"}, {"-t", name}} {
		run(t, command(t, top(t), nil, "docker", append(append(slices.Clone(args), more...), ".")...))
		removeImageAtEnd(more[len(more)-1])
	}
}

// docker runs a container that may do nothing but compute.
func docker(t *testing.T, image, stdin string) *exec.Cmd {
	t.Helper()
	cmd := command(t, "", nil, "docker", "run", "--rm", "-i", "--network", "none", "--read-only",
		"--user", "65532:65532", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", image)
	cmd.Stdin = strings.NewReader(stdin)
	return cmd
}

func TestContainerImage(t *testing.T) {
	name := functionImage(t)
	var images []struct {
		Size         int64
		Architecture string
		Config       struct {
			User       string
			Entrypoint []string
			Cmd        []string
			Labels     map[string]string
		}
	}
	if err := json.Unmarshal([]byte(run(t, command(t, "", nil, "docker", "image", "inspect", name))), &images); err != nil {
		t.Fatal(err)
	}
	image := images[0]
	// The base made here is smaller than distroless' by about 3 MB.
	size := float64(image.Size)/1e6 + 3
	t.Logf("the image has %.1f MB, with 3 MB for the base", size)
	if size >= 20 {
		t.Errorf("the image has %.1f MB, want under 20", size)
	}
	if image.Config.User != "65532:65532" || len(image.Config.Cmd) != 0 {
		t.Errorf("want user 65532:65532 and no command, got %q and %q", image.Config.User, image.Config.Cmd)
	}
	if diff := cmp.Diff([]string{"/inject-rrsa"}, image.Config.Entrypoint); diff != "" {
		t.Errorf("entrypoint (-want +got):\n%s", diff)
	}
	for _, label := range []string{"title", "description", "source", "licenses", "version"} {
		if image.Config.Labels["org.opencontainers.image."+label] == "" {
			t.Errorf("the image has no label %s", label)
		}
	}
}

// TestContainerBinary builds for both platforms on this one. Built elsewhere and
// without a cache, the binary is that of the archive, byte for byte.
func TestContainerBinary(t *testing.T) {
	native := functionImage(t)
	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		t.Run(arch, func(t *testing.T) {
			name := native
			if arch != runtime.GOARCH {
				name = imageTag("inject-rrsa-" + arch)
				buildFunction(t, name, arch)
			}
			binary := fromImage(t, name, "/inject-rrsa")
			f, err := elf.NewFile(bytes.NewReader(binary))
			if err != nil {
				t.Fatal(err)
			}
			if f.Machine != machine {
				t.Errorf("want a binary for %s, got one for %s", machine, f.Machine)
			}
			if libraries, err := f.ImportedLibraries(); err != nil || len(libraries) != 0 {
				t.Errorf("want a static binary, got one that needs %q: %v", libraries, err)
			}
			archive := filepath.Join(release(t), "inject-rrsa_"+version+"_linux_"+arch+".tar.gz")
			if !bytes.Equal(unpack(t, archive)["inject-rrsa"], binary) {
				t.Error("the binary isn't the one of the release's archive")
			}
		})
	}
}

// fromImage copies a file out of an image. There is no shell in it to do so.
func fromImage(t *testing.T, image, path string) []byte {
	t.Helper()
	container := strings.TrimSpace(run(t, command(t, "", nil, "docker", "create", image)))
	defer run(t, command(t, "", nil, "docker", "rm", container))
	out := filepath.Join(t.TempDir(), "file")
	run(t, command(t, "", nil, "docker", "cp", container+":"+path, out))
	return []byte(read(t, out))
}

func TestContainerLockedDown(t *testing.T) {
	name := functionImage(t)
	list := resourceList(t)
	exe := command(t, "", nil, function(t))
	exe.Stdin = strings.NewReader(list)
	want := run(t, exe)
	got := run(t, docker(t, name, list))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the container differs from the executable (-want +got):\n%s", diff)
	}
	if !strings.Contains(got, "ALIBABA_CLOUD_ROLE_ARN") {
		t.Errorf("nothing was injected:\n%s", got)
	}
	failing := docker(t, name, "kind: Nothing\n")
	if err := failing.Run(); err == nil {
		t.Error("want an exit code after input that is no ResourceList")
	}
}

// TestContainerStart compares with a container that does nothing, in turns.
func TestContainerStart(t *testing.T) {
	name := functionImage(t)
	noop := noopImage(t)
	list := resourceList(t)
	took := map[string][]time.Duration{}
	for range 9 {
		for _, image := range []string{noop, name} {
			cmd := docker(t, image, list)
			start := time.Now()
			run(t, cmd)
			took[image] = append(took[image], time.Since(start))
		}
	}
	median := func(image string) time.Duration {
		slices.Sort(took[image])
		return took[image][len(took[image])/2]
	}
	ratio := float64(median(name)) / float64(median(noop))
	t.Logf("a small package takes %v, a container that does nothing %v (medians of 9): %.2f×", median(name), median(noop), ratio)
	if ratio >= 3 {
		t.Errorf("a small package takes %.2f times as long as a container that does nothing, want under 3", ratio)
	}
}

func noopImage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, "package main\n\nfunc main() {}\n", dir, "main.go")
	run(t, command(t, dir, []string{"CGO_ENABLED=0"}, "go", "build", "-o", "noop", "main.go"))
	write(t, "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY noop /noop\nENTRYPOINT [\"/noop\"]\n", dir, "Dockerfile")
	name := imageTag("noop")
	run(t, command(t, dir, nil, "docker", "build", "--build-arg", "BASE_IMAGE="+imageTag("static"), "-t", name, "."))
	removeImageAtEnd(name)
	return name
}
