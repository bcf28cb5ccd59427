package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/kustomization"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// readFiles reads the files, directories, glob patterns, URLs and "-" of a command
// line, or a kustomization. Every file is parsed before anything is returned.
func readFiles(ctx context.Context, flags Flags) ([]*manifest.Stream, error) {
	switch files := flags.Files; {
	case files.Kustomize != "" && len(files.Filenames) > 0:
		return nil, errors.New("checking the arguments: give files or --kustomize, not both")
	case files.Kustomize != "" && files.Recursive:
		return nil, errors.New("checking the arguments: --recursive is for directories of files, not for --kustomize")
	case files.Kustomize != "":
		return build(ctx, flags)
	case len(files.Filenames) == 0:
		return nil, errors.New("checking the arguments: no file is given: name one, or - for stdin")
	}
	var all readings
	stdin := false
	for _, name := range flags.Files.Filenames {
		paths, read := []string{name}, os.ReadFile
		found := false // its files are found, and not named
		switch {
		case name == "-" && stdin:
			return nil, errors.New("checking the arguments: - stands twice, and stdin can be read once")
		case name == "-":
			stdin, paths[0] = true, "stdin"
			read = func(string) ([]byte, error) {
				return term.Interruptible(ctx, func() ([]byte, error) { return io.ReadAll(flags.In) })
			}
		case IsURL(name):
			read = func(address string) ([]byte, error) { return download(ctx, address) }
		default:
			var err error
			if paths, err = expand(name, flags.Files.Recursive); err != nil {
				return nil, err
			}
			found = len(paths) != 1 || paths[0] != name
		}
		before := len(all.streams)
		for _, path := range paths {
			data, err := read(path)
			if err != nil {
				all.faults = append(all.faults, fmt.Errorf("reading %s: %w", path, err))
				continue
			}
			all.add(printable.URLs(path), data, found, flags.note)
		}
		if len(all.streams) == before && len(all.faults) == 0 {
			all.faults = append(all.faults, fmt.Errorf("reading %q: no file in it has an object: none has a kind", name))
		}
	}
	return all.streams, errors.Join(all.faults...)
}

// readings are what files hold. Each file that can't be read is a fault, so that one
// run shows all of them.
type readings struct {
	streams []*manifest.Stream
	faults  []error
}

// add reads a file. What has no kind, such as a kustomization, is no object: a file
// that was found is left out if it has nothing else, and one that was named is a fault.
func (r *readings) add(name string, data []byte, found bool, note func(string)) {
	s, err := manifest.Parse(name, data)
	if err != nil {
		r.faults = append(r.faults, err)
		return
	}
	kindless := s.Kindless()
	for _, at := range kindless {
		if !found {
			r.faults = append(r.faults, fmt.Errorf("reading %s: the object has no kind", at))
			continue
		}
		note(fmt.Sprintf("%s: the object has no kind, so it is left alone", at))
	}
	if len(kindless) == 0 || len(s.Documents()) > 0 {
		r.streams = append(r.streams, s)
	}
}

// expand turns an argument into the files that it stands for, as kubectl does.
func expand(name string, recursive bool) ([]string, error) {
	paths := []string{name}
	if _, err := os.Stat(name); err != nil && strings.ContainsAny(name, "*?[") {
		if paths, err = filepath.Glob(name); err != nil {
			return nil, fmt.Errorf("reading the pattern %q: %w", name, err)
		}
		if len(paths) == 0 {
			return nil, fmt.Errorf("reading %q: no file matches the pattern", name)
		}
	}
	var files []string
	for _, path := range paths {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("reading %q: there is no such file or directory", path)
		}
		visitors, err := resource.ExpandPathsToFileVisitors(nil, path, recursive, resource.FileExtensions, nil)
		if err != nil {
			return nil, fmt.Errorf("reading %q: %w", path, err)
		}
		if len(visitors) == 0 {
			hint := ""
			if !recursive {
				hint = "; --recursive looks below it too"
			}
			return nil, fmt.Errorf("reading %q: the directory has no .json, .yaml or .yml file%s", path, hint)
		}
		for _, v := range visitors {
			if file, ok := v.(*resource.FileVisitor); ok {
				files = append(files, file.Path)
			}
		}
	}
	return files, nil
}

// build runs a kustomization as kubectl does. Its clones go before the run does.
func build(ctx context.Context, flags Flags) ([]*manifest.Stream, error) {
	release, err := term.Hold(flags.Out)
	if err != nil {
		return nil, err
	}
	defer release()
	dir := flags.Files.Kustomize
	data, err := kustomization.Build(ctx, kustomization.Options{Dir: dir, Local: flags.Local})
	if err != nil {
		return nil, err
	}
	var all readings
	all.add("kustomization "+printable.URLs(dir), data, false, nil)
	return all.streams, errors.Join(all.faults...)
}

// Bounds of what a URL may bring.
const (
	downloadTimeout = 30 * time.Second
	downloadSize    = 64 << 20 // bytes
)

// download reads a manifest from a URL: over https alone, also after a redirect,
// and within the bounds.
func download(ctx context.Context, address string) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, downloadTimeout)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err == nil {
		err = checkScheme(request.URL)
	}
	if err != nil {
		return nil, err
	}
	client := &http.Client{CheckRedirect: func(next *http.Request, before []*http.Request) error {
		if len(before) > 10 {
			return errors.New("there are too many redirects")
		}
		return checkScheme(next.URL)
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %s", response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, downloadSize+1))
	if err == nil && len(data) > downloadSize {
		err = fmt.Errorf("it is larger than %d MiB: download it and give the file", downloadSize>>20)
	}
	return data, err
}

func checkScheme(address *url.URL) error {
	if !strings.EqualFold(address.Scheme, "https") {
		return errors.New("only https is allowed: what is read decides about credentials")
	}
	return nil
}
