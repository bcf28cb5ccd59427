package plugin

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
)

// settingFlags are the component-level settings: a config file, and flags that
// win over it.
type settingFlags struct {
	file           string
	values         config.InjectRRSA
	autoInject     bool
	initContainers bool
	unresolved     string
	check          bool
	flags          *pflag.FlagSet
	// live holds what the cluster has filled in, by the flags' names.
	live map[string]cluster.Answer
	// liveInput tells that the input itself is of the cluster.
	liveInput bool
}

// addConfig adds the flag that names the config file.
func (s *settingFlags) addConfig(cmd *cobra.Command) {
	s.flags = cmd.Flags()
	s.flags.StringVar(&s.file, "config", "", "file with the settings: the function's InjectRRSA object, or a ConfigMap with the same names")
	if err := cmd.MarkFlagFilename("config", manifestEndings...); err != nil {
		panic(err) // a mistake in this program, which every start would show
	}
}

// addIdentity adds the config file and the flags that say which cluster it is.
func (s *settingFlags) addIdentity(cmd *cobra.Command) {
	s.addConfig(cmd)
	v := &s.values
	s.flags.StringVar(&v.AccountID, "account-id", "", "Alibaba Cloud account that owns the RAM roles, in digits")
	s.flags.StringVar(&v.ClusterID, "cluster-id", "", "id of the ACK cluster")
	s.flags.StringVar(&v.Region, "region", "", "region of the cluster, such as cn-hangzhou")
	s.flags.StringVar(&v.OIDCProviderARN, "oidc-provider-arn", "", "ARN of the OIDC identity provider, if it isn't the one that follows from account and cluster")
}

// addRules adds the flags that say what is injected.
func (s *settingFlags) addRules(cmd *cobra.Command) {
	s.flags = cmd.Flags()
	s.flags.StringVar(&s.values.WebhookVersion, "webhook-version", "", "version of ack-pod-identity-webhook whose rules apply (default: the newest known)")
	s.flags.BoolVar(&s.autoInject, "auto-inject-sts-env-vars", true, "the webhook's setting AutoInjectSTSEnvVars")
	s.flags.BoolVar(&s.initContainers, "init-containers", true, "inject init containers too")
	var versions []string
	for _, r := range rrsa.Releases() {
		versions = append(versions, r.Version)
	}
	complete(cmd, "webhook-version", versions...)
}

// addOutcome adds the flags that say what is done about it.
func (s *settingFlags) addOutcome(cmd *cobra.Command) {
	s.flags = cmd.Flags()
	s.flags.BoolVar(&s.check, "check", false, "print no manifest, and exit with 1 if the input isn't what an injection would make it")
	s.flags.StringVar(&s.unresolved, "unresolved", "", "what to do about pods of which it isn't known whether they are injected: error, warn or ignore (default: warn)")
	complete(cmd, "unresolved", string(config.UnresolvedError), string(config.UnresolvedWarn), string(config.UnresolvedIgnore))
}

// load reads the config file and lays the flags over it.
func (s *settingFlags) load(namespace string) (*config.InjectRRSA, error) {
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
	for name, value := range map[string][2]*string{
		"account-id":        {&out.AccountID, &s.values.AccountID},
		"cluster-id":        {&out.ClusterID, &s.values.ClusterID},
		"region":            {&out.Region, &s.values.Region},
		"oidc-provider-arn": {&out.OIDCProviderARN, &s.values.OIDCProviderARN},
		"webhook-version":   {&out.WebhookVersion, &s.values.WebhookVersion},
		"namespace":         {&out.Namespace, &namespace},
	} {
		if s.flags.Changed(name) {
			*value[0] = *value[1]
		}
	}
	if s.flags.Changed("auto-inject-sts-env-vars") {
		out.AutoInjectSTSEnvVars = &s.autoInject
	}
	if s.flags.Changed("init-containers") {
		out.InitContainers = &s.initContainers
	}
	if s.check {
		out.Mode = config.ModeCheck
	}
	if s.flags.Changed("unresolved") {
		out.Unresolved = config.Unresolved(s.unresolved)
	}
	switch out.Unresolved {
	case "", config.UnresolvedError, config.UnresolvedWarn, config.UnresolvedIgnore:
		return out, nil
	}
	return nil, fmt.Errorf("checking --unresolved %q: want error, warn or ignore", out.Unresolved)
}
