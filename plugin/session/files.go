package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/cli-runtime/pkg/resource"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// readFiles reads the files, directories, glob patterns, URLs and "-" of a command
// line, or a kustomization. Every file is parsed before anything is returned.
func readFiles(ctx context.Context, options resource.FilenameOptions, in io.Reader) ([]*manifest.Stream, error) {
	if options.Kustomize != "" {
		switch {
		case len(options.Filenames) > 0:
			return nil, errors.New("checking the arguments: give files or --kustomize, not both")
		case options.Recursive:
			return nil, errors.New("checking the arguments: --recursive is for directories of files, not for --kustomize")
		}
		return build(options.Kustomize)
	}
	if len(options.Filenames) == 0 {
		return nil, errors.New("checking the arguments: no file is given: name one, or - for stdin")
	}
	var out []*manifest.Stream
	stdin := false
	for _, name := range options.Filenames {
		if name == "-" {
			if stdin {
				return nil, errors.New("checking the arguments: - stands twice, and stdin can be read once")
			}
			stdin = true
			s, err := parse("stdin", func() ([]byte, error) {
				return term.Interruptible(ctx, func() ([]byte, error) { return io.ReadAll(in) })
			})
			if err != nil {
				return nil, err
			}
			out = append(out, s)
			continue
		}
		if IsURL(name) {
			s, err := parse(name, func() ([]byte, error) { return download(ctx, name) })
			if err != nil {
				return nil, err
			}
			out = append(out, s)
			continue
		}
		files, err := expand(name, options.Recursive)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			s, err := parse(file, func() ([]byte, error) { return os.ReadFile(file) })
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
	}
	return out, nil
}

func parse(name string, read func() ([]byte, error)) (*manifest.Stream, error) {
	data, err := read()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return manifest.Parse(name, data)
}

// expand turns an argument into the files that it stands for, as kubectl does.
func expand(name string, recursive bool) ([]string, error) {
	paths := []string{name}
	if _, err := os.Stat(name); err != nil && strings.ContainsAny(name, "*?[") {
		matches, globErr := filepath.Glob(name)
		if globErr != nil {
			return nil, fmt.Errorf("reading the pattern %q: %w", name, globErr)
		}
		if len(matches) == 0 {
			return nil, fmt.Errorf("reading %q: no file matches the pattern", name)
		}
		paths = matches
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

// build runs a kustomization as kubectl does.
func build(dir string) ([]*manifest.Stream, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("building the kustomization %q: %w", dir, err)
	}
	data, err := resources.AsYaml()
	if err != nil {
		return nil, fmt.Errorf("building the kustomization %q: %w", dir, err)
	}
	s, err := manifest.Parse("kustomization "+dir, data)
	if err != nil {
		return nil, err
	}
	return []*manifest.Stream{s}, nil
}
