package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// What several tests use is built once, and removed when all are over.
var (
	cleanups     []func() error
	cleanupsLock sync.Mutex
	releaseOnce  sync.Once
	releaseDir   string
	functionOnce sync.Once
	functionPath string
	imageOnce    sync.Once
	imageName    string
)

func TestMain(m *testing.M) {
	if os.Getenv(runsSDK) != "" {
		os.Exit(printCredentials(os.Stdout, os.Stderr))
	}
	if file := os.Getenv(measuring); file != "" {
		os.Exit(runMeasured(file, os.Args[1:]))
	}
	code := m.Run()
	for i := len(cleanups) - 1; i >= 0; i-- {
		if err := cleanups[i](); err != nil {
			fmt.Fprintln(os.Stderr, "cleaning up:", err)
		}
	}
	os.Exit(code)
}

// lasting is a folder that stays until all tests are over.
func lasting(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rrsa-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	atEndOfAll(func() error { return os.RemoveAll(dir) })
	return dir
}

// atEndOfAll has something done when all tests are over, what is given last first.
func atEndOfAll(do func() error) {
	cleanupsLock.Lock()
	defer cleanupsLock.Unlock()
	cleanups = append(cleanups, do)
}

const version = "v0.1.0"

// release is the folder of what "make dist" builds.
func release(t *testing.T) string {
	t.Helper()
	releaseOnce.Do(func() {
		dir := lasting(t)
		t.Log("running make dist: it builds two programs for six platforms")
		dist(t, top(t), dir)
		releaseDir = dir
	})
	return built(t, releaseDir, "the release")
}

func dist(t *testing.T, source, out string) {
	t.Helper()
	// A date: a copy of the source has none, as it isn't a clone.
	run(t, command(t, source, []string{"SOURCE_DATE_EPOCH=1700000000"}, "make", "--no-print-directory", "dist", "VERSION="+version, "DIST="+out))
}

// function is the path of inject-rrsa, built as a release builds it.
func function(t *testing.T) string {
	t.Helper()
	functionOnce.Do(func() {
		path := filepath.Join(lasting(t), "inject-rrsa")
		run(t, command(t, top(t), []string{"CGO_ENABLED=0"}, "go", "build",
			"-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", path, "./fn/inject-rrsa"))
		functionPath = path
	})
	return built(t, functionPath, "the function")
}

// functionImage is the name of an image of the function, built with
// Dockerfile.fn on base images made here, and never pulled or pushed.
func functionImage(t *testing.T) string {
	t.Helper()
	needDocker(t)
	imageOnce.Do(func() {
		buildImage(t, imageTag("golang"))
		baseImage(t, imageTag("static"))
		name := imageTag("inject-rrsa")
		buildFunction(t, name, runtime.GOARCH)
		imageName = name
	})
	return built(t, imageName, "the image")
}

// built fails a test if what it needs failed to be built in an earlier one.
func built(t testing.TB, path, what string) string {
	t.Helper()
	if path == "" {
		t.Fatalf("%s could not be built: see the first test that needed it", what)
	}
	return path
}

// removeImageAtEnd takes along the layers below an image that have no name.
func removeImageAtEnd(name string) {
	atEndOfAll(func() error {
		if out, err := exec.Command("docker", "rmi", "-f", name).CombinedOutput(); err != nil {
			return fmt.Errorf("removing image %s: %w\n%s", name, err, out)
		}
		return nil
	})
}
