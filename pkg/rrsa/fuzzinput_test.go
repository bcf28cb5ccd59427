package rrsa_test

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// choices turns fuzzed bytes into decisions, one byte each. Used up, it makes the
// first choice for ever, so that every list of choices starts with the plain one.
type choices struct {
	data []byte
	// words are texts that the fuzzer makes up itself.
	words []string
}

func (c *choices) n(limit int) int {
	if len(c.data) == 0 {
		return 0
	}
	b := c.data[0]
	c.data = c.data[1:]
	return int(b) % limit
}

// rarely is true once in so many times.
func (c *choices) rarely(times int) bool { return c.n(times) == times-1 }

func (c *choices) pick(list ...string) string {
	if i := c.n(len(list) + 1); i < len(list) {
		return list[i]
	}
	return c.words[c.n(len(c.words))]
}

func (c *choices) version() string {
	return c.pick("0.4.2", "", "v0.4.0", "0.1.0", "0.2.0", "0.3.1", "0.4.1", "9.0.0", "0.0.1")
}

func (c *choices) config() rrsa.Config {
	cfg := rrsa.Config{
		AccountID: account, ClusterID: cluster, Region: "cn-hangzhou", WebhookVersion: c.version(),
		AutoInjectSTSEnvVars: !c.rarely(3), InitContainers: !c.rarely(4),
	}
	for _, setting := range []*string{&cfg.AccountID, &cfg.ClusterID, &cfg.Region} {
		if c.rarely(16) {
			*setting = c.pick("", "", "", "cn-hangzhou-finance")
		}
	}
	if c.rarely(4) {
		cfg.OIDCProviderARN = providerARN
	}
	return cfg
}

func (c *choices) input() rrsa.Input {
	in := rrsa.Input{NamespaceName: c.pick("demo", ""), Template: c.template()}
	if !c.rarely(8) {
		in.Namespace = &corev1.Namespace{ObjectMeta: c.meta()}
		if !c.rarely(4) {
			in.Namespace.Labels[rrsa.InjectionKey] = "on"
		}
	}
	if !c.rarely(16) {
		in.ServiceAccount = &corev1.ServiceAccount{ObjectMeta: c.meta()}
		if !c.rarely(8) {
			in.ServiceAccount.Annotations[rrsa.RoleNameKey] = "demo-role"
		}
	}
	if c.rarely(32) {
		in.Phase = corev1.PodPhase(c.pick("Running"))
	}
	for range c.n(3) {
		in.Workload = append(in.Workload, c.meta())
	}
	return in
}

func (c *choices) template() *corev1.PodTemplateSpec {
	if c.rarely(64) {
		return nil
	}
	t := &corev1.PodTemplateSpec{ObjectMeta: c.meta()}
	if c.rarely(32) {
		t.UID, t.Spec.NodeName = "0a1b", c.pick("node-1", "")
	}
	if c.rarely(32) {
		t.Annotations[c.pick("kubernetes.io/config.mirror", "kubernetes.io/config.source")] = c.pick("api", "file", "")
	}
	t.Spec.ServiceAccountName, t.Spec.DeprecatedServiceAccount = c.pick("app-sa", ""), c.pick("", "old-sa")
	t.Spec.Containers = append(t.Spec.Containers, c.container())
	for range c.n(3) {
		t.Spec.Containers = append(t.Spec.Containers, c.container())
	}
	for range c.n(3) {
		t.Spec.InitContainers = append(t.Spec.InitContainers, c.container())
	}
	for range c.n(4) {
		t.Spec.Volumes = append(t.Spec.Volumes, c.volume())
	}
	if c.rarely(16) {
		t.Spec.OS = &corev1.PodOS{Name: corev1.OSName(c.pick("windows", "linux"))}
	}
	if c.rarely(16) {
		t.Spec.NodeSelector = map[string]string{"kubernetes.io/os": c.pick("windows", "linux")}
	}
	return t
}

