package term

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubejson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/printers"
	"sigs.k8s.io/yaml"
)

// Format is the flag -o of a verb. Wherever there is json there are kubectl's templates
// too: jsonpath and go-template, also from files.
type Format struct {
	// Name is what was given, or the default.
	Name      string
	values    []string
	templates *genericclioptions.KubeTemplatePrintFlags
}

// Add adds the flag with its default and the formats that there are. usage says more
// about them; it may be empty.
func (f *Format) Add(cmd *cobra.Command, value, usage string, values ...string) {
	f.values = values
	shown := slices.Clone(values)
	if slices.Contains(values, "json") {
		f.templates = genericclioptions.NewKubeTemplatePrintFlags()
		flags := cmd.Flags()
		flags.StringVar(f.templates.TemplateArgument, "template", "", "the template, or its file, for -o go-template, jsonpath and the like")
		flags.BoolVar(f.templates.AllowMissingKeys, "allow-missing-template-keys", true, "print nothing for a field that isn't there; with false it is an error")
		CompleteWith(cmd, "template", cobra.NoFileCompletions)
		shown = append(shown, "jsonpath=TEMPLATE", "go-template=TEMPLATE")
	}
	cmd.Flags().StringVarP(&f.Name, "output", "o", value, strings.TrimSpace("output format: "+Choice(shown)+usage))
	var offered []cobra.Completion
	for _, v := range shown {
		offered = append(offered, strings.TrimSuffix(v, "TEMPLATE"))
	}
	CompleteWith(cmd, "output", cobra.FixedCompletions(offered, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
}

// Check refuses a format that there isn't, or a template that is none. A verb without the
// flag has no formats.
func (f Format) Check() error {
	switch {
	case f.values == nil || slices.Contains(f.values, f.Name):
		if f.templates != nil && *f.templates.TemplateArgument != "" {
			return fmt.Errorf("checking --template: it is for -o go-template and -o jsonpath, not for -o %q", f.Name)
		}
		return nil
	case f.templates == nil:
		return fmt.Errorf("checking --output %q: want %s", f.Name, Choice(f.values))
	}
	_, err := f.templates.ToPrinter(f.Name)
	switch {
	case genericclioptions.IsNoCompatiblePrinterError(err):
		return fmt.Errorf("checking --output %q: want %s", f.Name, Choice(append(slices.Clone(f.values), "jsonpath=TEMPLATE", "go-template=TEMPLATE")))
	case err != nil:
		return fmt.Errorf("checking --output %q: %w", f.Name, err)
	}
	return nil
}

// Template tells whether the format is a template, which needs the whole of a value.
func (f Format) Template() bool { return f.values != nil && !slices.Contains(f.values, f.Name) }

// Encode writes a value as the format says: yaml, json, or what a template makes of it.
// what names it in the error. Nothing is written if it can't be encoded.
func (f Format) Encode(w io.Writer, v any, what string) error {
	data, err := json.MarshalIndent(v, "", "    ")
	data = append(data, '\n')
	switch {
	case err != nil:
	case f.Name == "yaml":
		data, err = yaml.JSONToYAML(data)
	case f.Template():
		data, err = f.fill(data)
	}
	if err != nil {
		return fmt.Errorf("encoding %s as %s: %w", what, f.Name, err)
	}
	return Write(w, data, what)
}

// fill is what the template makes of a value that is given as JSON.
func (f Format) fill(data []byte) ([]byte, error) {
	var printer printers.ResourcePrinter
	printer, err := f.templates.ToPrinter(f.Name)
	if err != nil {
		return nil, err
	}
	object := &unstructured.Unstructured{}
	if err := kubejson.Unmarshal(data, &object.Object); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = printer.PrintObj(object, &out)
	return out.Bytes(), err
}
