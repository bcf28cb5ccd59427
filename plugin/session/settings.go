package session

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

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
	term.CompleteManifest(cmd, "config")
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
	s.flags = cmd.Flags()
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
