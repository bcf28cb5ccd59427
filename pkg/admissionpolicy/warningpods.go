package admissionpolicy

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// podRules are about what stands in an injection's way in a pod, where the gate's label
// asks for one. Whether the pod's ServiceAccount has a role isn't known here.
func podRules(r *warningRules, cfg rrsa.Config) {
	asked := []string{fmt.Sprintf("%s.orValue('') == 'on'", optional("variables.nslabels", rrsa.InjectionKey))}
	if r.has(rrsa.RulePodLabel) {
		asked = append(asked, fmt.Sprintf("%s.orValue('') == 'on'", optional("variables.labels", rrsa.InjectionKey)))
	}
	r.let("enabled", "§1: whether a label asks for an injection", lines("("+strings.Join(asked, " || ")+") &&", noMirrorPod("variables.annotations")))
	r.let("only", "§3: containers that alone are injected; none for all", nameList(rrsa.OnlyContainersKey))
	r.let("skip", "§3: containers that are left alone", nameList(rrsa.SkipContainersKey))
	r.let("all", "§3: the containers, in their order", allContainers("variables.pod.?spec", cfg.InitContainers))
	r.let("containers", "§3: what counts of each container; there: its mounts at the token directory", containers(""))
	r.let("selected", "§3: those to inject, if any are", "!variables.enabled ? [] :\n"+selectedContainers())
	r.warn("volumes", "§3, conflicts: a volume of the token volume's name; a claim's takes the place of a pod's", volumeRule(r))
	r.warn("mounts", "§3, conflicts: mounts at the token directory", mountRule(r))
	r.warn("accesskeys", "§5: a static AccessKey, which hides the role", lines(
		fmt.Sprintf("variables.selected.filter(c, c.env.exists(e, e.?name.orValue('') == %s)).map(c,", quote(rrsa.EnvStaticAccessKey)),
		"  "+r.say(rrsa.CodeStaticAccessKey, func(in *rrsa.Input) {
			in.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: rrsa.EnvStaticAccessKey, Value: sampleValue}}
		})+")",
	))
}

// volumeRule judges the one volume of the token volume's name, as the engine does.
func volumeRule(r *warningRules) string {
	says := func(audience, path string, replace ...string) string {
		return r.say(rrsa.CodeVolumeConflict, func(in *rrsa.Input) {
			volume := corev1.Volume{Name: rrsa.VolumeName}
			if audience != "" {
				token := &corev1.ServiceAccountTokenProjection{Audience: audience, Path: path}
				volume.Projected = &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{ServiceAccountToken: token}}}
			}
			in.Template.Spec.Volumes = []corev1.Volume{volume}
		}, replace...)
	}
	claim := r.say(rrsa.CodeVolumeConflict, func(in *rrsa.Input) { in.Claims = []string{rrsa.VolumeName} })
	const token = "v.projected.sources[0].serviceAccountToken"
	return lines(
		"size(variables.selected) == 0 ? [] :",
		fmt.Sprintf("dyn(object).?spec.?volumeClaimTemplates.orValue([]).exists(c, c.?metadata.?name.orValue('') == %s) ?", quote(rrsa.VolumeName)),
		"["+claim+"] :",
		tokenVolumes("variables.pod.?spec")+".map(v,",
		fmt.Sprintf("  %s || !has(%s) ? %s :", notOneSource("v"), token, says("", "")),
		fmt.Sprintf("  %s.?audience.orValue('') != %s ? %s :", token, quote(rrsa.Audience), says(sampleValue, "", quotedValue, shown(token+".?audience.orValue('')"))),
		fmt.Sprintf("  %s.?path.orValue('') != 'token' ? %s : '')", token, says(rrsa.Audience, sampleValue, quotedValue, shown(token+".?path.orValue('')"))),
		".filter(s, s != '')",
	)
}

// mountRule finds one mount of a container of each kind. Of a path with ".." nobody can
// tell here where it ends, so the policy that injects leaves the pod alone.
func mountRule(r *warningRules) string {
	says := func(volume, subPath string) string {
		return r.say(rrsa.CodeTokenDirTaken, func(in *rrsa.Input) {
			in.Template.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: volume, MountPath: rrsa.TokenDir, SubPath: subPath}}
		}, sampleValue, fmt.Sprintf("c.there.filter(m, m.?name.orValue('') != %s)[0].name", quote(rrsa.VolumeName)))
	}
	ours := fmt.Sprintf("m.?name.orValue('') == %s", quote(rrsa.VolumeName))
	upward := rrsa.Reason{
		Code: rrsa.CodeTokenDirTaken, Severity: rrsa.Error,
		Message: fmt.Sprintf("container %q has a mount with \"..\" in its path, which may lead to %s", sampleContainer, rrsa.TokenDir),
		Hint:    "write the path without \"..\"",
	}
	return lines(
		fmt.Sprintf("variables.selected.filter(c, c.there.exists(m, !(%s))).map(c,", ours),
		"  "+says(sampleValue, "")+") +",
		fmt.Sprintf("variables.selected.filter(c, c.there.exists(m, %s && (has(m.subPath) || has(m.subPathExpr)))).map(c,", ours),
		"  "+says(rrsa.VolumeName, sampleValue)+") +",
		fmt.Sprintf("variables.selected.filter(c, c.mounts.exists(m, %s)).map(c,", leadsUpward("m")),
		"  "+phrase(upward)+")",
	)
}
