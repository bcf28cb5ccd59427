package admissionpolicy

import (
	"fmt"
	"regexp"
	"strings"

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

// allContainers lists a pod's containers, init containers first. A list that has to be
// there is null where it is empty.
func allContainers(spec string, withInit bool) string {
	containers := fmt.Sprintf("(%[1]s.?containers.orValue(null) == null ? [] : %[1]s.?containers.orValue([]))", spec)
	if withInit {
		return spec + ".?initContainers.orValue([]) +\n" + containers
	}
	return containers
}

// containers lists what the rules need of each of all containers; path is where the one at
// i is, or empty for rules that don't need it.
func containers(path string) string {
	if path != "" {
		path = "  'path': dyn(" + path + "),\n"
	}
	return "variables.all.transformList(i, c, {\n" + path + lines(
		"  'name': dyn(c.?name.orValue('')), 'env': dyn(c.?env.orValue([])), 'mounts': dyn(c.?volumeMounts.orValue([])),",
		fmt.Sprintf("  'there': dyn(c.?volumeMounts.orValue([]).filter(m, m.?mountPath.orValue('').contains(%s) &&", quote(target)),
		fmt.Sprintf("    size(m.mountPath) <= %d && m.mountPath.matches(%s)))})", maxPath, quote(tokenDirPattern())),
	)
}

// notOneSource tells of a volume that it isn't a projected one with one source.
func notOneSource(volume string) string {
	return fmt.Sprintf("%[1]s.?projected.?sources.orValue(null) == null || size(%[1]s.projected.sources) != 1", volume)
}

// leadsUpward tells of a mount whether its path may lead to the token directory in a way
// that can't be followed here.
func leadsUpward(mount string) string {
	return fmt.Sprintf("%[1]s.?mountPath.orValue('').contains(%[2]s) &&\n  (size(%[1]s.mountPath) > %[3]d || %[1]s.mountPath.matches(%[4]s))",
		mount, quote(target), maxPath, quote(upward))
}

// tokenDirPattern finds the mount paths that lead to the token directory, however many
// slashes and "." are in them.
func tokenDirPattern() string {
	const between = `(/|/\.)*`
	out := "^"
	for segment := range strings.SplitSeq(strings.TrimPrefix(rrsa.TokenDir, "/"), "/") {
		out += between + "/" + regexp.QuoteMeta(segment)
	}
	return out + between + "$"
}
