package inject

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// A move is what people and other tools do to a text between two runs.
type move struct {
	name string
	// do gives the text back where it can't be made.
	do func(text string) string
	// encodes says that the text's lines are written anew.
	encodes bool
	// unlike says that it does something else where an alias is written out.
	unlike bool
	// unsettles says that another run has something to change.
	unsettles bool
}

// moves chooses one.
func moves(d *dice, note func() string) move {
	switch d.roll(10) {
	case 0:
		return move{name: "wrap into a List", do: wrap(pick(d, 2, 4))}
	case 1:
		return move{name: "swap documents", do: swapDocuments}
	case 2:
		return move{name: "swap containers", do: swapContainers, encodes: true, unlike: true}
	case 3:
		comment := note()
		return move{name: "add a comment line", do: atLine(d.roll(64), "", func(lead, line string) []string { return []string{lead + comment, line} })}
	case 4:
		comment := note()
		return move{name: "add a comment", do: atLine(d.roll(64), "image: |tty: |restartPolicy: |mountPath: /data", func(_, line string) []string {
			if strings.Contains(line, "#") {
				return []string{line}
			}
			return []string{line + " " + comment}
		})}
	case 5:
		return move{name: "add a blank line", do: atLine(d.roll(64), "", func(_, line string) []string { return []string{"", line} })}
	case 6:
		return move{name: "drop comment lines", do: dropComments, unlike: true}
	case 7:
		return move{name: "a round trip", do: roundTrip, encodes: true}
	case 8:
		skipped := pick(d, "nobody", "c0", "init", "c1")
		return move{name: "skip " + skipped, unsettles: true, do: func(text string) string {
			return regexp.MustCompile(`(skip-containers"?: ?"?)(nobody|c0|init|c1)`).ReplaceAllString(text, "${1}"+skipped)
		}}
	}
	return move{name: "a person's variable", unlike: true, do: atLine(d.roll(64), "- name: OWN_", func(lead, line string) []string {
		before, _, _ := strings.Cut(line, "name: ")
		return []string{before + "name: MORE", strings.Repeat(" ", len(before)) + "value: x", line}
	})}
}

// eol is the line break of a text.
func eol(text string) string {
	if strings.Contains(text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// wrap makes the documents items of a List, indented by so many columns.
func wrap(by int) func(string) string {
	return func(text string) string {
		mixed := strings.Count(text, eol(text)) < strings.Count(text, "\n") // after a round trip
		if strings.HasPrefix(text, "{") || strings.Count(text, "items:") > 2 || mixed {
			return text
		}
		out := []string{"apiVersion: v1", "kind: List", "items:"}
		lines := strings.Split(strings.TrimSuffix(text, eol(text)), eol(text))
		start := true
		for _, line := range lines {
			switch {
			case line == "---":
				start = true
				continue
			case line == "":
			case start && line[0] != '#':
				line, start = strings.Repeat(" ", by-2)+"- "+line, false
			case start: // a comment above the object
				line = strings.Repeat(" ", by-2) + line
			default:
				line = strings.Repeat(" ", by) + line
			}
			out = append(out, line)
		}
		wrapped := strings.Join(out, eol(text))
		if strings.HasSuffix(text, eol(text)) {
			wrapped += eol(text)
		}
		return wrapped
	}
}

// swapDocuments puts the last document first.
func swapDocuments(text string) string {
	mark := "---" + eol(text)
	docs := strings.Split(text, eol(text)+mark)
	if len(docs) < 2 || !strings.HasSuffix(text, eol(text)) {
		return text
	}
	docs[len(docs)-1] = strings.TrimSuffix(docs[len(docs)-1], eol(text))
	slices.Reverse(docs)
	return strings.Join(docs, eol(text)+mark) + eol(text)
}

// plainLine is a line in which a key or an entry starts: no line of a scalar.
var plainLine = regexp.MustCompile(`^ *(- +)?[A-Za-z]+:`)

// atLine puts lines in the place of one that a person has written, one of those that
// have one of some texts. It is chosen among them, so that it is the same one
// whatever an injection has added.
func atLine(chosen int, having string, do func(lead, line string) []string) func(string) string {
	return func(text string) string {
		if strings.HasPrefix(text, "{") {
			return text
		}
		lines := strings.Split(text, eol(text))
		var candidates []int
		for i, line := range lines {
			own := regexp.MustCompile(`(name: (OWN|c\d|app)|image: |tty: |restartPolicy: |containers:|spec:)`).MatchString(line)
			if plainLine.MatchString(line) && own && regexp.MustCompile(having).MatchString(line) {
				candidates = append(candidates, i)
			}
		}
		if len(candidates) == 0 {
			return text
		}
		at := candidates[chosen%len(candidates)]
		lead := lines[at][:len(lines[at])-len(strings.TrimLeft(lines[at], " "))]
		return strings.Join(slices.Replace(lines, at, at+1, do(lead, lines[at])...), eol(text))
	}
}

// dropComments takes out the lines that are nothing but a comment.
func dropComments(text string) string {
	return regexp.MustCompile(`(?m)^ *# note \d+\.\r?\n`).ReplaceAllString(text, "")
}

// roundTrip reads and writes each document as other tools do.
func roundTrip(text string) string {
	return byNodes(text, func(*yaml.RNode) {})
}

// swapContainers puts the last container of each pod first.
func swapContainers(text string) string {
	return byNodes(text, func(n *yaml.RNode) {
		var swap func(n *yaml.Node)
		swap = func(n *yaml.Node) {
			for i, child := range n.Content {
				if i > 0 && n.Content[i-1].Value == "containers" && child.Kind == yaml.SequenceNode && !hasAlias(child) {
					slices.Reverse(child.Content)
				}
				swap(child)
			}
		}
		swap(n.YNode())
	})
}

func hasAlias(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, hasAlias)
}

func byNodes(text string, do func(*yaml.RNode)) string {
	s, err := manifest.Parse("input.yaml", []byte(text))
	if err != nil {
		return text
	}
	var out []string
	for _, doc := range s.Documents() {
		n, err := yaml.Parse(string(doc.Text))
		if err != nil {
			return text
		}
		do(n)
		written, err := n.String()
		if err != nil {
			return text
		}
		out = append(out, written)
	}
	return strings.Join(out, "---\n")
}

// objectsOf are the objects of a text as kubectl reads them.
func objectsOf(text string) ([]any, error) {
	s, err := manifest.Parse("input.yaml", []byte(text))
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	var out []any
	for _, it := range s.Items() {
		object, err := it.Object()
		if err != nil {
			return nil, fmt.Errorf("%w\n%s", err, text)
		}
		out = append(out, object)
	}
	return out, nil
}
