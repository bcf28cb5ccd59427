package session

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-rrsa/rrsa/internal/printable"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/term"
)

// Connection is what leads to a cluster: kubectl's flags, which every verb has.
type Connection struct {
	flags *genericclioptions.ConfigFlags
	// verbosity is how much is told on stderr.
	verbosity int
}

// NewConnection returns the flags with their defaults.
func NewConnection() *Connection { return &Connection{flags: cluster.NewFlags()} }

// AddFlags adds the flags to the command above all verbs.
func (c *Connection) AddFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	c.flags.AddFlags(flags)
	flags.IntVarP(&c.verbosity, "v", "v", 0, "how much to say on stderr: with 1 also what could not be read in the cluster, and why")
	term.CompleteWith(root, "v", cobra.NoFileCompletions)
	server := flags.Lookup("server")
	server.Value = address{server.Value}
	root.SetFlagErrorFunc(explainFlags)
	// The default is below the home directory, whoever's that is.
	flags.Lookup("cache-dir").DefValue = "$HOME/.kube/cache"
	flags.Lookup("request-timeout").Usage = "how long to wait for the answer to a request, such as 30s or 2m; 0 for any time"
	flags.Lookup("namespace").Usage = "namespace of objects that name none (default: that of the kubeconfig's context)"
	c.complete(root)
}

// Namespace is the one that -n names; empty without it.
func (c *Connection) Namespace() string { return *c.flags.Namespace }

// Arguments are the flags that lead another kubectl to the same cluster, as words
// for a shell with a space before each; empty if the kubeconfig alone leads there.
func (c *Connection) Arguments() string {
	var out strings.Builder
	for _, f := range []struct {
		name  string
		value *string
	}{
		{"kubeconfig", c.flags.KubeConfig}, {"context", c.flags.Context}, {"cluster", c.flags.ClusterName},
		{"user", c.flags.AuthInfoName}, {"server", c.flags.APIServer},
	} {
		if *f.value == "" {
			continue
		}
		word, err := syntax.Quote(printable.URLs(*f.value), syntax.LangPOSIX)
		if err != nil {
			word = "..." // control codes, which no kubeconfig needs
		}
		fmt.Fprintf(&out, " --%s=%s", f.name, word)
	}
	return out.String()
}

// ChoosesCluster tells whether a flag says which cluster is asked.
func (c *Connection) ChoosesCluster() bool {
	return *c.flags.Context+*c.flags.ClusterName+*c.flags.APIServer != ""
}

// Contexts are the names of the kubeconfig's contexts, sorted.
func (c *Connection) Contexts() ([]string, error) {
	names, err := cluster.NamesIn(c.flags)
	return names.Contexts, err
}

// At is the same connection to the cluster of another context: as the same user, by the
// same ways, with whatever flags there are.
func (c *Connection) At(name string) *Connection {
	out := &Connection{flags: cluster.NewFlags(), verbosity: c.verbosity}
	from, to := pflag.NewFlagSet("", pflag.ContinueOnError), pflag.NewFlagSet("", pflag.ContinueOnError)
	c.flags.AddFlags(from) // what was given is the default then
	out.flags.AddFlags(to)
	from.VisitAll(func(f *pflag.Flag) {
		given, many := f.Value.(pflag.SliceValue)
		if many {
			_ = to.Lookup(f.Name).Value.(pflag.SliceValue).Replace(given.GetSlice()) // it was read from such a flag
			return
		}
		_ = to.Set(f.Name, f.Value.String())
	})
	*out.flags.Context = name
	return out
}

// connect opens the cluster; nil if none is to be asked, or if a verb that can do
// without one finds none and no flag chooses one. It asks the cluster nothing yet.
func connect(flags Flags) (*cluster.Cluster, error) {
	if flags.local() {
		return nil, nil
	}
	c, err := openCluster(flags)
	chosen := *flags.Connection.flags.Context+*flags.Connection.flags.ClusterName != ""
	if errors.Is(err, cluster.ErrNone) && flags.Need.Cluster == MayAsk && !chosen {
		flags.note("no kubeconfig names a cluster, so none is asked")
		return nil, nil
	}
	return c, err
}

func openCluster(flags Flags) (*cluster.Cluster, error) {
	o := cluster.Options{Flags: flags.Connection.flags, Warnings: term.PrintableWriter{Writer: flags.ErrOut}, Note: flags.note}
	if !flags.Quiet {
		o.Waiting = &plainLine{term.Progress{W: flags.ErrOut}}
	}
	return cluster.Open(o)
}

// plainLine is a line on a terminal for text that may hold a password, as an address may.
type plainLine struct{ term.Progress }

// Show implements cluster.Line.
func (l *plainLine) Show(text string) { l.Progress.Show(printable.Message(text)) }

// address is the value of --server: where the API server is.
type address struct{ pflag.Value }

// Set implements pflag.Value. client-go would take any text for a host's name.
func (a address) Set(text string) error {
	if text != "" && !isAddress(text) {
		return errors.New("it is no URL and no HOST:PORT")
	}
	return a.Value.Set(text)
}

func isAddress(text string) bool {
	if IsURL(text) {
		u, err := url.Parse(text)
		return err == nil && u.Hostname() != ""
	}
	host, port, err := net.SplitHostPort(text)
	_, number := strconv.ParseUint(port, 10, 16)
	return err == nil && number == nil && host != "" && !strings.ContainsAny(host, "/@ ")
}

// explainFlags says more about flags that are easily taken for others.
func explainFlags(_ *cobra.Command, err error) error {
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	name := ""
	switch {
	case errors.As(err, &missing):
		name = missing.GetFlag().Name
	case errors.As(err, &invalid):
		name = invalid.GetFlag().Name
	}
	switch name {
	case "server":
		return fmt.Errorf("%w: give the API server's address, such as https://10.0.0.1:6443; to check the result with the API server give preview --dry-run=server", err)
	case "v":
		return fmt.Errorf("%w: give a number, such as -v 1", err)
	}
	return err
}
