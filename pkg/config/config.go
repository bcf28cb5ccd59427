// Package config holds the settings of an injection: what no manifest says about
// the cluster and its webhook. The KRM function and kubectl rrsa read the same.
//
// A file has them as an InjectRRSA object, under spec:
//
//	apiVersion: fn.rrsa.dev/v1alpha1
//	kind: InjectRRSA
//	metadata:
//	  name: rrsa
//	spec:
//	  accountID: "1488999589000000"
//	  clusterID: cbec9a1f7b433470ebe4c900552000000
//	  region: cn-hangzhou
//
// or as a ConfigMap, under data. That is what kpt makes of a configMap in a
// Kptfile, and of the settings behind "--". It has only texts, so it can't give the
// lists:
//
//	apiVersion: v1
//	kind: ConfigMap
//	metadata:
//	  name: rrsa
//	data:
//	  accountID: "1488999589000000"
//	  clusterID: cbec9a1f7b433470ebe4c900552000000
//	  region: cn-hangzhou
//
// [Parse] reads a file and [Decode] a node. Both are strict: a key that isn't known
// is an error, and all errors come at once. [InjectRRSA.Injector] then makes what
// injects, and checks the form of the values.
//
// [Settings] and [Lists] describe every setting once, and all that reads, writes or
// explains settings is a loop over these two tables: the decoder, the flags of
// kubectl rrsa, [InjectRRSA.Document], the JSON schema, the help and the
// documentation. To add a setting, add its field to [InjectRRSA], its row to
// [Settings], and its use, for example in [InjectRRSA.Injector]; then run "make
// generate".
package config

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/kubectl-rrsa/rrsa/internal/jsonobject"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// APIVersion and Kind of the config object.
const (
	APIVersion = inject.ConfigGroup + "/v1alpha1"
	Kind       = "InjectRRSA"
)

// InjectRRSA holds the settings, as the config's spec has them.
type InjectRRSA struct {
	// Mode says what to do with the input; empty means inject.
	Mode Mode
	// AccountID is the Alibaba Cloud account that owns the RAM roles, in digits.
	AccountID string
	// ClusterID is the ACK cluster's id.
	ClusterID string
	// Region is the cluster's region, such as cn-hangzhou.
	Region string
	// OIDCProviderARN replaces the ARN that follows from AccountID and ClusterID.
	OIDCProviderARN string
	// OIDCIssuer replaces the issuer that follows from Region and ClusterID.
	OIDCIssuer string
	// WebhookVersion is the version of ack-pod-identity-webhook whose rules apply.
	WebhookVersion string
	// AutoInjectSTSEnvVars is the webhook's setting of that name; nil means true.
	AutoInjectSTSEnvVars *bool
	// InitContainers says whether init containers are injected; nil means true.
	InitContainers *bool
	// Namespace is where objects without a namespace belong.
	Namespace string
	// Context holds Namespaces and ServiceAccounts that aren't in the input.
	Context []*manifest.Item
	// PodTemplates are kinds in addition to the known ones.
	PodTemplates []inject.PodTemplatePath
	// AliasLimit is how many YAML nodes the aliases and merge keys of the input may stand
	// for, as a whole number; empty means [inject.DefaultAliasLimit].
	AliasLimit string
	// Unresolved says what an unknown verdict is; see [InjectRRSA.OnUnknown] for what an
	// empty one means.
	Unresolved Unresolved
}

// Mode says what to do with the input.
type Mode string

// What there is to do.
const (
	// ModeInject makes the pod templates hold what the settings say: what an
	// earlier run has added is updated or removed where they have changed.
	ModeInject Mode = "inject"
	// ModeRemove removes what earlier runs have added.
	ModeRemove Mode = "remove"
	// ModeCheck changes nothing and fails where inject would change something.
	ModeCheck Mode = "check"
)

// Unresolved says what to do if it isn't clear whether pods are injected.
type Unresolved string

// What an unknown verdict is.
const (
	UnresolvedError  Unresolved = "error"
	UnresolvedWarn   Unresolved = "warn"
	UnresolvedIgnore Unresolved = "ignore"
)