// meta has every key of RRSA now and then, in right and wrong places, with values
// that count, that nearly do, and that don't.
func (c *choices) meta() metav1.ObjectMeta {
	m := metav1.ObjectMeta{Name: c.pick("demo", ""), Labels: map[string]string{}, Annotations: map[string]string{}}
	for _, to := range []map[string]string{m.Labels, m.Annotations} {
		for range c.n(4) {
			key := c.pick(rrsa.TokenExpirationKey, rrsa.OnlyContainersKey, rrsa.SkipContainersKey, rrsa.OverrideEnvKey, rrsa.InjectSTSEndpointKey,
				rrsa.InjectionKey, rrsa.RoleNameKey, rrsa.KeyPrefix+"inject", rrsa.KeyPrefix+"AutoInjectSTSEnvVars",
				"eks.amazonaws.com/role-arn", "azure.workload.identity/use", "ack.aliyun.com/role-name", "app")
			to[key] = c.pick("on", "true", "600", "43200", "599", "43201", "-1", "1h", "99999999999999999999", "app", "log,app", "app;log",
				" app , ,init", "demo-role", roleARN, "off", "false", "")
		}
	}
	return m
}

func (c *choices) container() corev1.Container {
	container := corev1.Container{Name: c.pick("app", "log", "init", "")}
	for range c.n(6) {
		container.Env = append(container.Env, c.env())
	}
	for range c.n(3) {
		container.EnvFrom = append(container.EnvFrom, corev1.EnvFromSource{
			Prefix: c.pick("", "ALIBABA_CLOUD_", "APP_"), SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: c.pick("s", "")}},
		})
	}
	for range c.n(3) {
		container.VolumeMounts = append(container.VolumeMounts, c.mount())
	}
	return container
}

func (c *choices) env() corev1.EnvVar {
	e := corev1.EnvVar{
		Name: c.pick("A", rrsa.EnvRoleARN, rrsa.EnvOIDCProviderARN, rrsa.EnvOIDCTokenFile, rrsa.EnvSTSEndpoint, rrsa.EnvSTSRegion,
			rrsa.EnvVPCEndpointEnabled, "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_REGION"),
		Value: c.pick("mine", "", roleARN, rrsa.TokenFile, "true", "$(ALIBABA_CLOUD_ROLE_ARN)", "$$(ALIBABA_CLOUD_STS_REGION)"),
	}
	if c.rarely(4) {
		e.Value = ""
		e.ValueFrom = &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}
	}
	return e
}

func (c *choices) mount() corev1.VolumeMount {
	m := corev1.VolumeMount{Name: c.pick("data", rrsa.VolumeName), MountPath: c.pick("/data", "/tokens"), ReadOnly: c.rarely(2)}
	if c.rarely(4) {
		m.MountPath = c.pick(rrsa.TokenDir, rrsa.TokenDir+"/", "/"+rrsa.TokenDir, rrsa.TokenDir+"/more")
	}
	if c.rarely(16) {
		m.SubPath, m.SubPathExpr = c.pick("", "token"), c.pick("", "$(POD)")
	}
	return m
}

// volume is often the token's own, now and then in a form that isn't the right one.
func (c *choices) volume() corev1.Volume {
	if !c.rarely(3) {
		return corev1.Volume{Name: c.pick("data", "more"), VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}
	}
	v := tokenVolume(func(p *corev1.ProjectedVolumeSource, token *corev1.ServiceAccountTokenProjection) {
		if c.rarely(4) {
			*p.DefaultMode = 256
		}
		if c.rarely(4) {
			*token.ExpirationSeconds = 7200
		}
		if c.rarely(8) {
			p.DefaultMode, token.ExpirationSeconds = nil, nil
		}
		if c.rarely(8) {
			token.Audience, token.Path = c.pick(rrsa.Audience, ""), c.pick("jwt", "")
		}
		if c.rarely(8) {
			p.Sources = append(p.Sources, corev1.VolumeProjection{})
		}
	})
	if c.rarely(8) {
		v.VolumeSource = corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "s"}}
	}
	return v
}
