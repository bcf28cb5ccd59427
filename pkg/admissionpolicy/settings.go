package admissionpolicy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// Settings are what a policy is made from. Two policies with the same Settings are alike.
type Settings struct {
	// Config has the values to inject, and the webhook's version whose rules count.
	Config rrsa.Config
	// ExcludeNamespaces are the names of namespaces whose pods are left alone.
	ExcludeNamespaces []string
	// FailurePolicy says what becomes of a pod while the policy can't be evaluated: Fail,
	// or empty for that, lets nobody create one where the policy selects it; with Ignore it
	// is created without an injection.
	FailurePolicy admissionregistrationv1.FailurePolicyType
	// Reinvocation says whether a pod that a webhook has changed is evaluated again:
	// IfNeeded, or empty for that, also injects the containers that webhooks add; with Never
	// no pod is evaluated twice.
	Reinvocation admissionregistrationv1.ReinvocationPolicyType
	// Selector is a label, as KEY=VALUE, of the ServiceAccounts that count; empty for all.
	Selector string
}

// The values of the settings that aren't those of a webhook.
var (
	failurePolicies = []admissionregistrationv1.FailurePolicyType{admissionregistrationv1.Fail, admissionregistrationv1.Ignore}
	reinvocations   = []admissionregistrationv1.ReinvocationPolicyType{
		admissionregistrationv1.IfNeededReinvocationPolicy, admissionregistrationv1.NeverReinvocationPolicy,
	}
	labelValue    = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$`)
	labelKey      = regexp.MustCompile(`^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
	namespaceName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

// complete returns the settings with their defaults in place, and in one order.
func (s Settings) complete() (Settings, error) {
	if s.FailurePolicy == "" {
		s.FailurePolicy = admissionregistrationv1.Fail
	}
	if s.Reinvocation == "" {
		s.Reinvocation = admissionregistrationv1.IfNeededReinvocationPolicy
	}
	if s.Config.WebhookVersion == "" {
		s.Config.WebhookVersion = rrsa.LatestVersion
	}
	s.Config.OIDCIssuer = "" // nothing that is injected follows from it
	s.ExcludeNamespaces = slices.Compact(slices.Sorted(slices.Values(s.ExcludeNamespaces)))
	return s, s.validate()
}

func (s Settings) validate() error {
	faults := []error{s.Config.Validate()}
	if !slices.Contains(failurePolicies, s.FailurePolicy) {
		faults = append(faults, fmt.Errorf("checking the failure policy %q: want %s or %s", s.FailurePolicy, failurePolicies[0], failurePolicies[1]))
	}
	if !slices.Contains(reinvocations, s.Reinvocation) {
		faults = append(faults, fmt.Errorf("checking the reinvocation %q: want %s or %s", s.Reinvocation, reinvocations[0], reinvocations[1]))
	}
	for _, name := range s.ExcludeNamespaces {
		if !namespaceName.MatchString(name) {
			faults = append(faults, fmt.Errorf("checking the namespace %q: want the name of a namespace", name))
		}
	}
	if key, value := s.selector(); s.Selector != "" && (!labelKey.MatchString(key) || !labelValue.MatchString(value) || !strings.Contains(s.Selector, "=")) {
		faults = append(faults, fmt.Errorf("checking the selector %q: want a label of ServiceAccounts, as KEY=VALUE", s.Selector))
	}
	return errors.Join(faults...)
}

func (s Settings) selector() (key, value string) {
	key, value, _ = strings.Cut(s.Selector, "=")
	return key, value
}

// written are the settings as a policy carries them, to be read again by [Read].
type written struct {
	AccountID            string   `json:"accountID,omitempty"`
	ClusterID            string   `json:"clusterID,omitempty"`
	Region               string   `json:"region,omitempty"`
	OIDCProviderARN      string   `json:"oidcProviderARN,omitempty"`
	WebhookVersion       string   `json:"webhookVersion"`
	AutoInjectSTSEnvVars bool     `json:"autoInjectSTSEnvVars"`
	InitContainers       bool     `json:"initContainers"`
	ExcludeNamespaces    []string `json:"excludeNamespaces,omitempty"`
	FailurePolicy        string   `json:"failurePolicy"`
	Reinvocation         string   `json:"reinvocation"`
	Selector             string   `json:"serviceAccountSelector,omitempty"`
}

// text writes complete settings in a line.
func (s Settings) text() string {
	c := s.Config
	data, err := json.Marshal(written{
		AccountID: c.AccountID, ClusterID: c.ClusterID, Region: c.Region, OIDCProviderARN: c.OIDCProviderARN,
		WebhookVersion: c.WebhookVersion, AutoInjectSTSEnvVars: c.AutoInjectSTSEnvVars, InitContainers: c.InitContainers,
		ExcludeNamespaces: s.ExcludeNamespaces, FailurePolicy: string(s.FailurePolicy), Reinvocation: string(s.Reinvocation), Selector: s.Selector,
	})
	if err != nil {
		return "" // a struct of texts
	}
	return string(data)
}

// parseSettings reads what text has written.
func parseSettings(text string) (Settings, error) {
	var w written
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&w); err != nil {
		return Settings{}, err
	}
	return Settings{
		Config: rrsa.Config{
			AccountID: w.AccountID, ClusterID: w.ClusterID, Region: w.Region, OIDCProviderARN: w.OIDCProviderARN,
			WebhookVersion: w.WebhookVersion, AutoInjectSTSEnvVars: w.AutoInjectSTSEnvVars, InitContainers: w.InitContainers,
		},
		ExcludeNamespaces: w.ExcludeNamespaces, FailurePolicy: admissionregistrationv1.FailurePolicyType(w.FailurePolicy),
		Reinvocation: admissionregistrationv1.ReinvocationPolicyType(w.Reinvocation), Selector: w.Selector,
	}, nil
}

// digest is short enough for a label, and another one for other settings.
func digest(settings string) string {
	sum := sha256.Sum256([]byte(settings))
	return hex.EncodeToString(sum[:6])
}
