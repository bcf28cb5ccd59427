package inject

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// dice chooses by the bytes of a fuzz input; once they are used up, always the first.
type dice struct{ data []byte }

func (d *dice) roll(n int) int {
	if len(d.data) == 0 {
		return 0
	}
	out := int(d.data[0]) % n
	d.data = d.data[1:]
	return out
}

func (d *dice) yes(of int) bool { return d.roll(of) == of-1 }

func pick[T any](d *dice, from ...T) T { return from[d.roll(len(from))] }

// writer writes a manifest of a pod in one of many ways.
type writer struct {
	*dice
	// notes counts the comments, each of which is another one.
	notes int
	// dashes is how far the entries of lists are indented below their key.
	dashes int
	// flow says that something is in flow style, where nothing can be marked; shared,
	// that an anchor is at what changes.
	flow, shared bool
}

// note is a comment that stands nowhere else.
func (w *writer) note() string {
	w.notes++
	return fmt.Sprintf("# note %d.", w.notes)
}

// line writes a line, maybe with a comment behind it or before it, or a blank one.
func (w *writer) line(text string) []string {
	switch w.roll(12) {
	case 9:
		return []string{text + " " + w.note()}
	case 10:
		return []string{w.note(), text}
	case 11:
		return []string{"", text}
	}
	return []string{text}
}

// below indents lines.
func below(indent int, lines []string) (out []string) {
	for _, line := range lines {
		if line != "" {
			line = strings.Repeat(" ", indent) + line
		}
		out = append(out, line)
	}
	return out
}

// entry puts a dash before the lines of a mapping.
func (w *writer) entry(lines []string) []string {
	width := 2
	if w.yes(8) {
		width = 4
	}
	at := 0
	for lines[at] == "" || lines[at][0] == '#' {
		at++ // comments stand above the dash
	}
	out := below(width, lines)
	for i := range at {
		out[i] = lines[i]
	}
	out[at] = "-" + out[at][1:]
	return below(w.dashes, out)
}

// list writes what stands at the key of a list: nothing at all, one of the ways to
// have none, entries, or entries in flow style.
func (w *writer) list(key string, entries [][]string, flow string) (out []string) {
	none := []string{"[]", "~", "null", "[ ]", "[  ]"}
	switch w.roll(12) {
	case 0:
		return nil
	case 1:
		return w.line(key + pick(w.dice, ":", " :"))
	case 2:
		return w.line(key + pick(w.dice, ": ", " : ") + pick(w.dice, none...))
	case 3:
		w.flow = true
		return w.line(key + ": [" + flow + "]")
	case 4, 5:
		// As a chart prints it: the list on a line of its own, with comments about it.
		out = append(w.line(key+":"), below(2, w.line(pick(w.dice, none...)))...)
		if w.yes(4) {
			out = append(out, w.note())
		}
		return out
	}
	out = w.line(key + ":")
	for _, entry := range entries {
		out = append(out, w.entry(entry)...)
	}
	if w.yes(6) {
		out = append(out, below(pick(w.dice, w.dashes, w.dashes+2), []string{w.note()})...)
	}
	if w.yes(12) {
		w.flow = true
		out = append(out, below(w.dashes, []string{"- " + flow})...)
	}
	return out
}

// variables are entries of a container's env: a person's, one of which may have the
// name of ours.
func (w *writer) variables() (out [][]string) {
	for range 1 + w.roll(2) {
		w.notes++
		entry := append(w.line(fmt.Sprintf("name: OWN_%d", w.notes)), w.line("value: "+pick(w.dice, "json", `"1"`, "'a # b'"))...)
		out = append(out, entry)
	}
	if w.yes(3) {
		name := pick(w.dice, "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_STS_REGION")
		value := pick(w.dice,
			[]string{"value: mine"}, nil, []string{"value:"}, []string{"value: |-", "  one", "  # two"}, []string{"value: \"a", "  b\""},
			[]string{"valueFrom:", "  secretKeyRef:", "    name: s", "    key: k"}, []string{"valueFrom: {fieldRef: {fieldPath: metadata.name}}"},
		)
		entry := append([]string{"name: " + name}, value...)
		switch {
		case len(value) == 1 && w.yes(2):
			entry = append(w.line(value[0]), "name: "+name)
		case len(value) == 1:
			entry = append(w.line("name: "+name), w.line(value[0])...)
		case len(value) > 1 && strings.HasSuffix(value[0], "From:") && w.yes(2):
			entry[1] += " " + w.note()
		}
		out = append(out, entry)
		if w.yes(4) { // once more, by another hand
			out = append(out, []string{"name: " + name, "value: theirs"})
		}
	}
	return out
}

