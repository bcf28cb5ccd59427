package admissionpolicy

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Terms of expressions that both policies have.

// noMirrorPod tells that no kubelet has made the pod with these annotations.
func noMirrorPod(annotations string) string {
	return lines(
		fmt.Sprintf("!%s.hasValue() &&", optional(annotations, "kubernetes.io/config.mirror")),
		fmt.Sprintf("%s.orValue('') in ['', 'api']", optional(annotations, "kubernetes.io/config.source")),
	)
}

// expirationCounts tells whether a text is a lifetime in range.
func expirationCounts(seconds string) string {
	return lines(
		seconds+`.matches('^\\+?0*[0-9]{3,5}$') &&`,
		fmt.Sprintf("int(%[1]s) >= %[2]d && int(%[1]s) <= %[3]d", seconds, rrsa.MinExpiration, rrsa.MaxExpiration),
	)
}

// selectedContainers are those that the pod's annotations leave.
func selectedContainers() string {
	return lines(
		"variables.containers.filter(c, !(c.name in variables.skip) &&",
		"  (size(variables.only) == 0 || c.name in variables.only))",
	)
}

// tokenVolumes lists the volumes of a pod that have the token volume's name.
func tokenVolumes(spec string) string {
	return fmt.Sprintf("%s.?volumes.orValue([]).filter(v, v.?name.orValue('') == %s)", spec, quote(rrsa.VolumeName))
}

// leadsUpward tells of a mount whether its path has ".." and may lead there.
func leadsUpward(mount string) string {
	return fmt.Sprintf("%[1]s.?mountPath.orValue('')\n  .contains(%[2]s) && %[1]s.mountPath.matches(%[3]s)", mount, quote(upward), quote(`(^|/)\.\.(/|$)`))
}
