package config

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// Document is an InjectRRSA object as a file holds it: what [Decode] reads.
type Document struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   Metadata `json:"metadata"`
	Spec       Spec     `json:"spec"`
}

// Metadata names the object.
type Metadata struct {
	Name        string            `json:"name"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Spec holds the settings under their own names. What isn't set isn't there.
type Spec struct {
	Mode                 Mode          `json:"mode,omitempty"`
	AccountID            string        `json:"accountID,omitempty"`
	ClusterID            string        `json:"clusterID,omitempty"`
	Region               string        `json:"region,omitempty"`
	OIDCProviderARN      string        `json:"oidcProviderARN,omitempty"`
	WebhookVersion       string        `json:"webhookVersion,omitempty"`
	AutoInjectSTSEnvVars *bool         `json:"autoInjectSTSEnvVars,omitempty"`
	InitContainers       *bool         `json:"initContainers,omitempty"`
	Namespace            string        `json:"namespace,omitempty"`
	Unresolved           Unresolved    `json:"unresolved,omitempty"`
	Context              []any         `json:"context,omitempty"`
	PodTemplates         []podTemplate `json:"podTemplates,omitempty"`
}

type podTemplate struct {
	Group              string `json:"group,omitempty"`
	Kind               string `json:"kind"`
	Path               string `json:"path"`
	ServiceAccountPath string `json:"serviceAccountPath,omitempty"`
}

// Document returns the settings as an object for a file. It has the annotation
// with which kpt and kustomize keep an object from a cluster.
func (c *InjectRRSA) Document() (Document, error) {
	out := Document{
		APIVersion: APIVersion, Kind: Kind,
		Metadata: Metadata{Name: "rrsa", Annotations: map[string]string{manifest.LocalConfigAnnotation: "true"}},
		Spec: Spec{
			Mode: c.Mode, AccountID: c.AccountID, ClusterID: c.ClusterID, Region: c.Region, OIDCProviderARN: c.OIDCProviderARN,
			WebhookVersion: c.WebhookVersion, AutoInjectSTSEnvVars: c.AutoInjectSTSEnvVars, InitContainers: c.InitContainers,
			Namespace: c.Namespace, Unresolved: c.Unresolved,
		},
	}
	for _, it := range c.Context {
		var object any
		if err := it.Node().Decode(&object); err != nil {
			return out, fmt.Errorf("encoding the config's context: %s: %w", it, err)
		}
		out.Spec.Context = append(out.Spec.Context, object)
	}
	for _, p := range c.PodTemplates {
		out.Spec.PodTemplates = append(out.Spec.PodTemplates, podTemplate(p))
	}
	return out, nil
}
