package inject

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
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

// marks are what an earlier injection has added to a pod template, by index.
type marks struct {
	// containers are in the order of the template's; nil for no mark in any.
	containers []containerMarks
	volumes    []int
}

type containerMarks struct {
	env    map[int]envMark
	mounts []int
}

// envMark is the mark of a variable.
type envMark struct {
	yamledit.Mark
	// kept is what the mark keeps: the variable as it was before.
	kept corev1.EnvVar
}

// of returns the marks in a template's container.
func (m marks) of(i int) containerMarks {
	if m.containers == nil {
		return containerMarks{}
	}
	return m.containers[i]
}

func (m marks) empty() bool { return m.containers == nil && len(m.volumes) == 0 }

// findMarks looks for the marks in a pod template. Only entries that an injection
// could have written count, whatever comment others carry. A mark that keeps what
// is no variable's is an error: somebody else has written it.
func findMarks(o yamledit.Object, view *podtemplate.Template) (marks, error) {
	out := marks{containers: make([]containerMarks, len(view.Containers))}
	found := false
	for i, c := range view.Containers {
		cm := &out.containers[i]
		err := eachMarked(o, c.Node, "env", func(i int, entry *yaml.Node, m yamledit.Mark) error {
			if !slices.Contains(rrsa.EnvNames(), yamlnode.GetString(entry, "name")) {
				return nil
			}
			kept, err := keptEnv(entry, m)
			if err != nil {
				return err
			}
			if cm.env == nil {
				cm.env = map[int]envMark{}
			}
			cm.env[i] = envMark{m, kept}
			return nil
		})
		if err != nil {
			return marks{}, err
		}
		cm.mounts = markedByName(o, c.Node, "volumeMounts")
		found = found || len(cm.env)+len(cm.mounts) > 0
	}
	if !found {
		out.containers = nil
	}
	out.volumes = markedByName(o, view.Spec().Get(o.Node), "volumes")
	return out, nil
}

// keptEnv reads what a mark keeps of a variable.
func keptEnv(entry *yaml.Node, m yamledit.Mark) (corev1.EnvVar, error) {
	pairs, err := yamledit.Kept(m.Was)
	if err != nil {
		return corev1.EnvVar{}, &yamlnode.Error{Line: m.Line, Problem: "reading what the comment " + Mark + " keeps: " + err.Error() + ": delete the comment if no injection has written it"}
	}
	return podtemplate.EnvVar(yamlnode.Mapping(append([]*yaml.Node{yamlnode.Str("name"), yamlnode.Get(entry, "name")}, pairs...)...))
}

// markedByName returns the indexes of the marked entries that have the token
// volume's name.
func markedByName(o yamledit.Object, parent *yaml.Node, key string) []int {
	var out []int
	_ = eachMarked(o, parent, key, func(i int, entry *yaml.Node, m yamledit.Mark) error {
		if yamlnode.GetString(entry, "name") == rrsa.VolumeName && !m.Replaced {
			out = append(out, i)
		}
		return nil
	})
	return out
}

// eachMarked calls a function for the marked entries of a list in block style. A
// list that comes by an alias or a merge key has the marks of the one that it is.
func eachMarked(o yamledit.Object, parent *yaml.Node, key string, do func(int, *yaml.Node, yamledit.Mark) error) error {
	list := yamlnode.Get(parent, key)
	if list == nil || list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle != 0 {
		return nil
	}
	for i, entry := range list.Content {
		if !yamlnode.Owned(entry) || entry.Kind != yaml.MappingNode || entry.Style&yaml.FlowStyle != 0 {
			continue
		}
		if m, ok := o.Mark(entry, Mark); ok {
			if err := do(i, entry, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// strip returns a pod template as it would be without what is marked: what the
// decision has to be made from.
func (m marks) strip(view *podtemplate.Template) *corev1.PodTemplateSpec {
	t := view.Typed
	if m.empty() {
		return t
	}
	out := *t
	out.Spec.Volumes = yamledit.Without(t.Spec.Volumes, m.volumes)
	out.Spec.InitContainers = slices.Clone(t.Spec.InitContainers)
	out.Spec.Containers = slices.Clone(t.Spec.Containers)
	for i, c := range view.Containers {
		list := out.Spec.Containers
		if c.Init {
			list = out.Spec.InitContainers
		}
		list[c.Index] = m.of(i).strip(list[c.Index])
	}
	return &out
}

func (m containerMarks) strip(c corev1.Container) corev1.Container {
	var ours []int
	c.Env = slices.Clone(c.Env)
	for i, found := range m.env {
		if found.Replaced {
			c.Env[i] = found.kept
		} else {
			ours = append(ours, i)
		}
	}
	c.Env = yamledit.Without(c.Env, ours)
	c.VolumeMounts = yamledit.Without(c.VolumeMounts, m.mounts)
	return c
}
