package session

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/cluster"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

// parsed are the flags of a verb that is given some, with a kubeconfig that names no cluster.
func parsed(t *testing.T, need Need, args ...string) (Flags, []string) {
	t.Helper()
	kubeconfig := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(kubeconfig, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", kubeconfig)
	streams := genericiooptions.IOStreams{In: strings.NewReader("{apiVersion: v1, kind: Pod, metadata: {name: stdin}}"), Out: io.Discard, ErrOut: io.Discard}
	f := &Flags{Base: Base{IOStreams: streams, Connection: NewConnection()}, Need: need}
	cmd := &cobra.Command{}
	f.Connection.AddFlags(cmd)
	f.AddFiles(cmd, "files")
	f.AddLocal(cmd)
	f.Settings.AddIdentity(cmd)
	f.Settings.AddOutcome(cmd)
	f.Format.Add(cmd, "yaml", "format", "yaml", "json")
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return *f, cmd.Flags().Args()
}

// TestOpen: flags go before the config, arguments and -f are one input, and a second
// session of the same flags has the same.
func TestOpen(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"a.yaml":    "{apiVersion: v1, kind: Pod, metadata: {name: a}}",
		"b.yaml":    "{apiVersion: v1, kind: Pod, metadata: {name: b}}",
		"rrsa.yaml": "{apiVersion: fn.rrsa.dev/v1alpha1, kind: InjectRRSA, metadata: {name: x}, spec: {accountID: '1', region: cn-beijing, mode: remove}}",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flags, args := parsed(t, Need{Input: true}, "b.yaml", "-f", "a.yaml", "--config", "rrsa.yaml", "--region", "cn-hangzhou")
	for range 2 {
		s, err := Open(t.Context(), flags, args)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, it := range s.Input.Items() {
			names = append(names, it.Name)
		}
		if diff := cmp.Diff([]string{"a", "b"}, names); diff != "" {
			t.Errorf("input (-want +got):\n%s", diff)
		}
		if s.Settings.AccountID != "1" || s.Settings.Region != "cn-hangzhou" || !s.Injector.Remove || s.Cluster != nil {
			t.Errorf("want the settings of both, got %+v", s.Settings)
		}
		for flag, want := range map[string]string{"region": "flag --region", "account-id": "config rrsa.yaml"} {
			if got := SourceText(s.Sources.Given(flag, true)); got != want {
				t.Errorf("want %s from the %s, got %s", flag, want, got)
			}
		}
		if inject := s.WithMode(config.ModeInject); inject.Injector.Remove || !s.Injector.Remove || s.Settings.Mode != config.ModeRemove {
			t.Errorf("want a session of its own, got %+v and %+v", inject.Settings, s.Settings)
		}
	}
}

// TestAsksForWhatIsOpen: a cluster isn't asked for what is given, nor for what follows from it.
func TestAsksForWhatIsOpen(t *testing.T) {
	const id = "cbec9a1f7b433470ebe4c900552000000"
	for _, tt := range []struct {
		settings config.InjectRRSA
		want     string
	}{
		{config.InjectRRSA{}, "accountID clusterID region oidcProviderARN oidcIssuer"},
		{config.InjectRRSA{AccountID: "1", ClusterID: id}, "region oidcIssuer"},
		{config.InjectRRSA{ClusterID: id, Region: "cn-hangzhou"}, "accountID oidcProviderARN"},
		{config.InjectRRSA{AccountID: "1", ClusterID: id, Region: "cn-hangzhou"}, ""},
		{config.InjectRRSA{AccountID: "1", Region: "cn-hangzhou", OIDCProviderARN: "acs:ram::1:oidc-provider/own"}, "clusterID oidcIssuer"},
		{config.InjectRRSA{AccountID: "1", Region: "cn-hangzhou", OIDCIssuer: "https://oidc.example.com"}, "clusterID oidcProviderARN"},
	} {
		var got []string
		for _, set := range open(&tt.settings) {
			if set.Group == config.Identity {
				got = append(got, set.Name)
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.settings, diff)
		}
	}
}

// TestLiveFaults: where RAM knows another issuer than the cluster's tokens have, or none, nothing
// is proven to give a pod credentials.
func TestLiveFaults(t *testing.T) {
	const own, free = "https://kubernetes.default.svc", "https://oidc.example.com"
	for _, tt := range []struct {
		issuer, given string
		want          []rrsa.Code
	}{
		{free, free, nil},
		{free, "", nil}, // which isn't known to be wrong
		{free, free + "/", []rrsa.Code{diagnose.CodeIssuerDiffers}},
		{own, free, []rrsa.Code{diagnose.CodeRRSANotEnabled}},
	} {
		flags, _ := parsed(t, Need{}, "--oidc-issuer", tt.given)
		s, err := Open(t.Context(), flags, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Cluster, s.Identity.Answers = &cluster.Cluster{}, []cluster.Answer{{Field: cluster.Issuer, Value: tt.issuer}}
		var got []rrsa.Code
		for _, f := range Live(s).Faults {
			got = append(got, f.Code)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s, given %q (-want +got):\n%s", tt.issuer, tt.given, diff)
		}
	}
}

// TestOpenNeeds: what a verb needs and isn't there is an error; what it can do
// without isn't.
func TestOpenNeeds(t *testing.T) {
	for _, tt := range []struct {
		name string
		need Need
		args []string
		want string // of the error; empty for none
	}{
		{"no input", Need{Input: true}, nil, "no file is given"},
		{"no input, and none is needed", Need{}, nil, ""},
		{"stdin", Need{Input: true}, []string{"-"}, ""},
		{"a cluster", Need{Cluster: MustAsk}, nil, cluster.ErrNone.Error()},
		{"a live object", Need{Input: true}, []string{"pod/web"}, cluster.ErrNone.Error()},
		{"a live object where none is asked", Need{Input: true, Cluster: NeverAsk}, []string{"pod/web"}, "no such file"},
		{"a live object with --local", Need{Input: true}, []string{"pod/web", "--local"}, "no such file"},
		{"a format", Need{}, []string{"-o", "text"}, "want yaml, json, jsonpath"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			flags, args := parsed(t, tt.need, tt.args...)
			_, err := Open(t.Context(), flags, args)
			if err == nil {
				err = errors.New("")
			}
			if (err.Error() == "") != (tt.want == "") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("want an error with %q, got %q", tt.want, err)
			}
		})
	}
}
