package session

import (
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Base is what every verb gets from the command above it.
type Base struct {
	genericiooptions.IOStreams
	Connection *Connection
}

// Flags are those that several verbs have, with the same meaning everywhere. A verb
// adds those that are its own; once they are parsed nothing writes to them.
type Flags struct {
	Base
	// Files name the input.
	Files    resource.FilenameOptions
	Settings SettingFlags
	Format   term.Format
	Quiet    bool
	Local    bool
	// Need is no flag: the verb says it.
	Need Need

	hasLocal bool
}

// Need is what a verb needs of a session.
type Need struct {
	// Input tells that files or live objects have to be given. Without it they are
	// read if they are.
	Input bool
	// Cluster tells whether a cluster is asked.
	Cluster Asking
	// Fields are what the cluster is asked for besides the settings, and Every has all
	// of its sources asked.
	Fields []cluster.Field
	Every  bool
}

// Asking tells whether a cluster is asked.
type Asking int

// Whether a cluster is asked.
const (
	// MayAsk is for verbs that go without one if there is none, or with --local.
	MayAsk Asking = iota
	// MustAsk is for verbs that are about the cluster.
	MustAsk
	// NeverAsk is for verbs that are about files alone.
	NeverAsk
)

// AddFiles adds the flags that name the input.
func (f *Flags) AddFiles(cmd *cobra.Command, usage string) {
	fileFlags := genericclioptions.FileNameFlags{
		Usage:     usage,
		Filenames: &f.Files.Filenames, Kustomize: &f.Files.Kustomize, Recursive: &f.Files.Recursive,
	}
	fileFlags.AddFlags(cmd.Flags())
}

// AddLocal adds --local, with which no cluster is asked.
func (f *Flags) AddLocal(cmd *cobra.Command) {
	f.hasLocal = true
	cmd.Flags().BoolVar(&f.Local, "local", false, "work on files alone and never open a kubeconfig")
}

// AddQuiet adds -q.
func (f *Flags) AddQuiet(cmd *cobra.Command, usage string) {
	cmd.Flags().BoolVarP(&f.Quiet, "quiet", "q", false, usage)
}

// HasFiles tells whether the flags name any input.
func (f Flags) HasFiles() bool { return len(f.Files.Filenames) > 0 || f.Files.Kustomize != "" }

// local tells whether no cluster is asked, whatever there is.
func (f Flags) local() bool { return f.Local || f.Need.Cluster == NeverAsk }

// note says with -v 1 what is no failure.
func (f Flags) note(text string) {
	if f.Connection.verbosity > 0 {
		fmt.Fprintln(f.ErrOut, "note:", term.Printable(text))
	}
}
