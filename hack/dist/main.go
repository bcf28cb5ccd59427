// Command dist builds what a release consists of: an archive of each program
// for each platform, their SBOM, checksums, and the krew manifest filled in.
//
// It runs at the top of the module. The same source, version, toolchain and
// SOURCE_DATE_EPOCH give the same bytes, wherever the source lies.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// versions are semantic with a leading v, as Go and krew want them.
var versions = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// A release is what one run builds.
type release struct {
	version string
	created time.Time // of the SBOM: the only time in a release
	out     string
}

func run(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("dist", flag.ContinueOnError)
	version := flags.String("version", "", "version of the release, such as v0.1.0")
	out := flags.String("out", "dist", "folder to write to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if !versions.MatchString(*version) {
		return fmt.Errorf("reading version %q: it must look like v0.1.0; give it as make dist VERSION=v0.1.0", *version)
	}
	created, err := sourceDate(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return err
	}
	return release{version: *version, created: created, out: *out}.build(stdout)
}

// sourceDate is the time of the source, in seconds since 1970. Without one it is
// 1970: the present would make each build another.
func sourceDate(epoch string) (time.Time, error) {
	seconds, err := strconv.ParseInt(cmp.Or(epoch, "0"), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading SOURCE_DATE_EPOCH %q: it must be a number of seconds: %w", epoch, err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// build writes the release, a line to stdout for each file.
func (r release) build(stdout io.Writer) error {
	if err := r.clear(); err != nil {
		return err
	}
	archives, err := r.archives(stdout)
	if err != nil {
		return err
	}
	sbom, err := r.sbom(archives)
	if err != nil {
		return err
	}
	template, err := os.ReadFile("krew-manifest.yaml")
	if err != nil {
		return fmt.Errorf("reading the krew manifest: %w", err)
	}
	manifest, err := fillKrew(template, r.version, archives)
	if err != nil {
		return err
	}
	for _, f := range []artifact{
		{name: r.sbomName(), content: sbom},
		{name: "checksums.txt", content: checksums(append(archives, artifact{name: r.sbomName(), content: sbom}))},
		// krew wants the file's name to be the plugin's.
		{name: filepath.Join("krew", "rrsa.yaml"), content: manifest},
	} {
		if err := r.write(f); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(stdout, "%s, checksums.txt, krew/rrsa.yaml\n", r.sbomName())
	return err
}

// clear removes what a former run wrote, so that no file of another version is
// released along.
func (r release) clear() error {
	var errs []error
	for _, pattern := range []string{"*rrsa_v*", "checksums.txt", filepath.Join("krew", "rrsa.yaml")} {
		old, err := filepath.Glob(filepath.Join(r.out, pattern))
		errs = append(errs, err)
		for _, name := range old {
			errs = append(errs, os.Remove(name))
		}
	}
	return errors.Join(errs...)
}

func (r release) write(a artifact) error {
	name := filepath.Join(r.out, a.name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, a.content, 0o644)
}
