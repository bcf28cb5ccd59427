package plugin

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/sdkerror"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// explainable are the cases in which preview fails and explain doesn't: whatever
// the verdict is, it is an answer.
var explainable = []string{"gate-unresolved-error", "kind-user-path-unresolved-error"}

// TestExplainGolden explains each case: the verdicts are those derived by hand, in
// the text as in the JSON, and every reason of theirs is there.
func TestExplainGolden(t *testing.T) {
	for _, c := range golden.Load(t, "..") {
		t.Run(c.Name, func(t *testing.T) {
			t.Chdir(c.Dir)
			args := []string{"explain", "--local", "--config", "config.yaml", "input.yaml"}
			code, text, stderr := run(t, nil, args...)
			if c.Error != "" && !slices.Contains(explainable, c.Name) {
				if code != term.ExitError || !strings.Contains(stderr, c.Error) || text != "" {
					t.Errorf("want exit code %d and an error with %q, got %d\n%s%s", term.ExitError, c.Error, code, text, stderr)
				}
				return
			}
			if code != term.ExitOK || stderr != "" {
				t.Fatalf("exit code %d\n%s", code, stderr)
			}
			if c.Error == "" {
				wantTitles(t, c, text)
			}
			code, data, stderr := run(t, nil, append(args, "-o", "json")...)
			if code != term.ExitOK || stderr != "" {
				t.Fatalf("-o json: exit code %d\n%s", code, stderr)
			}
			wantItems(t, c, data)
		})
	}
}

// wantTitles compares the lines that start a block. What all pods have in common
// stands in blocks of its own.
func wantTitles(t *testing.T, c golden.Case, text string) {
	t.Helper()
	var want, got []string
	for _, e := range c.Expect {
		title := e.Template + ": " + term.Verdict(rrsa.Verdict(e.Verdict))
		if e.Exists() {
			title = e.Template + ": missing"
		}
		want = append(want, title)
	}
	blocks := strings.Split(text, "\n\n")
	for _, block := range blocks[:len(blocks)-1] {
		if title, _, _ := strings.Cut(block, "\n"); !strings.HasPrefix(title, "warning: ") {
			title, _, _ = strings.Cut(title, " because ")
			title, _, _ = strings.Cut(title, " by the rules, but ")
			got = append(got, title)
		}
	}
	if last := blocks[len(blocks)-1]; !strings.HasPrefix(last, "component settings:\n") {
		t.Errorf("want the settings last, got %q", last)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}

// wantItems compares verdicts and reasons of what is for programs. What isn't
// injected has one first reason, which blocks.
func wantItems(t *testing.T, c golden.Case, data string) {
	t.Helper()
	var list cliapi.ExplanationList
	decoder := json.NewDecoder(strings.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		t.Fatal(err)
	}
	var want, got, codes []string
	expected := slices.DeleteFunc(slices.Clone(c.Expect), golden.Expect.Exists)
	for _, e := range expected {
		want = append(want, e.Verdict)
	}
	for _, e := range list.Items {
		if e.Pod != nil {
			continue
		}
		got = append(got, string(e.Verdict))
		first := 0
		for _, r := range e.Reasons {
			codes = append(codes, string(r.Code))
			if r.First {
				first++
			}
			if r.First && !r.Blocking {
				t.Errorf("%s/%s: %s is first and doesn't block", e.Object.Kind, e.Object.Name, r.Code)
			}
		}
		if (first == 1) != (e.Verdict != rrsa.Injected) {
			t.Errorf("%s/%s is %s with %d first reasons", e.Object.Kind, e.Object.Name, e.Verdict, first)
		}
	}
	if c.Error != "" {
		return
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts in JSON (-want +got):\n%s", diff)
	}
	for _, e := range expected {
		for _, code := range e.Codes {
			if !slices.Contains(codes, code) {
				t.Errorf("%s: want reason %s, got %v", e.Template, code, codes)
			}
		}
	}
}

// TestSDKErrorCommands: every command that an explanation of §5 names is one that
// there is, with the flags that it has.
func TestSDKErrorCommands(t *testing.T) {
	ours := 0
	for _, e := range sdkerror.Known() {
		var said cliapi.ErrorExplanation
		if code, stdout, stderr := run(t, nil, "explain", "--error", e.Code, "-o", "json"); code != term.ExitOK || json.Unmarshal([]byte(stdout), &said) != nil {
			t.Fatalf("%s: exit code %d: %s", e.Code, code, stderr)
		}
		for i, c := range said.Errors[0].Causes {
			command := c.Command
			if next := e.Causes[i].Next; (command == "") != (next == "") {
				t.Errorf("%s: want a command for the step %q, got %q", e.Code, next, command)
			}
			words := strings.Fields(command)
			if len(words) < 2 || words[1] != "rrsa" {
				continue
			}
			ours++
			cmd, args, err := NewCommand("", genericiooptions.IOStreams{}).Find(words[2:])
			if err != nil || !cmd.HasParent() {
				t.Errorf("%s: %q is no command: %v", e.Code, command, err)
				continue
			}
			if err := cmd.ParseFlags(args); err != nil {
				t.Errorf("%s: %q: %v", e.Code, command, err)
			}
		}
	}
	if ours < 3 {
		t.Errorf("only %d commands are found", ours)
	}
}

// TestExplainTerminal: what steers a terminal doesn't reach it.
func TestExplainTerminal(t *testing.T) {
	pod := "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"a\\e[31mb\\nc\"\n  namespace: \"n\\u202e\"\nspec:\n  containers:\n  - name: \"c\\a\"\n"
	code, stdout, stderr := run(t, []byte(pod), "explain", "--local", "-")
	if code != term.ExitOK || stderr != "" {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	for _, bad := range []string{"\x1b", "\a", "\u202e"} {
		if bytes.Contains([]byte(stdout), []byte(bad)) {
			t.Errorf("%q is on stdout:\n%s", bad, stdout)
		}
	}
	if !strings.Contains(stdout, `Namespace: n\u202e (not known`) {
		t.Errorf("the namespace is not there:\n%s", stdout)
	}
}
