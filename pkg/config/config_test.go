package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/inject"
	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestInjector(t *testing.T) {
	no, yes := false, true
	paths := []inject.PodTemplatePath{{Kind: "Fleet", Path: "spec"}}
	tests := map[string]struct {
		config config.InjectRRSA
		want   inject.Injector
	}{
		"defaults": {
			want: inject.Injector{Config: rrsa.Config{WebhookVersion: rrsa.LatestVersion, AutoInjectSTSEnvVars: true, InitContainers: true}, AliasLimit: 100_000},
		},
		"every setting": {
			config: config.InjectRRSA{
				AccountID: "1", ClusterID: "cbec9a1f7b433470ebe4c900552000000", Region: "cn-beijing", OIDCProviderARN: "acs:ram::1:oidc-provider/a",
				WebhookVersion: "0.1.1", AutoInjectSTSEnvVars: &no, InitContainers: &no, Namespace: "shop", PodTemplates: paths, AliasLimit: "5000",
			},
			want: inject.Injector{
				Config: rrsa.Config{
					AccountID: "1", ClusterID: "cbec9a1f7b433470ebe4c900552000000", Region: "cn-beijing", OIDCProviderARN: "acs:ram::1:oidc-provider/a", WebhookVersion: "0.1.1",
				},
				Namespace: "shop", PodTemplates: paths, AliasLimit: 5000,
			},
		},
		"set to the default": {
			config: config.InjectRRSA{AutoInjectSTSEnvVars: &yes, InitContainers: &yes},
			want:   inject.Injector{Config: rrsa.Default(), AliasLimit: 100_000},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.config.Injector()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestInjectorFaults: settings of a wrong form give every fault at once.
func TestInjectorFaults(t *testing.T) {
	c := config.InjectRRSA{AccountID: "1e15", ClusterID: "C1", Region: "Hangzhou", OIDCProviderARN: "arn", WebhookVersion: "newest"}
	_, err := c.Injector()
	want := `checking the settings: checking accountID "1e15": want digits only, such as "1488999589000000"
checking clusterID "C1": want "c" and 32 hexadecimal digits
checking region "Hangzhou": want a region id such as "cn-hangzhou"
checking oidcProviderARN "arn": want "acs:ram::<accountID>:oidc-provider/<name>", where the name has 1 to 128 of A-Z a-z 0-9 . _ - and neither begins nor ends with one of . _ -
parsing webhookVersion "newest": want a version such as "0.4.2"`
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestInjectorContext: the context's objects are found, those without a namespace
// in the configured one, and two of one name are an error with both places.
func TestInjectorContext(t *testing.T) {
	const (
		namespace = "  - {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-identity.alibabacloud.com/injection: 'on'}}}\n"
		role      = "annotations: {pod-identity.alibabacloud.com/role-name: cart-oss}}}\n"
		cart      = "  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, " + role
		shopCart  = "  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: shop, " + role
		otherCart = "  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: other, " + role
		start     = "# settings\n---\n" + head + "spec:\n  accountID: 1\n  clusterID: cbec9a1f7b433470ebe4c900552000000\n  region: cn-beijing\n" +
			"  namespace: shop\n  context:\n" // ten lines
	)
	var input string
	for name, namespace := range map[string]string{"nowhere": "", "shop": "shop", "other": "other"} {
		input += "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: " + namespace + "}\nspec: {serviceAccountName: cart, containers: [{name: a}]}\n"
	}
	pods, err := manifest.Parse("pods.yaml", []byte(input))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ context, err string }{
		"found":                 {context: namespace + cart + otherCart},
		"the same twice":        {context: namespace + cart + namespace + shopCart + otherCart},
		"Namespace twice":       {namespace + cart + strings.Replace(namespace, "injection", "other", 1), `reading config, context[2], line 13: Namespace "shop" is there already, in config, context[0], line 11: keep one of them`},
		"ServiceAccount twice":  {cart + strings.Replace(shopCart, "role-name", "role", 1), `reading config, context[1], line 12: ServiceAccount "cart" is there already, in config, context[0], line 11: keep one of them`},
		"annotation is no text": {"  - apiVersion: v1\n    kind: Namespace\n    metadata:\n      name: shop\n      labels: []\n", "config, context[0], line 15: namespace/shop: reading metadata.labels: want a mapping, got a list"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := config.Parse("rrsa.yaml", []byte(start+test.context))
			if err != nil {
				t.Fatal(err)
			}
			in, err := c.Injector()
			if err != nil {
				t.Fatal(err)
			}
			report, err := in.Plan(pods.Items())
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("want error %q, got %v", test.err, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]rrsa.Verdict{}
			for _, c := range report.Templates {
				got[c.Item.Name] = c.Decision.Verdict
			}
			want := map[string]rrsa.Verdict{"nowhere": rrsa.Injected, "shop": rrsa.Injected, "other": rrsa.Unknown}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBlocked(t *testing.T) {
	report := func(verdicts ...rrsa.Verdict) *inject.Report {
		r := &inject.Report{}
		for _, v := range verdicts {
			r.Templates = append(r.Templates, &inject.Template{Decision: rrsa.Decision{Verdict: v}})
		}
		return r
	}
	const refused, unknown = `an injection is refused, so no manifest is written: see the lines with "refused"`,
		`it isn't clear whether some pods are injected, so no manifest is written: see the lines with "unknown"`
	for _, test := range []struct {
		name       string
		unresolved config.Unresolved
		report     *inject.Report
		want       string
	}{
		{"empty", config.UnresolvedError, report(), ""},
		{"all is known", config.UnresolvedError, report(rrsa.Injected, rrsa.NotInjected), ""},
		{"unknown by default", "", report(rrsa.Injected, rrsa.Unknown), ""},
		{"unknown is warned of", config.UnresolvedWarn, report(rrsa.Unknown), ""},
		{"unknown is ignored", config.UnresolvedIgnore, report(rrsa.Unknown), ""},
		{"unknown is an error", config.UnresolvedError, report(rrsa.Injected, rrsa.Unknown), unknown},
		{"refused whatever is unknown", config.UnresolvedIgnore, report(rrsa.Unknown, rrsa.Refused), refused},
		{"refused comes first", config.UnresolvedError, report(rrsa.Unknown, rrsa.Refused), refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := (&config.InjectRRSA{Unresolved: test.unresolved}).Blocked(test.report)
			if err == nil {
				err = errors.New("")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