// container writes a container; env are the lines of its variables where they are
// shared.
func (w *writer) container(name string, env []string) []string {
	out := append(w.line("name: "+name), w.line("image: "+name+":1")...)
	if env != nil {
		w.shared = true
		out = append(out, env...)
	} else {
		out = append(out, w.list("env", w.variables(), "{name: OWN, value: b}")...)
	}
	mount := append(w.line("name: data"), w.line("mountPath: /data")...)
	out = append(out, w.list("volumeMounts", [][]string{mount}, "{name: data, mountPath: /data}")...)
	switch w.roll(7) {
	case 5:
		out = append(out, "command: [sh, echo", "  'one' && two]")
	case 6:
		out = append(out, w.note(), w.note())
	case 1:
		out = append(out, "args:", "- |", "  echo one", "", "  # no comment")
	case 2:
		out = append(out, "command: [sh, -c, 'a: b']")
	case 3:
		out = append(out, "workingDir: /a", "  /b")
	case 4:
		out = append(out, w.line("tty: true")...)
	}
	return out
}

// spec writes a pod's spec.
func (w *writer) spec() (out []string) {
	volumes := w.list("volumes", [][]string{append(w.line("name: data"), w.line("emptyDir: {}")...)}, "{name: data, emptyDir: {}}")
	first := w.yes(2)
	if first {
		out = append(out, volumes...)
	}
	if w.yes(3) {
		out = append(append(out, "initContainers:"), w.entry(w.container("init", nil))...)
	}
	out = append(out, w.line("containers:")...)
	count, shared := 1+w.roll(3), false
	for i := range count {
		var env []string
		if i == 0 && count > 1 && w.yes(12) {
			env, shared = []string{"env: &env", "- name: OWN", "  value: b"}, true
		} else if shared {
			env = w.line("env: *env")
		}
		out = append(out, w.entry(w.container(fmt.Sprintf("c%d", i), env))...)
	}
	if !first {
		out = append(out, volumes...)
	}
	return append(out, w.line("restartPolicy: Always")...)
}

// object writes a Pod or a Deployment.
func (w *writer) object(name string) []string {
	meta := []string{
		"metadata:", "  name: " + name, "  annotations:", "    pod-identity.alibabacloud.com/skip-containers: nobody",
	}
	if w.yes(3) {
		out := append(w.line("apiVersion: apps/v1"), "kind: Deployment", "metadata:", "  name: "+name, "spec:", "  template:")
		return append(append(append(out, below(4, meta)...), "    spec:"), below(6, w.spec())...)
	}
	out := append(append(w.line("apiVersion: v1"), "kind: Pod"), meta...)
	return append(append(out, w.line("spec:")...), below(2, w.spec())...)
}

// stream writes documents.
func (w *writer) stream() string {
	w.dashes = 2 * w.roll(2)
	var docs []string
	for i := range 1 + w.roll(2) {
		docs = append(docs, strings.Join(w.object(fmt.Sprintf("app-%d", i)), "\n")+"\n")
	}
	text := strings.Join(docs, "---\n")
	if w.yes(6) {
		if asJSON, ok := inJSON(text, pick(w.dice, "", "  ")); ok {
			w.flow = true
			return asJSON
		}
	}
	switch w.roll(8) {
	case 6:
		text = strings.TrimSuffix(text, "\n")
	case 7:
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// inJSON writes a file's only object as JSON.
func inJSON(text, indent string) (string, bool) {
	s, err := manifest.Parse("input.yaml", []byte(text))
	if err != nil || len(s.Items()) != 1 {
		return "", false
	}
	object, err := s.Items()[0].Object()
	if err != nil {
		return "", false
	}
	out, err := json.Marshal(object)
	if indent != "" {
		out, err = json.MarshalIndent(object, "", indent)
	}
	return string(out) + "\n", err == nil
}
