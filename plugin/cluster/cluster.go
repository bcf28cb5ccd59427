// Package cluster reads a live cluster: the objects that a decision needs, the
// cluster's identity, the webhook's state, and pods by the page. It is the only
// package that imports client-go's clients.
//
// Nothing is written to a cluster. Dry runs, questions about the user's rights and the
// request for a token aside, which store nothing, nothing is sent to one.
//
// What a user may not read is no failure: the next source is asked, and
// [Options.Note] is told. A cluster that can't be asked at all is [Unreachable]. Any
// other failure is an error.
package cluster

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/dynamic"
	admissionclient "k8s.io/client-go/kubernetes/typed/admissionregistration/v1"
	appsclient "k8s.io/client-go/kubernetes/typed/apps/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/metadata"

	// Users authenticate as their kubeconfig says.
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/flowcontrol"
)

// NewFlags returns kubectl's flags for a connection, with the rates that suit a
// program which reads many objects at once, and a time for each request.
func NewFlags() *genericclioptions.ConfigFlags {
	flags := genericclioptions.NewConfigFlags(true).WithDiscoveryQPS(50).WithDiscoveryBurst(300).
		WithWrapConfigFn(func(config *rest.Config) *rest.Config {
			config.QPS, config.Burst = 50, 100
			return config
		})
	*flags.Timeout = "30s"
	return flags
}

// Options say how a cluster is read.
type Options struct {
	// Flags tell which cluster it is, and as whom.
	Flags *genericclioptions.ConfigFlags
	// Warnings gets what the API server warns of, each warning once.
	Warnings io.Writer
	// Note is told what could not be read and why, and goes on; nil for nobody. It is
	// called by one at a time.
	Note func(string)
	// Waiting shows that no answer has come for a while; nil for nobody.
	Waiting Line
}

// Cluster is a live cluster. What reads it may be used at once.
type Cluster struct {
	flags  *genericclioptions.ConfigFlags
	config *rest.Config
	note   func(string)
	// The groups that are read: a clientset of all would be a hundred packages more.
	core          coreclient.CoreV1Interface
	apps          appsclient.AppsV1Interface
	admission     admissionclient.AdmissionregistrationV1Interface
	authorization authorizationclient.AuthorizationV1Interface
	metadata      metadata.Interface
	dynamic       dynamic.Interface

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
	if err := named(*o.Flags.KubeConfig); err != nil {
		return nil, err
	}
	timeout, err := requestTimeout(*o.Flags.Timeout)
	if err != nil {
		return nil, err
	}
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
	wrap(o, timeout)
	config, err := o.Flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	c := &Cluster{flags: o.Flags, config: config, note: func(string) {}, Server: config.Host}
	if o.Note != nil {
		var one sync.Mutex
		c.note = func(text string) {
			one.Lock()
			defer one.Unlock()
			o.Note(text)
		}
	}
	if c.Namespace, _, err = loader.Namespace(); err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	protobuf := rest.CopyConfig(config)
	protobuf.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	protobuf.ContentType = "application/vnd.kubernetes.protobuf"
	// One rate for all groups, as a clientset has.
	protobuf.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(protobuf.QPS, protobuf.Burst)
	var errs [6]error
	c.core, errs[0] = coreclient.NewForConfig(protobuf)
	c.apps, errs[1] = appsclient.NewForConfig(protobuf)
	c.admission, errs[2] = admissionclient.NewForConfig(protobuf)
	c.metadata, errs[3] = metadata.NewForConfig(config)
	c.dynamic, errs[4] = dynamic.NewForConfig(config)
	c.authorization, errs[5] = authorizationclient.NewForConfig(protobuf)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}
	return c, nil
}

// wrap has every client that is made of the flags, also those of cli-runtime's
// builder, warn as the options say, each warning once, and send its requests through a
// transport with a time for each.
func wrap(o Options, timeout time.Duration) {
	handler := rest.NewWarningWriter(o.Warnings, rest.WarningWriterOptions{Deduplicate: true})
	waiting := &waiting{line: o.Waiting}
	before := o.Flags.WrapConfigFn
	o.Flags.WithWrapConfigFn(func(config *rest.Config) *rest.Config {
		if before != nil {
			config = before(config)
		}
		config.WarningHandler = handler
		// client-go's own time has no words for its end.
		config.Timeout = 0
		server := config.Host
		config.Wrap(func(next http.RoundTripper) http.RoundTripper { return transport{next, server, timeout, waiting} })
		return config
	})
}

// Together runs reads that don't need each other's answers at once, and waits for all
// of them. The error is that of the first read in the list that fails, so that the
// same failures give the same error.
func Together(reads ...func() error) error {
	errs := make([]error, len(reads))
	var all sync.WaitGroup
	for i, read := range reads {
		all.Go(func() { errs[i] = read() })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