// OnUnknown says what an unknown verdict is: what Unresolved says, or else an error for
// a check, which must not pass what it can't judge, and a warning for the other modes.
func (c *InjectRRSA) OnUnknown() Unresolved {
	if c.Unresolved == "" && c.Mode == ModeCheck {
		return UnresolvedError
	}
	return cmp.Or(c.Unresolved, UnresolvedWarn)
}

// Blocked returns an error if a report forbids to write anything: an injection is
// refused, or a verdict is unknown and the settings make that an error.
func (c *InjectRRSA) Blocked(report *inject.Report) error {
	switch {
	case report.Refused():
		return errors.New("an injection is refused, so no manifest is written: see the lines with \"refused\"")
	case c.OnUnknown() != UnresolvedError || !report.Unresolved():
	case c.Mode == ModeCheck:
		return errors.New("it isn't clear whether some pods are injected, so the check fails: see the lines with \"unknown\"")
	default:
		return errors.New("it isn't clear whether some pods are injected, so no manifest is written: see the lines with \"unknown\"")
	}
	return nil
}

// Injector makes the injector with these settings. It fails, with every fault at
// once, on settings whose form is wrong.
func (c *InjectRRSA) Injector() (inject.Injector, error) {
	in := inject.Injector{Config: rrsa.Default(), Namespace: c.Namespace, Context: c.Context, PodTemplates: c.PodTemplates, Remove: c.Mode == ModeRemove}
	in.Config.AccountID, in.Config.OIDCProviderARN = c.AccountID, c.OIDCProviderARN
	in.Config.ClusterID, in.Config.Region, in.Config.OIDCIssuer = c.ClusterID, c.Region, c.OIDCIssuer
	in.Config.WebhookVersion = cmp.Or(c.WebhookVersion, in.Config.WebhookVersion)
	if c.AutoInjectSTSEnvVars != nil {
		in.Config.AutoInjectSTSEnvVars = *c.AutoInjectSTSEnvVars
	}
	if c.InitContainers != nil {
		in.Config.InitContainers = *c.InitContainers
	}
	var limit error
	in.AliasLimit = inject.DefaultAliasLimit
	if c.AliasLimit != "" {
		if in.AliasLimit, limit = strconv.Atoi(c.AliasLimit); limit != nil || in.AliasLimit < 1 || in.AliasLimit > inject.MaxAliasLimit {
			limit = fmt.Errorf("checking aliasLimit %q: want a whole number from 1 to %d", c.AliasLimit, inject.MaxAliasLimit)
		}
	}
	if err := errors.Join(in.Config.Validate(), limit); err != nil {
		return in, fmt.Errorf("checking the settings: %w", err)
	}
	return in, nil
}

// Document returns the settings as an object for a file, in JSON: what [Parse]
// reads. What isn't set isn't there. The object has the annotation with which kpt
// and kustomize keep it from a cluster.
func (c *InjectRRSA) Document() (json.RawMessage, error) {
	spec := jsonobject.Object{}
	for _, s := range Settings() {
		switch value := s.Value(c); {
		case value == "":
		case s.Truth():
			spec = append(spec, jsonobject.Member{Key: s.Name, Value: json.RawMessage(value)})
		default:
			spec = append(spec, jsonobject.Member{Key: s.Name, Value: value})
		}
	}
	for _, l := range Lists() {
		objects, err := l.write(c)
		if err != nil {
			return nil, err
		}
		if len(objects) > 0 {
			spec = append(spec, jsonobject.Member{Key: l.Name, Value: objects})
		}
	}
	metadata := jsonobject.Object{
		{Key: "name", Value: "rrsa"},
		{Key: "annotations", Value: map[string]string{manifest.LocalConfigAnnotation: "true"}},
	}
	out, err := json.Marshal(jsonobject.Object{
		{Key: "apiVersion", Value: APIVersion}, {Key: "kind", Value: Kind}, {Key: "metadata", Value: metadata}, {Key: "spec", Value: spec},
	})
	if err != nil {
		return nil, fmt.Errorf("encoding the config: %w", err)
	}
	return out, nil
}
