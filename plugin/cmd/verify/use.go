package verify

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// use is what one container has of the values that its program sends to STS.
type use struct {
	container                 string
	role, provider, tokenFile value
	mounted                   bool
}

// value is that of a variable. One from elsewhere isn't known.
type value struct {
	text      string
	elsewhere bool
	// wouldBe tells that the container hasn't the variable, and an injection would give it.
	wouldBe bool
}

// fill takes what an injection would give if the container has nothing.
func (v *value) fill(text string, wouldBe bool) {
	if v.text == "" && !v.elsewhere {
		v.text, wouldBe = text, true
	}
	v.wouldBe = wouldBe
}

// volume is the token that a pod's volume asks for.
type volume struct {
	audience string
	seconds  int64
}

// tokenOf is what the volume asks for; nil if there is none, or one of another kind.
func tokenOf(pod *corev1.PodTemplateSpec) *corev1.ServiceAccountTokenProjection {
	for _, v := range pod.Spec.Volumes {
		if v.Name != rrsa.VolumeName || v.Projected == nil {
			continue
		}
		for _, source := range v.Projected.Sources {
			if source.ServiceAccountToken != nil {
				return source.ServiceAccountToken
			}
		}
	}
	return nil
}

// usesOf reads the containers that are selected, or else those that mount the token.
func usesOf(pod *corev1.PodTemplateSpec, selected []string) []use {
	var out []use
	token := tokenOf(pod)
	for _, container := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		u := use{container: container.Name, mounted: token != nil && token.Path == path.Base(rrsa.TokenFile) && slices.ContainsFunc(container.VolumeMounts, func(m corev1.VolumeMount) bool {
			return m.Name == rrsa.VolumeName && m.MountPath == rrsa.TokenDir && m.SubPath == "" && m.SubPathExpr == ""
		})}
		if !slices.Contains(selected, container.Name) && (len(selected) > 0 || !u.mounted) {
			continue
		}
		for _, e := range container.Env { // the last of a name counts
			v := value{text: e.Value, elsewhere: e.ValueFrom != nil || strings.Contains(e.Value, "$(")}
			switch e.Name {
			case rrsa.EnvRoleARN:
				u.role = v
			case rrsa.EnvOIDCProviderARN:
				u.provider = v
			case rrsa.EnvOIDCTokenFile:
				u.tokenFile = v
			}
		}
		out = append(out, u)
	}
	return out
}
