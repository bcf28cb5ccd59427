package admissionpolicy

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// added lists the variables that are missing: each as the path of a container's list, a
// blank and the variable's place in env. What is nested is joined to one text and taken
// apart again, as releases before 1.35 can't flatten a list.
func added() string {
	return lines(
		"variables.selected.map(c, variables.env.transformList(n, e,",
		"  !c.env.exists(h, h.?name.orValue('') == e.name), c.path + '/env/- ' + string(n)).join(','))",
		".join(',').split(',').filter(s, s != '')",
	)
}

// replaced lists in the same way the variables of containers that have another value than
// is injected.
func replaced() string {
	return lines(
		"variables.override ? variables.selected.map(c, c.env.transformList(i, h,",
		"  variables.env.exists(e, e.name == h.?name.orValue('') && (has(h.valueFrom) || e.value != h.?value.orValue(''))),",
		"  c.path + '/env/' + string(i) + ' ' + string(variables.names.indexOf(h.name))).join(','))",
		".join(',').split(',').filter(s, s != '') : []",
	)
}

// patch is the one mutation: several would leave a pod half injected if a later one failed.
// A list has to be added before anything is put into it, as the API server takes no value
// that is a list of objects. (§2)
func patch(overrides bool, volume *corev1.Volume) string {
	variable := func(op, list string) string {
		return lines(
			fmt.Sprintf("variables.%s.map(s, JSONPatch{op: '%s', path: s.split(' ')[0], value: Object.spec.containers.env{", list, op),
			"  name: variables.env[int(s.split(' ')[1])].name, value: variables.env[int(s.split(' ')[1])].value}})",
		)
	}
	parts := []string{"variables.selected.filter(c, size(c.env) == 0).map(c,\n  JSONPatch{op: 'add', path: c.path + '/env', value: []})"}
	if overrides {
		parts = append(parts, variable("replace", "replaced"))
	}
	parts = append(parts,
		variable("add", "added"),
		"variables.selected.filter(c, size(c.mounts) == 0).map(c,\n  JSONPatch{op: 'add', path: c.path + '/volumeMounts', value: []})",
		lines(
			"variables.selected.filter(c, size(c.there) == 0).map(c,",
			"  JSONPatch{op: 'add', path: c.path + '/volumeMounts/-', value: Object.spec.containers.volumeMounts{",
			fmt.Sprintf("    name: %s, mountPath: %s, readOnly: true}})", quote(rrsa.VolumeName), quote(rrsa.TokenDir)),
		),
		"(has(object.spec.volumes) ? [] :\n  [JSONPatch{op: 'add', path: '/spec/volumes', value: []}])",
		"(size(variables.volumes) > 0 ? [] :\n  [JSONPatch{op: 'add', path: '/spec/volumes/-', value: "+volumeObject(volume)+"}])",
	)
	return "variables.large || variables.conflict || size(variables.selected) == 0 ? [] :\n" + strings.Join(parts, " +\n")
}

func volumeObject(v *corev1.Volume) string {
	token := v.Projected.Sources[0].ServiceAccountToken
	return lines(
		fmt.Sprintf("Object.spec.volumes{name: %s, projected: Object.spec.volumes.projected{", quote(v.Name)),
		fmt.Sprintf("    defaultMode: %d, sources: [Object.spec.volumes.projected.sources{", *v.Projected.DefaultMode),
		"    serviceAccountToken: Object.spec.volumes.projected.sources.serviceAccountToken{",
		fmt.Sprintf("    audience: %s, expirationSeconds: variables.expiration, path: %s}}]}}", quote(token.Audience), quote(token.Path)),
	)
}
