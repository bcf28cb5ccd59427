// Package golden loads the cases under testdata/cases, the one corpus that the
// engine, the function and the plugin are all tested with.
package golden

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Case is one folder under testdata/cases. testdata/README.md tells its files.
type Case struct {
	Name     string
	Dir      string
	Sentence string
	Rules    []string
	Expect   []Expect
	// Error is what the message of a run that fails must contain.
	Error  string
	Config []byte
	Input  []byte
	// Want is the output; nil where nothing may be written.
	Want []byte
	// Report is the text on stderr.
	Report []byte
}

// Expect is what was derived by hand for one pod template.
type Expect struct {
	Template string
	Verdict  string
	Codes    []string
	Never    []string
}

// Exists tells whether a Pod exists already. The expectation is that of an injection;
// explain and diff examine such a Pod.
func (e Expect) Exists() bool { return slices.Contains(e.Codes, "PodExists") }

// Rewritten tells whether an object of the case can't be edited in place. What comes
// back of it is its meaning.
func (c Case) Rewritten() bool {
	return slices.ContainsFunc(c.Expect, func(e Expect) bool { return slices.Contains(e.Codes, "Rewritten") })
}

// Ended is the case with a line break at the end of its input. kubectl, whose reading
// the cases have, reads every file as if it had one. kyaml doesn't, which matters in a
// block scalar.
func (c Case) Ended() Case {
	if len(c.Input) > 0 && !bytes.HasSuffix(c.Input, []byte("\n")) {
		c.Input = append(slices.Clip(c.Input), '\n')
	}
	return c
}

// Meaning is what the documents of a file hold, aliases and merge keys resolved.
func Meaning(t testing.TB, data []byte) []any {
	t.Helper()
	var out []any
	for decoder := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var v any
		if err := decoder.Decode(&v); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
}

// Load reads all cases. root is the way to the repository's top. None found, a
// case without a sentence, a rule or an expectation, or two of one sentence, fail
// the test.
func Load(t testing.TB, root string) []Case {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(root, "testdata", "cases", "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no golden cases under %q: %v", root, err)
	}
	sentences := map[string]string{}
	var cases []Case
	for _, dir := range dirs {
		c := load(t, dir)
		if other := sentences[c.Sentence]; other != "" {
			t.Fatalf("cases %s and %s have the same sentence", other, c.Name)
		}
		sentences[c.Sentence] = c.Name
		cases = append(cases, c)
	}
	return cases
}

func load(t testing.TB, dir string) Case {
	t.Helper()
	c := Case{Name: filepath.Base(dir), Dir: dir}
	c.Config = read(t, dir, "config.yaml", true)
	c.Input = read(t, dir, "input.yaml", true)
	c.Want = read(t, dir, "want.yaml", false)
	c.Report = read(t, dir, "want.txt", false)
	for line := range strings.Lines(string(read(t, dir, "case.txt", true))) {
		line = strings.TrimSpace(line)
		if rule, ok := strings.CutPrefix(line, "rule:"); ok {
			c.Rules = append(c.Rules, strings.TrimSpace(rule))
			continue
		}
		expect, ok := strings.CutPrefix(line, "expect:")
		switch text, isError := strings.CutPrefix(strings.TrimSpace(expect), "error "); {
		case ok && isError:
			c.Error = text
		case ok:
			c.Expect = append(c.Expect, parseExpect(t, c.Name, expect))
		default:
			c.Sentence = strings.TrimSpace(c.Sentence + " " + line)
		}
	}
	if c.Sentence == "" || len(c.Rules) == 0 || (len(c.Expect) == 0 && c.Error == "") {
		t.Fatalf("case %s has no sentence, no rule or no expectation", c.Name)
	}
	return c
}

func parseExpect(t testing.TB, name, line string) Expect {
	t.Helper()
	words := strings.Fields(line)
	if len(words) < 2 {
		t.Fatalf("case %s: the expectation %q has no verdict", name, line)
	}
	e := Expect{Template: words[0], Verdict: words[1]}
	for _, code := range words[2:] {
		if never, ok := strings.CutPrefix(code, "-"); ok {
			e.Never = append(e.Never, never)
		} else {
			e.Codes = append(e.Codes, code)
		}
	}
	return e
}

func read(t testing.TB, dir, file string, must bool) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, file))
	if errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	if data == nil {
		data = []byte{}
	}
	return data
}
