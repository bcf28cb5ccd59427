// Package fn is the KRM function inject-rrsa: it reads a ResourceList, as kpt and
// kustomize send it, and injects RRSA into the pod templates of its items.
//
// The function SDK carries the config, the results and the processor contract.
// The items pass it by, as text that is edited and not encoded again: the SDK
// sorts and encodes all of them, which costs most of a run and moves what nobody
// changed.
package fn

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// Input is the stdin of a process that is the function alone. The garbage collector
// rests until [Run] has read all of it, unless GOGC says otherwise.
func Input(stdin *os.File) io.Reader {
	if os.Getenv("GOGC") != "" {
		return stdin
	}
	return input{stdin, debug.SetGCPercent(-1)}
}

type input struct {
	*os.File
	percent int
}

// readAll reads all of an input, and lets the garbage collector work again.
func readAll(in io.Reader) ([]byte, error) {
	process, ok := in.(input)
	if !ok {
		return io.ReadAll(in)
	}
	defer debug.SetGCPercent(process.percent)
	info, err := process.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return io.ReadAll(process.File)
	}
	// A file's size is known, so that it needn't be read in pieces.
	out := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := out.ReadFrom(process.File); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Main runs the function with its arguments and returns the exit code: 0, or 1
// after an error, which is a line on stderr and, unless stdin can't be read, a
// result on stdout too. Items are never changed after an error. Where stdin is no
// ResourceList at all, stdout stays empty.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		if len(args) == 1 && (args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
			fmt.Fprint(stdout, help())
			return 0
		}
		fmt.Fprintf(stderr, "error: unknown argument %q: the function reads a ResourceList on stdin; --help tells more\n", args[0])
		return 1
	}
	if err := Run(stdin, stdout, stderr); err != nil {
		say(stderr, err.Error())
		return 1
	}
	return 0
}

// errFailed ends a run whose errors are printed already.
var errFailed = errors.New("nothing is injected, as there are errors")

// Run reads a ResourceList from in and writes the processed one to out. Results
// that are errors are also printed to log, and make Run fail.
func Run(in io.Reader, out, log io.Writer) error {
	data, err := readAll(in)
	if err != nil {
		return fmt.Errorf("reading stdin: %w", err)
	}
	list, err := manifest.ParseResourceList(data)
	if err != nil {
		return err
	}
	// Only the config goes through the SDK's reader: it drops results that come in
	// and an empty list of items, and it fails on null and on aliases.
	object, err := readObject(list)
	r := &run{}
	switch invalid := list.Invalid(); {
	case err != nil:
		r.failed(errorResult(err))
	case invalid != nil:
		r.failed(errorResults(invalid)...)
	default:
		r = decide(list.Items(), object)
	}
	text, err := r.rewrite(list)
	if err != nil {
		// There is no place for results: what reads stdout gets at least its items back.
		if invalid := list.Invalid(); invalid == nil || !errors.Is(err, invalid) { // told already
			r.failed(errorResult(err))
		}
		text = list.Text()
	}
	for _, result := range r.results {
		if result.Severity == fn.Error {
			say(log, place(result)+strings.TrimLeft(strings.TrimPrefix(result.String(), "[error]"), ": "))
		}
	}
	w := bufio.NewWriterSize(out, 1<<16)
	if _, err := text.WriteTo(w); err != nil {
		return fmt.Errorf("writing the ResourceList: %w", err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the ResourceList: %w", err)
	}
	if !r.ok() {
		return errFailed
	}
	return nil
}

// place is the file of a result's object, as far as the orchestrator has said it.
func place(result *fn.Result) string {
	if result.File == nil || result.File.Path == "" {
		return ""
	}
	o := manifest.Origin{File: result.File.Path}
	if result.File.Index > 0 { // the first one may be the only one
		o.Document = result.File.Index + 1
	}
	return o.String() + ": "
}

// say writes an error on a line of its own, whatever the names in it hold. A result
// is data and keeps them.
func say(log io.Writer, text string) { fmt.Fprintln(log, "error:", printable.Message(text)) }

// readObject hands the config to the SDK.
func readObject(list *manifest.ResourceList) (*fn.KubeObject, error) {
	text, err := list.FunctionConfig()
	if err != nil || text == "" {
		return fn.NewEmptyKubeObject(), err
	}
	object, err := fn.ParseKubeObject([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("reading the function's config: %w", err)
	}
	return object, nil
}
