// Package kustomization builds a kustomization as kubectl does, and fetches less:
// nothing over plain http, as what is read decides about credentials, and without a
// network nothing at all.
//
// kustomize fetches by itself, through Go's default HTTP client and the program git.
// It is held back twice. Each file that it reads is looked through before, so that a
// refusal names the file and the entry. And the client and git are told what they
// may not do, for what no file shows: a redirect, a submodule, a rewritten URL.
package kustomization

import (
	"context"
	"fmt"
	"os"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Options say what is built.
type Options struct {
	// Dir is the directory, or the URL of a repository.
	Dir string
	// Local forbids to fetch anything.
	Local bool
}

// Build returns the objects as YAML. It ends when the context does.
func Build(ctx context.Context, o Options) ([]byte, error) {
	data, err := build(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("building the kustomization %q: %w", o.Dir, err)
	}
	return data, nil
}

func build(ctx context.Context, o Options) ([]byte, error) {
	if err := allowed(o.Dir, o.Local); err != nil {
		return nil, err
	}
	// Clones are put here, and go even if kustomize can't remove them any more.
	clones, err := os.MkdirTemp("", "rrsa-kustomization-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for clones: %w", err)
	}
	defer os.RemoveAll(clones)
	first := &refusal{}
	return term.Interruptible(ctx, func() ([]byte, error) {
		defer restrict(ctx, o.Local, clones, first)()
		resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files{filesys.MakeFsOnDisk(), ctx, o.Local, first}, o.Dir)
		if refused := first.get(); refused != nil {
			return nil, refused // kustomize goes on to look for something else, and fails on that
		}
		if err != nil {
			return nil, err
		}
		return resources.AsYaml()
	})
}

// refusal is the first fetch that was refused.
type refusal struct {
	mu  sync.Mutex
	err error
}

// note keeps an error if it is the first, and returns it.
func (r *refusal) note(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
	return err
}

func (r *refusal) get() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// files are those of the disk. A file with an entry that must not be fetched can't be
// read.
type files struct {
	filesys.FileSystem
	ctx   context.Context
	local bool
	first *refusal
}

// ReadFile implements filesys.FileSystem. kustomize reads all files with it, those of
// clones too.
func (f files) ReadFile(path string) ([]byte, error) {
	if f.ctx.Err() != nil {
		return nil, context.Cause(f.ctx)
	}
	data, err := f.FileSystem.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := check(path, data, f.local); err != nil {
		return nil, f.first.note(err)
	}
	return data, nil
}
