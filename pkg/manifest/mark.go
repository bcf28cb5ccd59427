package manifest

import (
	"regexp"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Mark is the line comment on each entry that an injection adds. The cluster
// never sees it; a later run knows by it what it may change and take out again.
// Where an injection replaces something, the mark keeps the replaced text:
//
//   - name: ALIBABA_CLOUD_ROLE_ARN # inject-rrsa
//     value: acs:ram::1488999589000000:role/demo
//   - name: ALIBABA_CLOUD_STS_REGION
//     value: cn-hangzhou # inject-rrsa was: "value: cn-beijing"
const Mark = "# inject-rrsa"

var markPattern = regexp.MustCompile(`[ \t]` + Mark + `(?: was: ("(?:[^"\\]|\\.)*"))?[ \t]*$`)

// markWas is the mark of something that replaces a text.
func markWas(was string) string { return Mark + " was: " + strconv.QuoteToASCII(was) }

// mark is a mark that was found.
type mark struct {
	// replaced says that the mark keeps a text, was.
	replaced bool
	was      string
	// column is where an entry's keys stand, from 0, and so did the text.
	column int
	// start and end are where the mark stands, with the white space before it.
	start, end int
}

// markIn looks for a mark at the end of any line of a stretch of text.
func (t *text) markIn(start, end int) (mark, bool) {
	for at := t.lineStart(start); at <= end && at < len(t.data); at = t.nextLine(at) {
		lineEnd := t.lineEnd(at)
		m := markPattern.FindSubmatchIndex(t.data[at:lineEnd])
		if m == nil {
			if lineEnd == len(t.data) {
				break
			}
			continue
		}
		out := mark{start: at + m[0], end: lineEnd}
		if m[2] >= 0 {
			was, err := strconv.Unquote(string(t.data[at+m[2] : at+m[3]]))
			if err != nil {
				return mark{}, false
			}
			out.replaced, out.was = true, was
		}
		return out, true
	}
	return mark{}, false
}

// marks are what an earlier injection has put into a pod template, by index.
type marks struct {
	containers map[containerIndex]containerMarks
	volumes    []int
}

type containerIndex struct {
	init  bool
	index int
}

type containerMarks struct {
	env    map[int]mark
	mounts []int
}

// findMarks looks for the marks in a pod template. Only entries that an injection
// could have written count, whatever comment others carry; and none where the
// text can't be told for sure.
func (t *text) findMarks(it *Item, f found) marks {
	out := marks{containers: map[containerIndex]containerMarks{}}
	if shared(it.above) || shared(f.nodes) {
		return out
	}
	_, spec := pair(f.node(), "spec")
	if !owned(spec) || spec.Kind != yaml.MappingNode {
		return out
	}
	for _, init := range []bool{true, false} {
		_, list := pair(spec, listKey(init))
		for i := 0; owned(list) && i < len(list.Content); i++ {
			container := list.Content[i]
			if container.Kind != yaml.MappingNode || container.Style&yaml.TaggedStyle != 0 {
				continue
			}
			var cm containerMarks
			t.eachMarked(container, "env", func(i int, entry *yaml.Node, m mark) {
				value := get(entry, "value")
				if !slices.Contains(rrsa.EnvNames(), getString(entry, "name")) || value != nil && value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
					return
				}
				if cm.env == nil {
					cm.env = map[int]mark{}
				}
				cm.env[i] = m
			})
			t.eachMarked(container, "volumeMounts", func(i int, entry *yaml.Node, m mark) {
				if getString(entry, "name") == rrsa.VolumeName && !m.replaced {
					cm.mounts = append(cm.mounts, i)
				}
			})
			if len(cm.env)+len(cm.mounts) > 0 {
				out.containers[containerIndex{init, i}] = cm
			}
		}
	}
	t.eachMarked(spec, "volumes", func(i int, entry *yaml.Node, m mark) {
		if getString(entry, "name") == rrsa.VolumeName && !m.replaced {
			out.volumes = append(out.volumes, i)
		}
	})
	return out
}

// eachMarked calls a function for the marked entries of a list in block style. A
// list that comes by an alias or a merge key has the marks of the one that it is.
func (t *text) eachMarked(parent *yaml.Node, key string, do func(int, *yaml.Node, mark)) {
	list := get(parent, key)
	if list == nil || list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle != 0 {
		return
	}
	for i, entry := range list.Content {
		if !owned(entry) || entry.Kind != yaml.MappingNode || entry.Style&yaml.FlowStyle != 0 {
			continue
		}
		start, err := t.offset(entry)
		if err != nil {
			continue
		}
		end, err := t.end(entry, -1, false)
		if err != nil {
			continue
		}
		if m, ok := t.markIn(start, end); ok {
			m.column = entry.Content[0].Column - 1
			do(i, entry, m)
		}
	}
}

// strip returns a pod template as it would be without what is marked: what the
// decision has to be made from.
func (m marks) strip(t *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	if len(m.containers) == 0 && len(m.volumes) == 0 {
		return t
	}
	out := *t
	out.Spec.Volumes = without(t.Spec.Volumes, m.volumes)
	out.Spec.InitContainers = m.stripContainers(t.Spec.InitContainers, true)
	out.Spec.Containers = m.stripContainers(t.Spec.Containers, false)
	return &out
}

func (m marks) stripContainers(list []corev1.Container, init bool) []corev1.Container {
	out := slices.Clone(list)
	for i := range out {
		cm := m.containers[containerIndex{init, i}]
		var ours []int
		out[i].Env = slices.Clone(out[i].Env)
		for index, found := range cm.env {
			if found.replaced {
				out[i].Env[index] = replacedEnv(out[i].Env[index].Name, found)
			} else {
				ours = append(ours, index)
			}
		}
		out[i].Env = without(out[i].Env, ours)
		out[i].VolumeMounts = without(out[i].VolumeMounts, cm.mounts)
	}
	return out
}

// without returns a list less the entries at some indexes.
func without[T any](list []T, indexes []int) []T {
	if len(indexes) == 0 {
		return list
	}
	var out []T
	for i, entry := range list {
		if !slices.Contains(indexes, i) {
			out = append(out, entry)
		}
	}
	return out
}
