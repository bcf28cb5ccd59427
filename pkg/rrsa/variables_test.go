package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

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

// §2: the region as the SDKs read it stays the finance cloud's own.
func TestFinanceRegion(t *testing.T) {
	d := plan(func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.Region = "cn-hangzhou-finance" })
	got := map[string]string{}
	for _, e := range d.Mutation.Containers[0].Env[3:5] {
		got[e.Name] = e.Value
	}
	want := map[string]string{rrsa.EnvSTSEndpoint: "sts-vpc.cn-hangzhou.aliyuncs.com", rrsa.EnvSTSRegion: "cn-hangzhou-finance"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

func TestSTSVariables(t *testing.T) {
	const key = rrsa.InjectSTSEndpointKey
	all := []string{rrsa.EnvSTSEndpoint, rrsa.EnvSTSRegion, rrsa.EnvVPCEndpointEnabled}
	alone := []string{rrsa.EnvSTSEndpoint}
	noRegion := func(cfg *rrsa.Config, _ *rrsa.Input) { cfg.Region = "" }
	for _, tt := range []struct {
		row
		want []string
	}{
		{row{"§2: all three by default", nil, rrsa.Injected, nil}, all},
		{row{"§2: AutoInjectSTSEnvVars since 0.4.0", []edit{webhook("0.4.0")}, rrsa.Injected, nil}, all},
		{row{"§2: nothing on 0.3.x, whatever AutoInjectSTSEnvVars is", []edit{webhook("0.3.1")}, rrsa.Injected, nil}, nil},
		{row{"§2: nothing with AutoInjectSTSEnvVars false", []edit{noAutoInject}, rrsa.Injected, nil}, nil},
		{row{"§2: the annotation adds the endpoint alone", []edit{noAutoInject, saNote(key, "on")}, rrsa.Injected, nil}, alone},
		{row{"§2: and so on 0.3.0", []edit{webhook("0.3.0"), saNote(key, "on")}, rrsa.Injected, nil}, alone},
		{row{"§2: with AutoInjectSTSEnvVars it changes nothing", []edit{saNote(key, "on")}, rrsa.Injected, nil}, all},
		{row{"§2: nor does its off", []edit{saNote(key, "off")}, rrsa.Injected, nil}, all},
		{row{"§2: On is not on", []edit{noAutoInject, saNote(key, "On")}, rrsa.Injected, []string{"warning STSEndpointIgnored"}}, nil},
		{row{"§2: off is off, without a word", []edit{noAutoInject, saNote(key, "off")}, rrsa.Injected, nil}, nil},
		{row{"§3: a pod annotation is not read", []edit{noAutoInject, podNote(key, "on")}, rrsa.Injected, []string{"warning KeyMisplaced"}}, nil},
		{row{"§4: not before 0.3.0", []edit{webhook("0.2.1"), saNote(key, "on")}, rrsa.Injected, []string{"warning NewerWebhookNeeded"}}, nil},
		{row{"§4: its off is no matter before 0.3.0", []edit{webhook("0.2.1"), saNote(key, "off")}, rrsa.Injected, nil}, nil},
		{row{"§2: no region is needed without them", []edit{noAutoInject, noRegion}, rrsa.Injected, nil}, nil},
		{row{"§2: an unknown region is an error", []edit{noRegion}, rrsa.Refused, []string{"!error RegionUnknown"}}, nil},
		{row{"§2: for the endpoint alone too", []edit{noAutoInject, saNote(key, "on"), noRegion}, rrsa.Refused, []string{"!error RegionUnknown"}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(tt.edits...)
			if diff := cmp.Diff(outcome{tt.verdict, tt.reasons}, outcomeOf(d)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			var want, got []string
			if tt.verdict == rrsa.Injected {
				want = append([]string{rrsa.EnvRoleARN, rrsa.EnvOIDCProviderARN, rrsa.EnvOIDCTokenFile}, tt.want...)
				got = names(d.Mutation.Containers[0].Env)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("variables (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEnvThere(t *testing.T) {
	from := &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}
	override := podNote(rrsa.OverrideEnvKey, "true")
	mine := corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: "mine"}
	same := corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: roleARN}
	kept := []string{"warning EnvKept"}
	for _, tt := range []struct {
		row
		override []string
	}{
		{row{"§3: another value is kept", []edit{env(mine)}, rrsa.Injected, kept}, nil},
		{row{"§3: the same value needs no word", []edit{env(same)}, rrsa.Injected, nil}, nil},
		{row{"§3: an empty value counts as set", []edit{env(corev1.EnvVar{Name: rrsa.EnvRoleARN})}, rrsa.Injected, kept}, nil},
		{row{"§3: valueFrom counts as set", []edit{env(corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: from})}, rrsa.Injected, kept}, nil},
		{row{"§3: override-env replaces a value", []edit{override, env(mine)}, rrsa.Injected, nil}, []string{rrsa.EnvRoleARN}},
		{row{"§3: override-env replaces valueFrom", []edit{override, env(corev1.EnvVar{Name: rrsa.EnvRoleARN, ValueFrom: from})}, rrsa.Injected, nil}, []string{rrsa.EnvRoleARN}},
		{row{"§3: the same value beside valueFrom is not the same", []edit{override, env(corev1.EnvVar{Name: rrsa.EnvRoleARN, Value: roleARN, ValueFrom: from})}, rrsa.Injected, nil}, []string{rrsa.EnvRoleARN}},
		{row{"§3: override-env leaves the same value", []edit{override, env(same)}, rrsa.Injected, nil}, nil},
		{row{"§3: of two of a name the last counts, and differs", []edit{override, env(same, mine)}, rrsa.Injected, nil}, []string{rrsa.EnvRoleARN}},
		{row{"§3: of two of a name the last counts, and is the same", []edit{env(mine, same)}, rrsa.Injected, nil}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := plan(tt.edits...)
			if diff := cmp.Diff(outcome{tt.verdict, tt.reasons}, outcomeOf(d)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			c := d.Mutation.Containers[0]
			if diff := cmp.Diff(tt.override, names(c.Override)); diff != "" {
				t.Errorf("overridden (-want +got):\n%s", diff)
			}
			// Variable by variable: the others are added whatever becomes of this one.
			want := []string{rrsa.EnvOIDCProviderARN, rrsa.EnvOIDCTokenFile, rrsa.EnvSTSEndpoint, rrsa.EnvSTSRegion, rrsa.EnvVPCEndpointEnabled}
			if diff := cmp.Diff(want, names(c.Env)); diff != "" {
				t.Errorf("added (-want +got):\n%s", diff)
			}
		})
	}
}

// What is in a container and keeps the injected variables from working is warned
// of, and stops nothing.
func TestSurroundings(t *testing.T) {
	v := func(name, value string) corev1.EnvVar { return corev1.EnvVar{Name: name, Value: value} }
	from := func(prefix string) edit {
		return app(func(c *corev1.Container) {
			c.EnvFrom = []corev1.EnvFromSource{{Prefix: prefix, ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "c"}}}}
		})
	}
	known := func(kind string, keys ...string) edit {
		return func(_ *rrsa.Config, in *rrsa.Input) {
			in.EnvSources = map[rrsa.EnvSource][]string{{Kind: kind, Name: "c"}: keys}
		}
	}
	early, shadowed, perhaps := []string{"warning EnvReferenceEarly"}, []string{"warning EnvFromShadowed"}, []string{"info EnvFromShadowed"}
	arn := v("ARN", "$(ALIBABA_CLOUD_ROLE_ARN)")
	check(t, []row{
		{"§3: envFrom may hold an injected name", []edit{from("")}, rrsa.Injected, perhaps},
		{"§3: envFrom with a prefix of an injected name", []edit{from("ALIBABA_CLOUD_")}, rrsa.Injected, perhaps},
		{"§3: envFrom holds an injected name", []edit{from(""), known("ConfigMap", "A", rrsa.EnvRoleARN)}, rrsa.Injected, shadowed},
		{"§3: envFrom holds the rest of one behind a prefix", []edit{from("ALIBABA_CLOUD_"), known("ConfigMap", "ROLE_ARN")}, rrsa.Injected, shadowed},
		{"§3: envFrom holds no injected name", []edit{from("ALIBABA_CLOUD_"), known("ConfigMap", rrsa.EnvRoleARN, "B")}, rrsa.Injected, nil},
		{"§3: envFrom holds nothing", []edit{from(""), known("ConfigMap")}, rrsa.Injected, nil},
		{"§3: a Secret of the name is another thing", []edit{from(""), known("Secret", rrsa.EnvRoleARN)}, rrsa.Injected, perhaps},
		{"§3: envFrom with a prefix of none", []edit{from("APP_")}, rrsa.Injected, nil},
		{"§3: envFrom with the prefix of a name that isn't injected here", []edit{webhook("0.2.0"), from("ALIBABA_CLOUD_STS_")}, rrsa.Injected, nil},
		{"§3: a reference to a variable appended after it", []edit{env(arn)}, rrsa.Injected, early},
		{"§3: a reference inside a text", []edit{env(v("ARN", "$x $$ role=$(ALIBABA_CLOUD_ROLE_ARN)!"))}, rrsa.Injected, early},
		{"§3: $$ is a dollar sign, not a reference", []edit{env(v("ARN", "$$(ALIBABA_CLOUD_ROLE_ARN)"))}, rrsa.Injected, nil},
		{"§3: a reference after an escaped dollar sign", []edit{env(v("ARN", "$$$(ALIBABA_CLOUD_ROLE_ARN)"))}, rrsa.Injected, early},
		{"§3: a dollar sign at the end", []edit{env(v("ARN", "5$"))}, rrsa.Injected, nil},
		{"§3: a shell's reference is no matter", []edit{env(v("ARN", "${ALIBABA_CLOUD_ROLE_ARN}"))}, rrsa.Injected, nil},
		{"§3: a longer name is another", []edit{env(v("ARN", "$(ALIBABA_CLOUD_ROLE_ARN_2)"))}, rrsa.Injected, nil},
		{"§3: a variable that isn't injected here", []edit{webhook("0.2.0"), env(v("REGION", "$(ALIBABA_CLOUD_STS_REGION)"))}, rrsa.Injected, nil},
		{"§3: a reference to a variable that stands before it expands", []edit{env(v(rrsa.EnvRoleARN, roleARN), arn)}, rrsa.Injected, nil},
		{"§3: one that stands after it doesn't", []edit{env(arn, v(rrsa.EnvRoleARN, roleARN))}, rrsa.Injected, early},
		{"§3: a static AccessKey", []edit{env(v("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI"))}, rrsa.Injected, []string{"warning StaticAccessKey"}},
		{"§3: the secret alone is none", []edit{env(v("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"))}, rrsa.Injected, nil},
		{
			"§3: a static AccessKey in a container that isn't selected",
			[]edit{env(v("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI")), podNote(rrsa.SkipContainersKey, "app"), sidecar},
			rrsa.Injected, nil,
		},
		{"§5: an old name", []edit{env(v("ALICLOUD_ROLE_ARN", roleARN))}, rrsa.Injected, []string{"warning LegacyEnv"}},
		{"§5: a name that only looks like it", []edit{env(v("MY_ALICLOUD_ROLE", "x"))}, rrsa.Injected, nil},
	})
}

// §5: the field points at the variable, in an init container too.
func TestSurroundingsField(t *testing.T) {
	d := plan(spec(func(s *corev1.PodSpec) {
		s.InitContainers = []corev1.Container{{Name: "first"}, {Name: "second", Env: []corev1.EnvVar{{Name: "ALIBABA_CLOUD_ACCESS_KEY_ID"}}}}
	}))
	want := "spec.initContainers[1].env[ALIBABA_CLOUD_ACCESS_KEY_ID]"
	if diff := cmp.Diff(want, reason(t, d, rrsa.CodeStaticAccessKey).Field); diff != "" {
		t.Errorf("field (-want +got):\n%s", diff)
	}
}
