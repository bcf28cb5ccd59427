package admissionpolicy

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// The API server ends an expression that costs more than 1,000,000. These bounds keep all
// of them below that by a third at least, whatever the pod: a container costs as much as
// ten of its variables or mounts, and each name is compared with each container.
const (
	maxWeight      = 6000
	maxComparisons = 600000
	maxNames       = 16384
)

func large() string {
	return lines(
		fmt.Sprintf("size(%s.orValue('')) > %d ||", optional("variables.annotations", rrsa.OnlyContainersKey), maxNames),
		fmt.Sprintf("size(%s.orValue('')) > %d ||", optional("variables.annotations", rrsa.SkipContainersKey), maxNames),
		fmt.Sprintf("size(variables.all) * (size(variables.only) + size(variables.skip)) > %d ||", maxComparisons),
		fmt.Sprintf("variables.all.map(c, 10 + size(c.?env.orValue([])) + size(c.?volumeMounts.orValue([]))).sum() > %d", maxWeight),
	)
}

// What a mount path has that may lead to the token directory by a way that an expression
// can't follow.
const (
	// target is in each path that leads there.
	target = "/rrsa-tokens"
	// upward finds a segment "..".
	upward = `(^|/)\.\.(/|$)`
	// maxPath is the longest path that Linux takes; a longer one isn't followed.
	maxPath = 4096
)

var upwardPattern = regexp.MustCompile(upward)

// LeftAlone says why a policy leaves a pod alone that the engine injects; empty if it
// doesn't. selected tells whether a container is to be injected, by its name. There are two reasons: a mount path of which no expression can tell
// where it leads, and a pod that costs more than the API server allows an expression. (§10)
func LeftAlone(cfg rrsa.Config, pod *corev1.PodTemplateSpec, selected func(name string) bool) string {
	weight, containers := 0, 0
	for i, list := range [...][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		if i == 0 && !cfg.InitContainers {
			continue
		}
		containers += len(list)
		for _, c := range list {
			weight += 10 + len(c.Env) + len(c.VolumeMounts)
			for _, m := range c.VolumeMounts {
				if selected(c.Name) && strings.Contains(m.MountPath, target) && (utf8.RuneCountInString(m.MountPath) > maxPath || upwardPattern.MatchString(m.MountPath)) {
					return fmt.Sprintf("the policy can't tell where the mount path %.100q of container %q leads", m.MountPath, c.Name)
				}
			}
		}
	}
	names := 0
	for _, key := range []string{rrsa.OnlyContainersKey, rrsa.SkipContainersKey} {
		list := pod.Annotations[key]
		if utf8.RuneCountInString(list) > maxNames {
			weight = maxWeight + 1
		}
		for name := range strings.SplitSeq(list, ",") {
			if strings.TrimSpace(name) != "" {
				names++
			}
		}
	}
	if weight > maxWeight || containers*names > maxComparisons {
		return "the pod has more containers, variables and mounts than the API server can evaluate in a policy"
	}
	return ""
}
