package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func noInit(cfg *rrsa.Config, _ *rrsa.Input) { cfg.InitContainers = false }

// four is a pod of an init container, a native sidecar and two containers, beside
// an ephemeral one.
func four(s *corev1.PodSpec) {
	always := corev1.ContainerRestartPolicyAlways
	s.InitContainers = []corev1.Container{{Name: "init"}, {Name: "mesh", RestartPolicy: &always}}
	s.Containers = []corev1.Container{{Name: "app"}, {Name: "log"}}
	s.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug"}}}
}

func TestSelection(t *testing.T) {
	const only, skip = rrsa.OnlyContainersKey, rrsa.SkipContainersKey
	none := func(s *corev1.PodSpec) { s.Containers = nil }
	nobody := []string{"!info NoContainerSelected"}
	for _, tt := range []struct {
		row
		want []string
	}{
		{row{"§3: all containers, init and sidecar too, never ephemeral", nil, rrsa.Injected, nil}, []string{"init", "mesh", "app", "log"}},
		{row{"§3: initContainers false", []edit{noInit}, rrsa.Injected, nil}, []string{"app", "log"}},
		{row{"§3: only-containers", []edit{podNote(only, "log")}, rrsa.Injected, nil}, []string{"log"}},
		{row{"§3: only-containers names init containers", []edit{podNote(only, "init,app")}, rrsa.Injected, nil}, []string{"init", "app"}},
		{row{"§3: skip-containers", []edit{podNote(skip, "mesh,log")}, rrsa.Injected, nil}, []string{"init", "app"}},
		{row{"§3: in both is skipped", []edit{podNote(only, "app,log"), podNote(skip, "log")}, rrsa.Injected, nil}, []string{"app"}},
		{row{"§3: items are trimmed and empty ones dropped", []edit{podNote(only, " app ,, log,\n")}, rrsa.Injected, nil}, []string{"app", "log"}},
		{row{"§3: an empty only-containers is unset", []edit{podNote(only, "")}, rrsa.Injected, nil}, []string{"init", "mesh", "app", "log"}},
		{row{"§3: so is one of commas", []edit{podNote(only, " , ")}, rrsa.Injected, nil}, []string{"init", "mesh", "app", "log"}},
		{row{"§3: names are case-sensitive", []edit{podNote(skip, "App")}, rrsa.Injected, []string{"warning ContainerNotFound"}}, []string{"init", "mesh", "app", "log"}},
		{row{"§3: an ephemeral container can't be named", []edit{podNote(only, "debug,app")}, rrsa.Injected, []string{"warning ContainerNotFound"}}, []string{"app"}},
		{row{"§5: a semicolon doesn't separate", []edit{podNote(skip, "app;log")}, rrsa.Injected, []string{"warning ContainerListSeparator"}}, []string{"init", "mesh", "app", "log"}},
		{row{"§1: every container skipped is the opt-out", []edit{podNote(skip, "init,mesh,app,log")}, rrsa.NotInjected, nobody}, nil},
		{row{"§5: only-containers of a container that doesn't exist", []edit{podNote(only, "db")}, rrsa.NotInjected, append(nobody, "warning ContainerNotFound")}, nil},
		{row{"§3: only-containers of an init container, initContainers false", []edit{noInit, podNote(only, "init")}, rrsa.NotInjected, nobody}, nil},
		{row{"§2: no container, no volume", []edit{noInit, spec(none)}, rrsa.NotInjected, nobody}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(append([]edit{spec(four)}, tt.edits...)...)
			if diff := cmp.Diff(outcome{tt.verdict, tt.reasons}, outcomeOf(d)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, d.Containers); diff != "" {
				t.Errorf("selected (-want +got):\n%s", diff)
			}
			var changed []string
			for _, c := range d.Mutation.Containers {
				changed = append(changed, c.Name)
			}
			if diff := cmp.Diff(tt.want, changed); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
		})
	}
}

// Without a template there is no container to select, and nothing to change.
func TestNoTemplate(t *testing.T) {
	check(t, []row{{
		"§2: no template", []edit{func(_ *rrsa.Config, in *rrsa.Input) { in.Template = nil }},
		rrsa.NotInjected, []string{"!info NoContainerSelected"},
	}})
}

