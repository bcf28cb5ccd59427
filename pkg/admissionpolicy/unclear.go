package admissionpolicy

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// A mount path with ".." that has the last part of the token directory in it may lead there.
const (
	upward        = "/rrsa-tokens"
	upwardPattern = `(^|/)\.\.(/|$)`
)

// UnclearMount finds a mount of a container of which the expressions can't tell whether it
// leads to the token directory: the policy leaves the pod alone if the container is to be
// injected.
func UnclearMount(c corev1.Container) (mountPath string, found bool) {
	goesUp := regexp.MustCompile(upwardPattern)
	for _, m := range c.VolumeMounts {
		if strings.Contains(m.MountPath, upward) && goesUp.MatchString(m.MountPath) {
			return m.MountPath, true
		}
	}
	return "", false
}
