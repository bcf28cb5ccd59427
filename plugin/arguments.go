package plugin

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// sort tells files from live objects: an argument is a file if it is "-", a URL or
// a glob pattern, ends as manifests do or exists; any other names live objects, as
// TYPE/NAME or as TYPE NAME... Given both, the verb fails.
func (o *common) sort(args []string) error {
	for _, arg := range args {
		if isFile(arg) || o.local {
			o.files.Filenames = append(o.files.Filenames, arg)
		} else {
			o.targets = append(o.targets, arg)
		}
	}
	if len(o.targets) > 0 && (len(o.files.Filenames) > 0 || o.files.Kustomize != "") {
		return fmt.Errorf("checking the arguments: %q is no file: give files, or live objects as TYPE/NAME, not both", o.targets[0])
	}
	if len(o.targets) == 1 && !strings.Contains(o.targets[0], "/") {
		return fmt.Errorf("checking the arguments: %q is no file: live objects are named TYPE/NAME, or TYPE NAME", o.targets[0])
	}
	if len(o.targets) > 0 && o.files.Recursive {
		return errors.New("checking the arguments: --recursive is for directories of files")
	}
	return nil
}

func isFile(arg string) bool {
	if arg == "-" || arg == "" || isURL(arg) || strings.ContainsAny(arg, "*?[") || term.HasManifestEnding(arg) {
		return true
	}
	_, err := os.Stat(arg)
	return err == nil
}

func isURL(arg string) bool {
	u, err := url.Parse(arg)
	return err == nil && (strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "http"))
}