func TestContainerNotFoundHint(t *testing.T) {
	nameless := func(n int) edit {
		return spec(func(s *corev1.PodSpec) { s.Containers[n].Name = "" })
	}
	for _, tt := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"§5: a near name", []edit{podNote(rrsa.SkipContainersKey, "lgo")}, `did you mean "log"?`},
		{"§5: no near name", []edit{podNote(rrsa.SkipContainersKey, "database")}, "it has app, init, log, mesh"},
		{"§5: a container without a name is none to list", []edit{nameless(1), podNote(rrsa.SkipContainersKey, "database")}, "it has app, init, mesh"},
		{"§5: nor the nearest name", []edit{nameless(1), podNote(rrsa.SkipContainersKey, "ax")}, `did you mean "app"?`},
		{"§5: nothing to list", []edit{nameless(0), nameless(1), podNote(rrsa.SkipContainersKey, "database"), spec(func(s *corev1.PodSpec) {
			s.InitContainers = nil
		})}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(append([]edit{spec(four)}, tt.edits...)...)
			if diff := cmp.Diff(tt.want, reason(t, d, rrsa.CodeContainerNotFound).Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
}

// Knative leaves the only container without a name; its place stands in for it.
func TestNamelessContainer(t *testing.T) {
	d := plan(app(func(c *corev1.Container) { c.Name = "" }))
	if diff := cmp.Diff([]string{"containers[0]"}, d.Containers); diff != "" {
		t.Errorf("selected (-want +got):\n%s", diff)
	}
}

// §2: a value that isn't known is an error that names the setting, said once.
func TestIdentityUnknown(t *testing.T) {
	without := func(account, cluster, region bool) edit {
		return func(cfg *rrsa.Config, _ *rrsa.Input) {
			if account {
				cfg.AccountID = ""
			}
			if cluster {
				cfg.ClusterID = ""
			}
			if region {
				cfg.Region = ""
			}
		}
	}
	provider := func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.OIDCProviderARN = providerARN }
	check(t, []row{
		{"§2: account", []edit{without(true, false, false)}, rrsa.Refused, []string{"!error AccountIDUnknown"}},
		{"§2: cluster", []edit{without(false, true, false)}, rrsa.Refused, []string{"!error ClusterIDUnknown"}},
		{"§2: region", []edit{without(false, false, true)}, rrsa.Refused, []string{"!error RegionUnknown"}},
		{
			"§2: all three at once", []edit{without(true, true, true)},
			rrsa.Refused, []string{"!error AccountIDUnknown", "!error ClusterIDUnknown", "!error RegionUnknown"},
		},
		{"§2: the cluster is not needed with a provider ARN", []edit{without(false, true, false), provider}, rrsa.Injected, nil},
		{"§2: the account is, for the role", []edit{without(true, true, false), provider}, rrsa.Refused, []string{"!error AccountIDUnknown"}},
		{"§1: nothing is needed by a pod that isn't injected", []edit{without(true, true, true), nsNoLabel}, rrsa.NotInjected, []string{"!info NamespaceNotEnabled"}},
		{"§2: nor by one without a selected container", []edit{without(true, true, true), podNote(rrsa.SkipContainersKey, "app")}, rrsa.NotInjected, []string{"!info NoContainerSelected"}},
	})
	t.Run("§2: the hint says which way out there is", func(t *testing.T) {
		const start = "the cluster's region, such as cn-hangzhou; or "
		region := without(false, false, true)
		for want, edits := range map[string][]edit{
			start + "set autoInjectSTSEnvVars to false if the webhook runs so": {region},
			start + `remove inject-sts-endpoint from ServiceAccount "demo/app-sa"`: {
				region, noAutoInject, saNote(rrsa.InjectSTSEndpointKey, "on"),
			},
		} {
			if diff := cmp.Diff(want, reason(t, plan(edits...), rrsa.CodeRegionUnknown).Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		}
	})
}

// An invalid configuration decides nothing, not even about a pod left alone.
func TestConfigInvalid(t *testing.T) {
	check(t, []row{
		{"§2: a region that can't be one", []edit{nsNoLabel, func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.Region = "Hangzhou" }}, rrsa.Refused, []string{"!error ConfigInvalid"}},
		{"§4: a version that can't be one", []edit{webhook("newest")}, rrsa.Refused, []string{"!error ConfigInvalid"}},
	})
}
