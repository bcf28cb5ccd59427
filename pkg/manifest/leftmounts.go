package manifest

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// leftMounts are the containers that still mount the token when what is marked is
// taken out.
type leftMounts struct {
	names []string
	// doubtful says that such a mount stands where no mark can be, so that it may
	// be ours all the same.
	doubtful bool
}

func findLeftMounts(f found, t *corev1.PodTemplateSpec, have marks) leftMounts {
	var out leftMounts
	for _, init := range []bool{true, false} {
		list := t.Spec.Containers
		if init {
			list = t.Spec.InitContainers
		}
		for i, c := range list {
			ours := have.containers[containerIndex{init, i}].mounts
			for j, m := range c.VolumeMounts {
				if m.Name == rrsa.VolumeName && !slices.Contains(ours, j) {
					out.names = append(out.names, fmt.Sprintf("%q", c.Name))
					out.doubtful = out.doubtful || !canBeMarked(f, containerIndex{init, i}, j)
					break
				}
			}
		}
	}
	return out
}

// canBeMarked tells whether a mount is written where findMarks looks for marks.
func canBeMarked(f found, at containerIndex, mount int) bool {
	_, spec := pair(f.node(), "spec")
	if shared(f.nodes) || !owned(spec) {
		return false
	}
	_, list := pair(spec, listKey(at.init))
	if !owned(list) || list.Content[at.index].Kind != yaml.MappingNode || list.Content[at.index].Style&yaml.TaggedStyle != 0 {
		return false
	}
	mounts := get(list.Content[at.index], "volumeMounts")
	entry := mounts.Content[mount]
	return mounts.Style&yaml.FlowStyle == 0 && owned(entry) && entry.Style&yaml.FlowStyle == 0
}

// stays says what of an injection isn't taken out, or goes without the rest.
func (r *run) stays(c *Change, left leftMounts) []rrsa.Reason {
	out := rrsa.Reason{Severity: rrsa.Warning, Level: rrsa.LevelPod, Field: "spec.volumes"}
	names := strings.Join(left.names, ", ")
	switch {
	case c.work.stuck:
		out.Code = CodeVolumeStays
		out.Message = fmt.Sprintf("the volume %q stays, as a mount without the mark %q needs it", rrsa.VolumeName, Mark)
	case len(left.names) > 0 && len(c.work.removeVolumes) > 0:
		out.Code = CodeMountStays
		out.Message = fmt.Sprintf("the volume %q goes, and its mount in %s, which has no mark %q, stays", rrsa.VolumeName, names, Mark)
		out.Hint = "take out the mount by hand, unless something else adds the volume, as the webhook does"
		return []rrsa.Reason{out}
	case len(left.names) > 0 && r.Remove:
		out.Code = CodeUnmarkedStays
		out.Message = fmt.Sprintf("the mount of %q in %s has no mark %q, so it stays with its variables", rrsa.VolumeName, names, Mark)
	default:
		return nil
	}
	switch {
	case r.takesUnmarked():
		out.Hint = "it is not all exactly as an injection writes it: take it out by hand if it is not meant to be there"
	case r.Remove:
		out.Hint = "take it out by hand, or run kubectl rrsa uninject --unmarked if an injection has written it"
	default:
		out.Hint = "take out the mount by hand, and with it the variables that carry no mark"
	}
	return []rrsa.Reason{out}
}
