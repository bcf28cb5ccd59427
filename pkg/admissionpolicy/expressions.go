package admissionpolicy

import (
	"fmt"
	"strings"

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
	return rule{
		"service-account-with-role",
		"§1: the ServiceAccount is the pod's, it names a valid RAM role, and no kubelet has made the pod",
		lines(
			"params.metadata.name == object.spec.?serviceAccountName.orValue('') &&",
			fmt.Sprintf("%s.orValue('').matches(%s) &&", optional("params.metadata.?annotations", rrsa.RoleNameKey), quote(rrsa.RoleNamePattern)),
			noMirrorPod("object.metadata.?annotations"),
		),
	}
}

// variables are the rules, in the order of docs/rules.md.
func variables(cfg rrsa.Config, injected injection) ([]rule, error) {
	override, err := rrsa.HasRule(cfg.WebhookVersion, rrsa.RuleOverrideEnv)
	if err != nil {
		return nil, err
	}
	out := []rule{
		{"annotations", "§3: the pod's annotations, which are read first", "object.metadata.?annotations.orValue({})"},
		{"role", "§1: the RAM role", fmt.Sprintf("params.metadata.annotations[%s]", quote(rrsa.RoleNameKey))},
		{"env", "§2: the variables, in their order", envList(injected.env)},
		{"seconds", "§3: the pod's expiration hides the ServiceAccount's, whatever it is",
			lines(
				optional("variables.annotations", rrsa.TokenExpirationKey),
				fmt.Sprintf(".or(%s).orValue('')", optional("params.metadata.annotations", rrsa.TokenExpirationKey)),
			)},
		{"expiration", fmt.Sprintf("§3: %d to %d seconds, or else %d", rrsa.MinExpiration, rrsa.MaxExpiration, rrsa.DefaultExpiration), lines(
			expirationCounts("variables.seconds"),
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
	out = append(out,
		rule{"all", "§3: the containers, in their order", allContainers("object.spec", cfg.InitContainers)},
		rule{"large", "§10: a pod that costs more than the API server allows an expression is left alone", large()},
		rule{"containers", "§3: what counts of each container; there: its mounts at the token directory", containers(containerPath(cfg.InitContainers))},
		rule{"selected", "§3: those to inject", selectedContainers()},
		rule{"volumes", "§3: volumes of the pod's own that have the token volume's name", tokenVolumes("object.spec")},
		rule{"conflict", "§3, conflicts, and §10: whether something of the pod's is in the way; then it is left alone", conflict(injected.askedRefused)},
		rule{"added", "§2: variables that are missing: where, and which", added()},
	)
	if override {
		out = append(out, rule{"names", "§2: their names", "variables.env.map(e, e.name)"},
			rule{"replaced", "§3: variables with another value, if that is replaced", replaced()})
	}
	return out, nil
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
	return optional("variables.annotations", key) + "\n.orValue('').split(',').map(s, s.trim()).filter(s, s != '')"
}

// containerPath is where the container with the place i among all of them is in the pod.
func containerPath(withInit bool) string {
	if !withInit {
		return "'/spec/containers/' + string(i)"
	}
	const inits = "size(object.spec.?initContainers.orValue([]))"
	return fmt.Sprintf("i < %s ? '/spec/initContainers/' + string(i) :\n    '/spec/containers/' + string(i - %s)", inits, inits)
}

// conflict is true for a pod that the engine refuses, or that it can't be told of.
func conflict(askedRefused bool) string {
	asked := ""
	if askedRefused { // its value isn't known
		asked = optional("params.metadata.annotations", rrsa.InjectSTSEndpointKey) + ".orValue('') == 'on' ||\n"
	}
	return asked + lines(
		"variables.volumes.exists(v,",
		"  "+notOneSource("v")+" ||",
		fmt.Sprintf("  v.projected.sources[0].?serviceAccountToken.?audience.orValue('') != %s ||", quote(rrsa.Audience)),
		"  v.projected.sources[0].serviceAccountToken.?path.orValue('') != 'token') ||",
		"variables.selected.exists(c, c.there.exists(m,",
		fmt.Sprintf("  m.?name.orValue('') != %s || has(m.subPath) || has(m.subPathExpr)) ||", quote(rrsa.VolumeName)),
		"c.mounts.exists(m, "+leadsUpward("m")+"))",
	)
}

func lines(parts ...string) string { return strings.Join(parts, "\n") }
