package rrsa

import (
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// mutate compares what a pod is to have with what it has, and keeps the
// difference. What to do about a conflict is our decision throughout: the API
// server would reject the pod, or it would run without credentials. (§3)
func (p *planner) mutate(s settings, env []corev1.EnvVar, selected []selection) {
	p.volume(s)
	changed := make([]ContainerMutation, 0, len(selected))
	for _, sel := range selected {
		c := ContainerMutation{Init: sel.init, Index: sel.index, Name: sel.name()}
		p.containerEnv(s, env, sel, &c)
		p.mount(sel, &c)
		if !c.empty() {
			changed = append(changed, c)
		}
	}
	if len(changed) > 0 {
		p.Mutation.Containers = changed
	}
	t := p.in.Template
	os := t.Spec.OS
	if (os != nil && os.Name == corev1.Windows) || t.Spec.NodeSelector[corev1.LabelOSStable] == string(corev1.Windows) {
		p.add(warning(CodeWindowsUnverified, LevelPod, "spec",
			"this is a Windows pod; what the webhook does to it is not documented, and the same is injected here as for Linux", ""))
	}
}

// volume plans the token volume, or judges the one that is there.
func (p *planner) volume(s settings) {
	if i := slices.Index(p.in.Claims, VolumeName); i >= 0 {
		p.add(blocking(CodeVolumeConflict, Error, LevelWorkload, "",
			fmt.Sprintf("a volume claim template has the name %q, and its volume takes the place of the token's", VolumeName),
			"rename that volume claim template"))
		return
	}
	i := slices.IndexFunc(p.in.Template.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == VolumeName })
	if i < 0 {
		p.Mutation.Volume = tokenVolume(s.expiration)
		return
	}
	token, mode := projectedToken(p.in.Template.Spec.Volumes[i])
	if problem := foreign(token); problem != "" {
		p.add(blocking(CodeVolumeConflict, Error, LevelPod, fmt.Sprintf("spec.volumes[%d]", i),
			fmt.Sprintf("the pod's own volume %q %s", VolumeName, problem), "rename or remove that volume"))
		return
	}
	var differences []string
	if have := lifetime(token); have != s.expiration {
		differences = append(differences, fmt.Sprintf("its token lives %d seconds, not %d", have, s.expiration))
	}
	if mode != VolumeMode {
		differences = append(differences, fmt.Sprintf("its mode is %#o, not %#o", mode, VolumeMode))
	}
	if len(differences) > 0 {
		p.add(warning(CodeVolumeKept, LevelPod, fmt.Sprintf("spec.volumes[%d]", i),
			fmt.Sprintf("the pod's own volume %q is kept: %s", VolumeName, strings.Join(differences, ", and ")),
			"remove that volume to have it injected again"))
	}
}

// projectedToken returns the one token of a projected volume and the volume's
// mode after the API server's defaulting; nil for any other volume.
func projectedToken(v corev1.Volume) (*corev1.ServiceAccountTokenProjection, int32) {
	if v.Projected == nil || len(v.Projected.Sources) != 1 {
		return nil, 0
	}
	mode := VolumeMode
	if v.Projected.DefaultMode != nil {
		mode = *v.Projected.DefaultMode
	}
	return v.Projected.Sources[0].ServiceAccountToken, mode
}

// lifetime is a token's expiration in seconds after the API server's defaulting.
func lifetime(token *corev1.ServiceAccountTokenProjection) int64 {
	if token.ExpirationSeconds == nil {
		return DefaultExpiration
	}
	return *token.ExpirationSeconds
}

// foreign says why a token doesn't do; empty if it does.
func foreign(token *corev1.ServiceAccountTokenProjection) string {
	switch {
	case token == nil:
		return "is not a projected volume with the token as its one source"
	case token.Audience != Audience:
		return fmt.Sprintf("has a token for the audience %q, not %q", token.Audience, Audience)
	case token.Path != tokenPath:
		return fmt.Sprintf("has its token at the path %q, not %q", token.Path, tokenPath)
	}
	return ""
}

// mount plans the token's mount in one container.
func (p *planner) mount(sel selection, c *ContainerMutation) {
	mounted := false
	for i, m := range sel.container.VolumeMounts {
		field := func() string { return fmt.Sprintf("%s.volumeMounts[%d]", sel.field(), i) }
		there, ours := atTokenDir(m), m.Name == VolumeName
		switch {
		case tokenMounted(m):
			mounted = true
		case there && ours:
			p.add(blocking(CodeTokenDirTaken, Error, LevelPod, field(),
				fmt.Sprintf("container %q mounts %q at %s with a subPath, so the token isn't where the SDKs read it", c.Name, VolumeName, TokenDir),
				"remove the subPath"))
		case hidesToken(m):
			p.add(warning(CodeTokenHidden, LevelPod, field(),
				fmt.Sprintf("container %q mounts volume %q at %q, which hides the token", c.Name, m.Name, m.MountPath), "move that mount out of "+TokenDir))
		case there:
			p.add(blocking(CodeTokenDirTaken, Error, LevelPod, field(),
				fmt.Sprintf("container %q mounts volume %q at %s", c.Name, m.Name, TokenDir), "move that mount to another path"))
		case ours:
			p.add(warning(CodeMountedElsewhere, LevelPod, field(),
				fmt.Sprintf("container %q mounts %q at %q too", c.Name, VolumeName, m.MountPath), "the SDKs read the token at "+TokenFile))
		}
	}
	if !mounted {
		// As the webhook writes it. (§2)
		c.Mounts = []corev1.VolumeMount{{Name: VolumeName, MountPath: TokenDir, ReadOnly: true}}
	}
}

func atTokenDir(m corev1.VolumeMount) bool { return path.Clean(m.MountPath) == TokenDir }

// tokenMounted tells whether a mount puts the token where the SDKs read it.
func tokenMounted(m corev1.VolumeMount) bool {
	return m.Name == VolumeName && m.SubPath == "" && m.SubPathExpr == "" && atTokenDir(m)
}

// hidesToken tells whether a mount lies over the token's file, or over what that
// leads to: kubelet writes a token into a directory "..data", and links to it.
func hidesToken(m corev1.VolumeMount) bool {
	below, ok := strings.CutPrefix(path.Clean(m.MountPath), TokenDir+"/")
	first, _, _ := strings.Cut(below, "/")
	itself := m.Name == VolumeName && m.SubPath == tokenPath && below == tokenPath
	return ok && (first == tokenPath || first == "..data") && !itself
}

// tokenVolume is the volume as the webhook writes it. (§2)
func tokenVolume(expiration int64) *corev1.Volume {
	mode := VolumeMode
	return &corev1.Volume{
		Name: VolumeName,
		VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
			DefaultMode: &mode,
			Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
				Audience:          Audience,
				ExpirationSeconds: &expiration,
				Path:              tokenPath,
			}}},
		}},
	}
}
