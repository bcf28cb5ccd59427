package e2e

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func (g generator) container(name string) corev1.Container {
	c := corev1.Container{Name: name, Image: "app:1"}
	if g.rarely(3) {
		c.Env = []corev1.EnvVar{}
	}
	count := g.IntN(4)
	if g.rarely(40) {
		count = 40
	}
	for range count {
		c.Env = append(c.Env, g.env())
	}
	for range g.IntN(3) {
		m := g.mount()
		same := func(o corev1.VolumeMount) bool { return o.MountPath == m.MountPath }
		if !slices.ContainsFunc(c.VolumeMounts, same) || g.rarely(8) {
			c.VolumeMounts = append(c.VolumeMounts, m)
		}
	}
	return c
}

func (g generator) env() corev1.EnvVar {
	names := append(rrsa.EnvNames(), "PATH", "OWN", "A B", "ALIBABA_CLOUD_ACCESS_KEY_ID")
	e := corev1.EnvVar{Name: g.pick(names...), Value: g.pick("", "own", "true", "$(ALIBABA_CLOUD_ROLE_ARN)", "cn-hangzhou", rrsa.TokenFile, "ü\n\"'")}
	if g.rarely(4) {
		e.Value, e.ValueFrom = "", &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}
	}
	if g.rarely(200) {
		e.Name = "" // which nobody accepts
	}
	return e
}

func (g generator) mount() corev1.VolumeMount {
	m := corev1.VolumeMount{Name: "data", MountPath: g.pick("/data", "/data", "/data/", "data", "/var/run/secrets", "/other")}
	if g.rarely(3) {
		const dir = rrsa.TokenDir
		m.Name = g.pick("data", rrsa.VolumeName, rrsa.VolumeName)
		m.MountPath = g.pick(dir, dir, dir, dir+"/", "/"+dir, dir+"/.", "/./"+dir[1:], dir+"//", dir+"/token", dir+"x", dir+"/..data", "/rrsa-tokens",
			"/x/.."+dir, dir+"/x/..", dir+"/..", dir[1:], "/var/run/secrets/ackXalibabacloud.com/rrsa-tokens")
		if g.rarely(8) {
			m.SubPath = "token"
		}
	}
	return m
}

// volumes gives the pod those that its mounts name, mostly.
func (g generator) volumes(pod *corev1.Pod) {
	pod.Spec.Volumes = []corev1.Volume{{Name: "data"}}
	if g.rarely(20) {
		pod.Spec.Volumes = nil
	}
	mounted := false
	for _, list := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
		for _, c := range list {
			for _, m := range c.VolumeMounts {
				mounted = mounted || m.Name == rrsa.VolumeName
			}
		}
	}
	if !mounted && !g.rarely(6) {
		return
	}
	seconds, mode := int64(g.IntN(3)*3600+3600), int32(420-20*g.IntN(2))
	token := corev1.VolumeProjection{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Audience: rrsa.Audience, ExpirationSeconds: &seconds, Path: "token"}}
	v := corev1.Volume{Name: rrsa.VolumeName, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{DefaultMode: &mode, Sources: []corev1.VolumeProjection{token}}}}
	switch g.IntN(10) {
	case 0:
		v.VolumeSource = corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
	case 1:
		token.ServiceAccountToken.Audience = g.pick("", "sts.example.com")
	case 2:
		token.ServiceAccountToken.Path = "other"
	case 3:
		v.Projected.Sources = append(v.Projected.Sources, corev1.VolumeProjection{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "x"}}})
	case 4:
		v.Projected.Sources = nil
	case 5:
		v.Projected.Sources = []corev1.VolumeProjection{{DownwardAPI: &corev1.DownwardAPIProjection{}}}
	}
	pod.Spec.Volumes = append(pod.Spec.Volumes, v)
}
