package inject

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kubectl-rrsa/rrsa/internal/podtemplate"
	"github.com/kubectl-rrsa/rrsa/internal/yamledit"
	"github.com/kubectl-rrsa/rrsa/internal/yamlnode"
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

func findLeftMounts(t *Template) leftMounts {
	var out leftMounts
	for i, c := range t.view.Containers {
		for j, m := range c.Typed.VolumeMounts {
			if m.Name == rrsa.VolumeName && !slices.Contains(t.marks.of(i).mounts, j) {
				out.names = append(out.names, fmt.Sprintf("%q", c.Typed.Name))
				out.doubtful = out.doubtful || !canBeMarked(c, j)
				break
			}
		}
	}
	return out
}

// canBeMarked tells whether a mount is written where a mark can be.
func canBeMarked(c podtemplate.Container, mount int) bool {
	mounts := yamlnode.Get(c.Node, "volumeMounts")
	entry := mounts.Content[mount]
	return mounts.Style&yaml.FlowStyle == 0 && yamlnode.Owned(entry) && entry.Style&yaml.FlowStyle == 0
}

// stays says what of an injection isn't taken out, or goes without the rest.
func (in Injector) stays(t *Template, left leftMounts, stuck bool) []rrsa.Reason {
	out := rrsa.Reason{Severity: rrsa.Warning, Level: rrsa.LevelPod, Field: "spec.volumes"}
	names := strings.Join(left.names, ", ")
	volumes := t.view.Spec().To("volumes")
	volumeGoes := slices.ContainsFunc(t.changes, func(c yamledit.Change) bool { return takesMark(c) && slices.Equal(c.List, volumes) })
	switch {
	case stuck:
		out.Code = CodeVolumeStays
		out.Message = fmt.Sprintf("the volume %q stays, as a mount without the mark %q needs it", rrsa.VolumeName, Mark)
	case len(left.names) > 0 && volumeGoes:
		out.Code = CodeMountStays
		out.Message = fmt.Sprintf("the volume %q goes, and its mount in %s, which has no mark %q, stays", rrsa.VolumeName, names, Mark)
		out.Hint = "take out the mount by hand, unless something else adds the volume, as the webhook does"
		return []rrsa.Reason{out}
	case len(left.names) > 0 && in.Remove:
		out.Code = CodeUnmarkedStays
		out.Message = fmt.Sprintf("the mount of %q in %s has no mark %q, so it stays with its variables", rrsa.VolumeName, names, Mark)
	default:
		return nil
	}
	switch {
	case in.takesUnmarked():
		out.Hint = "it is not all exactly as an injection writes it: take it out by hand if it is not meant to be there"
	case in.Remove:
		out.Hint = "take it out by hand"
	default:
		out.Hint = "take out the mount by hand, and with it the variables that carry no mark"
	}
	return []rrsa.Reason{out}
}
