package about

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
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

--changes prints which rules an upgrade of the webhook adds, or a downgrade takes
away.`,
		Example: `  kubectl rrsa version

  # What does an upgrade of the webhook from 0.3.1 to 0.4.2 change?
  kubectl rrsa version --changes 0.3.1..0.4.2`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.NoArgs,
		ValidArgsFunction:     cobra.NoFileCompletions,
		RunE:                  func(*cobra.Command, []string) error { return o.run(stamped, streams.Out) },
	}
	o.format.Add(cmd, "", "output format: yaml, json or short, which is the version alone (default: text)", "yaml", "json", "short")
	cmd.Flags().StringVar(&o.changes, "changes", "", "print what differs between two webhook versions, FROM..TO")
	term.CompleteWith(cmd, "changes", cobra.NoFileCompletions)
	return cmd
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

func (o *versionOptions) run(stamped string, out io.Writer) error {
	const what = "the version"
	if o.format.Name != "" { // text
		if err := o.format.Check(); err != nil {
			return err
		}
	}
	if o.changes != "" {
		return o.printChanges(out)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	v := cliapi.ProgramVersion{Program: describe(info, stamped), WebhookReleases: releases(rrsa.Releases())}
	switch o.format.Name {
	case "short":
		return term.Write(out, []byte(v.Version+"\n"), what)
	case "":
		return term.Write(out, []byte(versionText(v)), what)
	}
	return term.Encode(out, o.format.Name, v, what)
}

func versionText(v cliapi.ProgramVersion) string {
	var b strings.Builder
	commit := v.GitCommit
	switch {
	case commit == "":
		commit = "unknown"
	case v.Modified:
		commit += ", modified"
	}
	fmt.Fprintf(&b, "kubectl-rrsa %s\ncommit: %s\ngo: %s\nplatform: %s\n\n", v.Version, commit, v.GoVersion, v.Platform)
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "WEBHOOK\tDATE\tADDS")
	for _, r := range v.WebhookReleases {
		adds := "no rules"
		if len(r.Adds) > 0 {
			adds = strings.Join(texts(r), "; ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Version, r.Date, adds)
	}
	w.Flush()
	return b.String()
}
