package session

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
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
	// Selection chooses live objects instead of arguments; nil for nothing.
	Selection *cluster.Selection
	// Need is no flag: the verb says it.
	Need Need

	hasLocal bool
}

// Need is what a verb needs of a session.
type Need struct {
	// Input tells that files or live objects have to be given. Without it they are
	// read if they are.
	Input bool
	// Pods tells that Pods of files that exist already are examined, as live ones are.
	Pods bool
	// Sets tells that ServiceAccounts and Namespaces are explained, which stand for pods.
	Sets bool
	// Cluster tells whether a cluster is asked.
	Cluster Asking
	// Fields are what the cluster is asked for besides the settings, and Every has all
	// of its sources asked.
	Fields []cluster.Field
	Every  bool
	// Meanwhile reads more about live objects as soon as they are there, next to all else
	// that a cluster is asked for; nil for nothing.
	Meanwhile func(context.Context, *cluster.Cluster, Input) error
	// Webhook tells that the webhook of a cluster that is asked is read.
	Webhook bool
	// FilesSuffice tells that files are read without a cluster if the settings and the
	// files have everything.
	FilesSuffice bool
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
		fmt.Fprintln(f.ErrOut, "note:", printable.Message(text))
	}
}

// SettingFlags are the component-level settings: a config file, and flags that
// win over it.
type SettingFlags struct {
	file  string
	check bool
	flags *pflag.FlagSet
}

// AddConfig adds the flag that names the config file.
func (s *SettingFlags) AddConfig(cmd *cobra.Command) {
	s.flags = cmd.Flags()
	s.flags.StringVar(&s.file, "config", "", "file with the settings: the function's InjectRRSA object, or a ConfigMap with the same names")
	term.CompleteWith(cmd, "config", term.CompleteFiles)
}

// AddIdentity adds the config file and the flags that say which cluster it is.
func (s *SettingFlags) AddIdentity(cmd *cobra.Command) {
	s.AddConfig(cmd)
	s.add(cmd, config.Identity)
}

// AddRules adds the flags that say what is injected.
func (s *SettingFlags) AddRules(cmd *cobra.Command) {
	s.add(cmd, config.Rules)
	var versions []string
	for _, r := range rrsa.Releases() {
		versions = append(versions, r.Version)
	}
	term.Complete(cmd, "webhook-version", versions...)
}

// AddOutcome adds the flags that say what is done about it.
func (s *SettingFlags) AddOutcome(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&s.check, "check", false, "print no manifest, and exit with 1 if the input isn't what an injection would make it")
	s.add(cmd, config.Outcome)
}

// add adds the flags of a group of settings.
func (s *SettingFlags) add(cmd *cobra.Command, group config.Group) {
	for _, set := range config.Settings() {
		switch {
		case set.Group != group || set.Flag == "" || set.Kubectl:
		case set.Truth():
			s.flags.Bool(set.Flag, set.Default == "true", set.Usage)
		default:
			s.flags.String(set.Flag, "", set.Help())
			if set.Values != nil {
				term.Complete(cmd, set.Flag, set.Values...)
			}
		}
	}
}

// load reads the config file and lays the flags over it.
func (s *SettingFlags) load(namespace string) (*config.InjectRRSA, error) {
	out := &config.InjectRRSA{}
	if s.file != "" {
		data, err := os.ReadFile(s.file)
		if err != nil {
			return nil, fmt.Errorf("reading the config: %w", err)
		}
		if out, err = config.Parse(s.file, data); err != nil {
			return nil, err
		}
	}
	for _, set := range config.Settings() {
		if !s.flags.Changed(set.Flag) {
			continue
		}
		value := namespace
		if !set.Kubectl {
			value = s.flags.Lookup(set.Flag).Value.String()
		}
		if err := set.Set(out, value); err != nil {
			return nil, fmt.Errorf("checking --%s %w", set.Flag, err)
		}
	}
	if s.check {
		out.Mode = config.ModeCheck
	}
	return out, nil
}
