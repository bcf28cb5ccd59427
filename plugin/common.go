package plugin

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// common is what the verbs share: the streams, the input's files and the flags
// that have the same meaning everywhere.
type common struct {
	genericiooptions.IOStreams
	connection *connection
	files      resource.FilenameOptions
	// targets are the arguments that name live objects.
	targets  []string
	settings settingFlags
	format   term.Format
	quiet    bool
	local    bool
	// live is the cluster, once load has opened it; nil if none is asked.
	live *cluster.Cluster
	// lookup is what the cluster was asked for, once for all of a run.
	lookup *cluster.Lookup
	// identity is what the cluster has said of itself.
	identity cluster.Identity
	// pods are the live Pods of the input as they are, by their manifests.
	pods map[*manifest.Item]*corev1.Pod
	// selectors are what the live workloads of the input select their pods by.
	selectors map[*manifest.Item]string
}

// addFiles adds the flags that name the input.
func (o *common) addFiles(cmd *cobra.Command, usage string) {
	fileFlags := genericclioptions.FileNameFlags{
		Usage:     usage,
		Filenames: &o.files.Filenames, Kustomize: &o.files.Kustomize, Recursive: &o.files.Recursive,
	}
	fileFlags.AddFlags(cmd.Flags())
}

func (o *common) addLocal(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.local, "local", false, "work on files alone and never open a kubeconfig")
}

func (o *common) addQuiet(cmd *cobra.Command, usage string) {
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, usage)
}

// load reads the settings, has the cluster fill in what they leave open, and makes
// the injector that has them all. also is what else the cluster is asked for.
func (o *common) load(ctx context.Context, also ...cluster.Field) (*config.InjectRRSA, manifest.Injector, error) {
	settings, err := o.settings.load(*o.connection.flags.Namespace)
	if err != nil {
		return nil, manifest.Injector{}, err
	}
	if o.live, err = o.open(); err != nil {
		return nil, manifest.Injector{}, err
	}
	if o.live != nil {
		if err := o.identify(ctx, settings, also...); err != nil {
			return nil, manifest.Injector{}, err
		}
	}
	injector, err := settings.Injector()
	if o.live != nil {
		o.lookup = o.live.Lookup(ctx)
		injector.Lookup = o.lookup
	}
	return settings, injector, err
}

// plan reads the input and decides for its pods.
func (o *common) plan(ctx context.Context, injector manifest.Injector) ([]*manifest.Stream, *manifest.Report, error) {
	streams, err := o.read(ctx)
	if err != nil {
		return nil, nil, err
	}
	if injector, err = o.placed(injector, streams); err != nil {
		return nil, nil, err
	}
	report, err := injector.Plan(items(streams))
	return streams, report, err
}

// placed is the injector with the namespace where kubectl apply would put objects
// that name none, if there is a cluster and nothing else says it.
func (o *common) placed(injector manifest.Injector, streams []*manifest.Stream) (manifest.Injector, error) {
	if injector.Namespace != "" || o.live == nil {
		return injector, nil
	}
	only, err := onlyNamespace(items(streams))
	injector.Namespace = cmp.Or(only, o.live.Namespace)
	return injector, err
}

// blocked is the error that forbids to write anything, if there is one.
func (o *common) blocked(settings *config.InjectRRSA, report *manifest.Report) error {
	err := settings.Blocked(report)
	if err != nil && o.quiet {
		return fmt.Errorf("%w, which --quiet hides", err)
	}
	return err
}

func items(streams []*manifest.Stream) []*manifest.Item {
	var out []*manifest.Item
	for _, s := range streams {
		out = append(out, s.Items()...)
	}
	return out
}

// apply makes the report's edits and writes the input with them, in the format of
// -o.
func (o *common) apply(streams []*manifest.Stream, report *manifest.Report) error {
	if err := report.Apply(); err != nil {
		return err
	}
	return o.print(streams)
}

// print writes the streams with the edits made so far, in the format of -o.
func (o *common) print(streams []*manifest.Stream) error {
	data := asYAML(streams)
	if o.format.Name == "json" {
		var err error
		if data, err = asJSON(streams); err != nil {
			return err
		}
	}
	return o.write(data, "the manifests")
}

// write writes all of a text, or fails.
func (o *common) write(data []byte, what string) error { return term.Write(o.Out, data, what) }

// encode writes a value as -o says, yaml or json.
func (o *common) encode(v any, what string) error {
	return term.Encode(o.Out, o.format.Name, v, what)
}
