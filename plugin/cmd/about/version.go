package about

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// versionOptions are the flags of "kubectl rrsa version".
type versionOptions struct {
	format  term.Format
	changes string
}

// NewVersion returns "kubectl rrsa version". stamped is the version of a release,
// whose archives are built without what the go command notes.
func NewVersion(stamped string, streams genericiooptions.IOStreams) *cobra.Command {
	o := &versionOptions{}
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, and the webhook versions whose rules are known",
		Long: `Print the version of this program and what it was built from, and the releases of
ack-pod-identity-webhook whose rules it knows, with what each of them added.

With --changes, print which rules an upgrade of the webhook adds, or a downgrade removes.`,
		Example: `  kubectl rrsa version

  # What does an upgrade of the webhook from 0.3.1 to 0.4.2 change?
  kubectl rrsa version --changes 0.3.1..0.4.2`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(*cobra.Command, []string) error { return o.run(stamped, streams.Out) },
	}
	o.format.Add(cmd, "text", "; short is only the version", "text", "yaml", "json", "short")
	cmd.Flags().StringVar(&o.changes, "changes", "", "print what differs between two webhook versions, FROM..TO")
	term.CompleteWith(cmd, "changes", cobra.NoFileCompletions)
	return cmd
}

func (o *versionOptions) run(stamped string, out io.Writer) error {
	const what = "the version"
	if err := o.format.Check(); err != nil {
		return err
	}
	if o.changes != "" {
		return o.printChanges(out)
	}
	v := cliapi.ProgramVersion{Program: program(stamped), WebhookReleases: releases(rrsa.Releases())}
	switch o.format.Name {
	case "short":
		return term.Write(out, []byte(v.Version+"\n"), what)
	case "text":
		return term.Write(out, []byte(versionText(v)), what)
	}
	return o.format.Encode(out, v, what)
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
	if o.format.Name != "text" {
		return o.format.Encode(out, up, "the version")
	}
	return term.Write(out, []byte(upgradeText(up)), "the changes")
}

// Version is the version of the program. stamped is that of a release; empty for what the
// go command has noted.
func Version(stamped string) string { return program(stamped).Version }

func program(stamped string) cliapi.Program {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return describe(info, stamped)
}

// describe reads what the go command has written into the binary.
func describe(info *debug.BuildInfo, stamped string) cliapi.Program {
	p := cliapi.Program{Version: info.Main.Version, GoVersion: info.GoVersion, Platform: runtime.GOOS + "/" + runtime.GOARCH}
	switch {
	case stamped != "":
		p.Version = stamped
	case p.Version == "" || p.Version == "(devel)":
		p.Version = "devel"
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			p.GitCommit = s.Value
		case "vcs.modified":
			p.Modified = s.Value == "true"
		}
	}
	return p
}

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

func versionText(v cliapi.ProgramVersion) string {
	commit := v.GitCommit
	switch {
	case commit == "":
		commit = "unknown"
	case v.Modified:
		commit += ", modified"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "kubectl-rrsa %s\ncommit: %s\ngo: %s\nplatform: %s\n\n", v.Version, commit, v.GoVersion, v.Platform)
	table := [][]string{{"WEBHOOK", "DATE", "ADDS"}}
	for _, r := range v.WebhookReleases {
		var adds []string
		for _, rule := range r.Adds {
			adds = append(adds, rule.Text)
		}
		table = append(table, []string{r.Version, r.Date, cmp.Or(strings.Join(adds, "; "), "no rules")})
	}
	term.WriteTable(&b, table)
	return b.String()
}

func upgradeText(u cliapi.Upgrade) string {
	if len(u.Changes) == 0 {
		return fmt.Sprintf("no rule differs between %s and %s\n", u.From, u.To)
	}
	format := "%s (%s) adds: %s\n"
	if u.Downgrade {
		format = "without %s (%s): no longer %s\n"
	}
	var b strings.Builder
	for _, r := range u.Changes {
		for _, rule := range r.Adds {
			fmt.Fprintf(&b, format, r.Version, r.Date, rule.Text)
		}
	}
	return b.String()
}
