package fn

import (
	"fmt"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

const (
	helpStart = `inject-rrsa injects RRSA (RAM Roles for Service Accounts) into the pod templates
of a package, as Alibaba Cloud's ack-pod-identity-webhook does when pods are
created: the token volume, its mounts, and the ALIBABA_CLOUD_* variables.

It is a KRM function: it reads a ResourceList on stdin and writes one to stdout.

  kpt fn eval PACKAGE --exec inject-rrsa --fn-config rrsa.yaml
  kustomize build --enable-alpha-plugins --enable-exec DIR

A pod is injected if its Namespace (or, from webhook 0.2.0 on, the pod itself) has
the label pod-identity.alibabacloud.com/injection=on and its ServiceAccount the
annotation pod-identity.alibabacloud.com/role-name.

The config, strictly decoded:

`
	helpEnd = `
A ConfigMap whose data has the settings works too, without the lists.

Each entry that is added carries the comment "# inject-rrsa". When settings change,
the next run updates or removes what carries it, and nothing else. Mode remove
removes all of it; mode check changes nothing and fails if inject would.

Exit code 0, or 1 after an error; the items are then as they came in.
`
)

// help is what --help prints. The settings are those of the table.
func help() string {
	var b strings.Builder
	b.WriteString(helpStart)
	fmt.Fprintf(&b, "  apiVersion: %s\n  kind: %s\n  metadata:\n    name: rrsa\n  spec:\n", config.APIVersion, config.Kind)
	for _, s := range config.Settings() {
		if s.Sample != "" {
			fmt.Fprintf(&b, "    %s: %s\n", s.Name, s.Sample)
		}
	}
	b.WriteString("\nSettings in spec:\n\n")
	for _, s := range config.Settings() {
		writeSetting(&b, s.Name, s.Help())
	}
	for _, l := range config.Lists() {
		writeSetting(&b, l.Name, "list of "+l.Help())
	}
	b.WriteString(helpEnd)
	return b.String()
}

// writeSetting writes a setting's name and, in a column of its own, what it is.
func writeSetting(b *strings.Builder, name, usage string) {
	const nameWidth, usageWidth = 22, 60
	line := ""
	for word := range strings.FieldsSeq(usage) {
		if line != "" && len(line)+1+len(word) > usageWidth {
			fmt.Fprintf(b, "  %-*s%s\n", nameWidth, name, line)
			name, line = "", ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	fmt.Fprintf(b, "  %-*s%s\n", nameWidth, name, line)
}
