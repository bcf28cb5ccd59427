package plugin

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// versionOptions are the flags of "kubectl rrsa version".
type versionOptions struct {
	common
	// stamped is the version of a release, whose archives are built without what
	// the go command notes.
	stamped string
	changes string
}

func newVersion(stamped string, streams genericiooptions.IOStreams) *cobra.Command {
	o := &versionOptions{common: common{IOStreams: streams}, stamped: stamped}
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
		RunE:                  func(*cobra.Command, []string) error { return o.run() },
	}
	o.format.Add(cmd, "", "output format: yaml, json or short, which is the version alone (default: text)", "yaml", "json", "short")
	cmd.Flags().StringVar(&o.changes, "changes", "", "print what differs between two webhook versions, FROM..TO")
	term.CompleteWith(cmd, "changes", cobra.NoFileCompletions)
	return cmd
}

// program is what this program was built from.
type program struct {
	Version   string `json:"version"`
	GitCommit string `json:"gitCommit,omitempty"`
	// Modified says that the commit isn't all that it was built from.
	Modified  bool   `json:"modified,omitempty"`
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

// known is what version prints: the program and the webhook's releases.
type known struct {
	program
	WebhookReleases []release `json:"webhookReleases"`
}

// describe reads what the go command has written into the binary.
func describe(info *debug.BuildInfo, stamped string) program {
	p := program{Version: info.Main.Version, GoVersion: info.GoVersion, Platform: runtime.GOOS + "/" + runtime.GOARCH}
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

func (o *versionOptions) run() error {
	if o.format.Name != "" { // text
		if err := o.format.Check(); err != nil {
			return err
		}
	}
	if o.changes != "" {
		return o.printChanges()
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	v := known{program: describe(info, o.stamped), WebhookReleases: releases(rrsa.Releases())}
	switch o.format.Name {
	case "short":
		return o.write([]byte(v.Version+"\n"), "the version")
	case "":
		return o.write([]byte(v.text()), "the version")
	}
	return o.encode(v, "the version")
}

func (v known) text() string {
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
			adds = strings.Join(r.texts(), "; ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Version, r.Date, adds)
	}
	w.Flush()
	return b.String()
}
