package session

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// arguments are the files and the live objects that arguments and flags name.
type arguments struct {
	files   resource.FilenameOptions
	targets []string
}

// sort tells files from live objects: an argument is a file if it is "-", a URL or
// a glob pattern, ends as manifests do or exists; any other names live objects, as
// TYPE/NAME or as TYPE NAME... Given both, the verb fails.
func sort(args []string, flags Flags) (arguments, error) {
	out := arguments{files: flags.Files}
	out.files.Filenames = slices.Clone(flags.Files.Filenames)
	for _, arg := range args {
		if isFile(arg) || flags.local() {
			out.files.Filenames = append(out.files.Filenames, arg)
		} else {
			out.targets = append(out.targets, arg)
		}
	}
	if len(out.targets) == 0 {
		return out, nil
	}
	switch first := out.targets[0]; {
	case len(out.files.Filenames) > 0 || out.files.Kustomize != "":
		return out, fmt.Errorf("checking the arguments: %q is no file: give files, or live objects as TYPE/NAME, not both", first)
	case len(out.targets) == 1 && !strings.Contains(first, "/"):
		return out, fmt.Errorf("checking the arguments: %q is no file: live objects are named TYPE/NAME, or TYPE NAME", first)
	case out.files.Recursive:
		return out, errors.New("checking the arguments: --recursive is for directories of files")
	}
	return out, nil
}

func isFile(arg string) bool {
	if arg == "-" || arg == "" || IsURL(arg) || strings.ContainsAny(arg, "*?[") || term.HasManifestEnding(arg) {
		return true
	}
	_, err := os.Stat(arg)
	return err == nil
}

// IsURL tells whether an argument is a URL of the web.
func IsURL(arg string) bool {
	u, err := url.Parse(arg)
	return err == nil && (strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "http"))
}
