// Package cluster reads a live cluster: the objects that a decision needs, the
// cluster's identity, the webhook's state, and pods by the page. It is the only
// package that imports client-go's clients.
//
// Nothing is written to a cluster; dry runs aside, nothing is sent to one.
//
// What a user may not read is no failure: the next source is asked, and
// [Options.Note] is told. Any other failure is an error.
package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	admissionclient "k8s.io/client-go/kubernetes/typed/admissionregistration/v1"
	appsclient "k8s.io/client-go/kubernetes/typed/apps/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/metadata"

	// Users authenticate as their kubeconfig says.
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/flowcontrol"
)

// NewFlags returns kubectl's flags for a connection, with the rates that suit a
// program which reads many objects at once.
func NewFlags() *genericclioptions.ConfigFlags {
	return genericclioptions.NewConfigFlags(true).WithDiscoveryQPS(50).WithDiscoveryBurst(300).
		WithWrapConfigFn(func(config *rest.Config) *rest.Config {
			config.QPS, config.Burst = 50, 100
			return config
		})
}

// Options say how a cluster is read.
type Options struct {
	// Flags tell which cluster it is, and as whom.
	Flags *genericclioptions.ConfigFlags
	// Warnings gets what the API server warns of, each warning once.
	Warnings io.Writer
	// Note is told what could not be read and why, and goes on; nil for nobody.
	Note func(string)
}

// Cluster is a live cluster. Its methods may be used one after the other.
type Cluster struct {
	flags  *genericclioptions.ConfigFlags
	config *rest.Config
	note   func(string)
	// The groups that are read: a clientset of all would be a hundred packages more.
	core      coreclient.CoreV1Interface
	apps      appsclient.AppsV1Interface
	admission admissionclient.AdmissionregistrationV1Interface
	metadata  metadata.Interface

	// Namespace is the one that -n or the kubeconfig's context names.
	Namespace string
	// Server is the URL of the API server.
	Server string
}

// ErrNone says that neither a kubeconfig, nor a flag, nor the pod's own environment
// names a cluster.
var ErrNone = errors.New("finding a cluster: no kubeconfig names one: give --kubeconfig")

// Open reads the kubeconfig. It fails with [ErrNone] if there is none, and asks
// the cluster nothing yet.
func Open(o Options) (*Cluster, error) {
	loader := o.Flags.ToRawKubeConfigLoader()
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	if _, err := rest.InClusterConfig(); errors.Is(err, rest.ErrNotInCluster) && *o.Flags.APIServer == "" {
		if len(raw.Clusters)+len(raw.Contexts) == 0 && *o.Flags.KubeConfig == "" {
			return nil, ErrNone
		}
		if err := names(raw, *o.Flags.Context, *o.Flags.ClusterName); err != nil {
			return nil, fmt.Errorf("reading the kubeconfig: %w", err)
		}
	}
	handleWarnings(o.Flags, o.Warnings)
	config, err := o.Flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	c := &Cluster{flags: o.Flags, config: config, note: o.Note, Server: config.Host}
	if c.note == nil {
		c.note = func(string) {}
	}
	if c.Namespace, _, err = loader.Namespace(); err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	protobuf := rest.CopyConfig(config)
	protobuf.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	protobuf.ContentType = "application/vnd.kubernetes.protobuf"
	// One rate for all groups, as a clientset has.
	protobuf.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(protobuf.QPS, protobuf.Burst)
	var errs [4]error
	c.core, errs[0] = coreclient.NewForConfig(protobuf)
	c.apps, errs[1] = appsclient.NewForConfig(protobuf)
	c.admission, errs[2] = admissionclient.NewForConfig(protobuf)
	c.metadata, errs[3] = metadata.NewForConfig(config)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}
	return c, nil
}

// names fails if a kubeconfig doesn't have the cluster that is chosen. client-go
// would ask localhost:8080, whatever that is.
func names(raw clientcmdapi.Config, context, cluster string) error {
	context = cmp.Or(context, raw.CurrentContext)
	chosen := raw.Contexts[context]
	switch {
	case cluster != "":
	case context == "":
		return errors.New("it has no current context: choose one with --context")
	case chosen == nil:
		return fmt.Errorf("it has no context %q: choose another one with --context", context)
	default:
		cluster = chosen.Cluster
	}
	if raw.Clusters[cluster] == nil {
		return fmt.Errorf("it has no cluster %q: see kubectl config view", cluster)
	}
	return nil
}

// handleWarnings has every client that is made of the flags, also those of
// cli-runtime's builder, write to w. Each warning comes once.
func handleWarnings(flags *genericclioptions.ConfigFlags, w io.Writer) {
	handler := rest.NewWarningWriter(w, rest.WarningWriterOptions{Deduplicate: true})
	wrap := flags.WrapConfigFn
	flags.WithWrapConfigFn(func(config *rest.Config) *rest.Config {
		if wrap != nil {
			config = wrap(config)
		}
		config.WarningHandler = handler
		return config
	})
}
