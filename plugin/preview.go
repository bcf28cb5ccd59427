package plugin

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// previewOptions are the flags and arguments of "kubectl rrsa preview".
type previewOptions struct {
	genericiooptions.IOStreams
	files     resource.FilenameOptions
	settings  settingFlags
	namespace string
	output    string
	quiet     bool
	local     bool
}

func newPreview(streams genericiooptions.IOStreams) *cobra.Command {
	o := &previewOptions{IOStreams: streams}
	cmd := &cobra.Command{
		Use:   "preview FILE...",
		Short: "Print manifests as the webhook would admit their pods",
		Long: `Print manifests with RRSA injected, as ack-pod-identity-webhook would inject it
into their pods. Nothing else in the manifests changes, comments included.

stdout holds the manifests, stderr a line for each pod template that says whether
it is injected and why. Namespaces and ServiceAccounts are looked up in the input,
then in the config's context. If any document is bad or any injection is refused,
nothing is printed to stdout.

Each entry that is added carries the comment "# inject-rrsa". What carries it is
updated, or taken out, when the input is injected again with other settings;
nothing else is.

Exit code 0; 1 if --check finds a difference; 2 after an error.`,
		Example: `  # A manifest, with the cluster's identity as flags
  kubectl rrsa preview app.yaml --account-id 1488999589000000 \
    --cluster-id cbec9a1f7b433470ebe4c900552000000 --region cn-hangzhou

  # A directory, with the settings of the function's config
  kubectl rrsa preview -R -f manifests/ --config rrsa.yaml

  # In CI: fail if a directory isn't injected as the config says
  kubectl rrsa preview -R -f manifests/ --config rrsa.yaml --check

  # A kustomization, and then apply
  kubectl rrsa preview -k overlays/prod --config rrsa.yaml | kubectl apply -f -`,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.files.Filenames = append(o.files.Filenames, args...)
			return o.run()
		},
	}
	flags := cmd.Flags()
	fileFlags := genericclioptions.FileNameFlags{
		Usage:     "file, directory or glob pattern with manifests, or - for stdin; the same as an argument",
		Filenames: &o.files.Filenames, Kustomize: &o.files.Kustomize, Recursive: &o.files.Recursive,
	}
	fileFlags.AddFlags(flags)
	o.settings.add(flags)
	flags.StringVarP(&o.namespace, "namespace", "n", "", "namespace of objects that name none")
	flags.StringVarP(&o.output, "output", "o", "yaml", "output format: yaml or json")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print no report to stderr")
	flags.BoolVar(&o.local, "local", false, "work on the given files alone and never open a kubeconfig")
	return cmd
}

func (o *previewOptions) run() error {
	if o.output != "yaml" && o.output != "json" {
		return fmt.Errorf("checking --output %q: want yaml or json", o.output)
	}
	settings, err := o.settings.load(o.namespace)
	if err != nil {
		return err
	}
	injector, err := settings.Injector()
	if err != nil {
		return err
	}
	streams, err := readInput(o.files, o.In)
	if err != nil {
		return err
	}
	report, err := injector.Plan(items(streams))
	if err != nil {
		return err
	}
	if !o.quiet {
		writeReport(o.ErrOut, report, settings)
	}
	if err := settings.Blocked(report); err != nil {
		if o.quiet {
			return fmt.Errorf("%w, which --quiet hides", err)
		}
		return err
	}
	if settings.Mode == config.ModeCheck {
		if report.Differs() {
			return errDiffers
		}
		return nil
	}
	if err := report.Apply(); err != nil {
		return err
	}
	return o.write(streams)
}

func items(streams []*manifest.Stream) []*manifest.Item {
	var out []*manifest.Item
	for _, s := range streams {
		out = append(out, s.Items()...)
	}
	return out
}

func (o *previewOptions) write(streams []*manifest.Stream) error {
	data := asYAML(streams)
	if o.output == "json" {
		var err error
		if data, err = asJSON(streams); err != nil {
			return err
		}
	}
	n, err := o.Out.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing the manifests: %w", err)
	}
	return nil
}
