package admissionpolicy

import (
	"fmt"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// rule is an expression with a name, and with what a reader has to know of it.
type rule struct {
	name, comment, expression string
}

// quote writes a text in CEL.
func quote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// optional reads a key that may be missing.
func optional(values, key string) string { return fmt.Sprintf("%s[?%s]", values, quote(key)) }

// condition opens the policy for the one ServiceAccount of its parameters that is the
// pod's, if it has a role. It is one expression that begins with what is wrong for nearly
// all of them, as it is evaluated for each. The labels of the gate are in the bindings.
func condition() rule {
	const annotations = "object.metadata.?annotations"
	return rule{
		"service-account-with-role",
		"§1: the ServiceAccount is the pod's, it names a valid RAM role, and no kubelet has made the pod",
		lines(
			"params.metadata.name == object.spec.?serviceAccountName.orValue('') &&",
			fmt.Sprintf("%s.orValue('').matches(%s) &&", optional("params.metadata.?annotations", rrsa.RoleNameKey), quote(rrsa.RoleNamePattern)),
			fmt.Sprintf("!%s.hasValue() &&", optional(annotations, "kubernetes.io/config.mirror")),
			fmt.Sprintf("%s.orValue('') in ['', 'api']", optional(annotations, "kubernetes.io/config.source")),
		),
	}
}

// variables are the rules, in the order of docs/rules.md.
func variables(cfg rrsa.Config, env []value) ([]rule, error) {
	override, err := rrsa.HasRule(cfg.WebhookVersion, rrsa.RuleOverrideEnv)
	if err != nil {
		return nil, err
	}
	out := []rule{
		{"annotations", "§3: the pod's annotations, which are read first", "object.metadata.?annotations.orValue({})"},
		{"role", "§1: the RAM role", fmt.Sprintf("params.metadata.annotations[%s]", quote(rrsa.RoleNameKey))},
		{"env", "§2: the variables, in their order", envList(env)},
		{"seconds", "§3: the pod's expiration hides the ServiceAccount's, whatever it is",
			fmt.Sprintf("%s.or(params.metadata.annotations[?%s]).orValue('')", optional("variables.annotations", rrsa.TokenExpirationKey), quote(rrsa.TokenExpirationKey))},
		{"expiration", fmt.Sprintf("§3: %d to %d seconds, or else %d", rrsa.MinExpiration, rrsa.MaxExpiration, rrsa.DefaultExpiration), lines(
			`variables.seconds.matches('^\\+?0*[0-9]{3,5}$') &&`,
			fmt.Sprintf("int(variables.seconds) >= %d && int(variables.seconds) <= %d", rrsa.MinExpiration, rrsa.MaxExpiration),
			fmt.Sprintf("? int(variables.seconds) : %d", rrsa.DefaultExpiration),
		)},
		{"only", "§3: containers that alone are injected; none for all", nameList(rrsa.OnlyContainersKey)},
		{"skip", "§3: containers that are left alone", nameList(rrsa.SkipContainersKey)},
	}
	if override {
		out = append(out, rule{"override", "§3: whether injected values replace the containers' own", lines(
			fmt.Sprintf("%s.orValue('') == 'true' ||", optional("variables.annotations", rrsa.OverrideEnvKey)),
			fmt.Sprintf("%s.orValue('') == 'true'", optional("namespaceObject.metadata.?labels", rrsa.OverrideEnvKey)),
		)})
	}
	return append(out,
		rule{"containers", "§3: what counts of each container; there: its mounts at the token directory", allContainers(cfg.InitContainers)},
		rule{"selected", "§3: those to inject", lines(
			"variables.containers.filter(c, !(c.name in variables.skip) &&",
			"  (size(variables.only) == 0 || c.name in variables.only))",
		)},
		rule{"volumes", "§3: volumes of the pod's own that have the token volume's name",
			fmt.Sprintf("object.spec.?volumes.orValue([]).filter(v, v.?name.orValue('') == %s)", quote(rrsa.VolumeName))},
		rule{"conflict", "§3, conflicts: whether something of the pod's is in the way; then it is left alone", conflict()},
	), nil
}

// envList is the list of what to inject.
func envList(env []value) string {
	var plain, asked []string
	for _, v := range env {
		text := quote(v.text)
		if v.role {
			text += " + variables.role"
		}
		entry := fmt.Sprintf("{'name': %s, 'value': %s}", quote(v.name), text)
		if v.asked {
			asked = append(asked, entry)
		} else {
			plain = append(plain, entry)
		}
	}
	out := "[\n  " + strings.Join(plain, ",\n  ") + "\n]"
	if len(asked) > 0 {
		out += fmt.Sprintf(" + (params.metadata.annotations[?%s].orValue('') != 'on' ? [] : [\n  %s\n])",
			quote(rrsa.InjectSTSEndpointKey), strings.Join(asked, ",\n  "))
	}
	return out
}

// nameList reads names with commas between them.
func nameList(key string) string {
	return optional("variables.annotations", key) + ".orValue('').split(',').map(s, s.trim()).filter(s, s != '')"
}

// allContainers lists what the other rules need of each container, and where it is.
func allContainers(withInit bool) string {
	list := func(name string) string {
		return lines(
			fmt.Sprintf("object.spec.?%s.orValue([]).transformList(i, c, {", name),
			fmt.Sprintf("  'path': dyn('/spec/%s/' + string(i)), 'name': dyn(c.?name.orValue('')),", name),
			"  'env': dyn(c.?env.orValue([])), 'mounts': dyn(c.?volumeMounts.orValue([])),",
			"  'there': dyn(c.?volumeMounts.orValue([]).filter(m, m.?mountPath.orValue('')",
			fmt.Sprintf("    .matches(%s)))})", quote(tokenDirPattern())),
		)
	}
	if withInit {
		return list("initContainers") + " +\n" + list("containers")
	}
	return list("containers")
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

// conflict is true for a pod that the engine refuses, or that it can't be told of.
func conflict() string {
	return lines(
		"variables.volumes.exists(v,",
		"  size(v.?projected.?sources.orValue([])) != 1 ||",
		fmt.Sprintf("  v.projected.sources[0].?serviceAccountToken.?audience.orValue('') != %s ||", quote(rrsa.Audience)),
		"  v.projected.sources[0].serviceAccountToken.?path.orValue('') != 'token') ||",
		"variables.selected.exists(c, c.there.exists(m,",
		fmt.Sprintf("  m.?name.orValue('') != %s || has(m.subPath) || has(m.subPathExpr)) ||", quote(rrsa.VolumeName)),
		"c.mounts.exists(m, m.?mountPath.orValue('')",
		fmt.Sprintf("  .contains(%s) && m.mountPath.matches(%s)))", quote(upward), quote(upwardPattern)),
	)
}

// patch is the one mutation: several would leave a pod half injected if a later one failed.
// A list has to be added before anything is put into it, as the API server takes no value
// that is a list of objects. What is nested is written as a text and taken apart again, as
// releases before 1.35 can't flatten a list. (§2)
func patch(env []value, overrides bool, volume *corev1.Volume) string {
	parts := []string{
		"variables.selected.filter(c, size(c.env) == 0).map(c,\n  JSONPatch{op: 'add', path: c.path + '/env', value: []})",
	}
	if overrides {
		parts = append(parts, "(!variables.override ? [] : "+replaced()+")")
	}
	for i, v := range env {
		part := lines(
			fmt.Sprintf("variables.selected.filter(c, !c.env.exists(e, e.?name.orValue('') == %s)).map(c,", quote(v.name)),
			"  JSONPatch{op: 'add', path: c.path + '/env/-', value: Object.spec.containers.env{",
			fmt.Sprintf("    name: %s, value: variables.env[%d].value}})", quote(v.name), i),
		)
		if v.asked {
			part = fmt.Sprintf("(size(variables.env) <= %d ? [] : %s)", i, part)
		}
		parts = append(parts, part)
	}
	parts = append(parts,
		"variables.selected.filter(c, size(c.mounts) == 0).map(c,\n  JSONPatch{op: 'add', path: c.path + '/volumeMounts', value: []})",
		lines(
			"variables.selected.filter(c, size(c.there) == 0).map(c,",
			"  JSONPatch{op: 'add', path: c.path + '/volumeMounts/-', value: Object.spec.containers.volumeMounts{",
			fmt.Sprintf("    name: %s, mountPath: %s, readOnly: true}})", quote(rrsa.VolumeName), quote(rrsa.TokenDir)),
		),
		"(has(object.spec.volumes) ? [] :\n  [JSONPatch{op: 'add', path: '/spec/volumes', value: []}])",
		"(size(variables.volumes) > 0 ? [] :\n  [JSONPatch{op: 'add', path: '/spec/volumes/-', value: "+volumeObject(volume)+"}])",
	)
	return "variables.conflict || size(variables.selected) == 0 ? [] :\n" + strings.Join(parts, " +\n")
}

// replaced replaces the variables of containers that have another value than is injected.
func replaced() string {
	return lines(
		"variables.selected.map(c, c.env.transformList(i, h,",
		"    variables.env.exists(e, e.name == h.?name.orValue('') && (e.value != h.?value.orValue('') || has(h.valueFrom))),",
		"    c.path + '/env/' + string(i) + ' ' + h.name).join(',')",
		"  ).join(',').split(',').filter(s, s != '').map(s,",
		"  JSONPatch{op: 'replace', path: s.split(' ')[0], value: Object.spec.containers.env{",
		"    name: s.split(' ')[1], value: variables.env.filter(e, e.name == s.split(' ')[1])[0].value}})",
	)
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

func lines(parts ...string) string { return strings.Join(parts, "\n") }
