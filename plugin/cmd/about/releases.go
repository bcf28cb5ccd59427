package about

import (
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/util/version"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

func releases(of []rrsa.Release) []cliapi.Release {
	out := []cliapi.Release{}
	for _, r := range of {
		printed := cliapi.Release{Version: r.Version, Date: r.Date}
		for _, added := range r.Adds {
			printed.Adds = append(printed.Adds, cliapi.Rule{Name: string(added), Text: added.Text()})
		}
		out = append(out, printed)
	}
	return out
}

func texts(r cliapi.Release) []string {
	var out []string
	for _, added := range r.Adds {
		out = append(out, added.Text)
	}
	return out
}

func (o *versionOptions) printChanges(out io.Writer) error {
	if o.format.Name == "short" {
		return fmt.Errorf("checking --output %q: --changes has yaml and json", o.format.Name)
	}
	from, to, ok := strings.Cut(o.changes, "..")
	if !ok || from == "" || to == "" {
		return fmt.Errorf("checking --changes %q: want two versions, such as 0.3.1..%s", o.changes, rrsa.LatestVersion)
	}
	changes, err := rrsa.Changes(from, to)
	if err != nil {
		return fmt.Errorf("checking --changes %q: %w", o.changes, err)
	}
	up := cliapi.Upgrade{From: from, To: to, Changes: releases(changes)}
	// The engine has read both, so that they are versions.
	up.Downgrade = version.MustParseGeneric(to).LessThan(version.MustParseGeneric(from))
	if o.format.Name != "" {
		return term.Encode(out, o.format.Name, up, "the version")
	}
	return term.Write(out, []byte(upgradeText(up)), "the changes")
}

func upgradeText(u cliapi.Upgrade) string {
	if len(u.Changes) == 0 {
		return fmt.Sprintf("no rule differs between %s and %s\n", u.From, u.To)
	}
	var b strings.Builder
	for _, r := range u.Changes {
		for _, text := range texts(r) {
			if u.Downgrade {
				fmt.Fprintf(&b, "without %s (%s): no longer %s\n", r.Version, r.Date, text)
			} else {
				fmt.Fprintf(&b, "%s (%s) adds: %s\n", r.Version, r.Date, text)
			}
		}
	}
	return b.String()
}
