package admissionpolicy_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestUnclearMount(t *testing.T) {
	for path, want := range map[string]bool{
		rrsa.TokenDir:                    false,
		rrsa.TokenDir + "/..":            true,
		rrsa.TokenDir + "/../other":      true,
		"/a/../rrsa-tokens":              true,
		"/data/..":                       false, // not with that name in it
		"/rrsa-tokens/..data":            false,
		"/rrsa-tokens":                   false,
		"/rrsa-tokens/a/../../elsewhere": true,
	} {
		c := corev1.Container{VolumeMounts: []corev1.VolumeMount{{MountPath: "/first"}, {MountPath: path}}}
		if got, found := admissionpolicy.UnclearMount(c); found != want || found && got != path {
			t.Errorf("%s: want %t, got %t %q", path, want, found, got)
		}
	}
}
