package e2e

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// perNamespace is how many pods a namespace of the measured cluster has.
const perNamespace = 250

// realPod is a pod of the size that pods have: of a Deployment with five replicas,
// with two containers. Of twenty pods one is without its injection, one has an old
// one, and two need none.
func realPod(i int) *corev1.Pod {
	account, kind := "app", i%20
	if kind > 17 {
		account = "plain"
	}
	name := fmt.Sprintf("app-%04d", i/5)
	p := hashed(pod(fmt.Sprintf("%s-7c9d5f64b8-%05d", name, i), account), name, "7c9d5f64b8")
	p.Labels = map[string]string{
		"app.kubernetes.io/name": "app", "app.kubernetes.io/instance": name, "app.kubernetes.io/version": "1.4.2",
		"app.kubernetes.io/part-of": "shop", "pod-template-hash": "7c9d5f64b8",
	}
	p.Annotations = map[string]string{
		"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "prometheus.io/path": "/metrics",
		"kubectl.kubernetes.io/restartedAt": "2026-01-29T08:00:00Z",
		"checksum/config":                   "0f343b0931126a20f133d67c2b018a3b5c9a1f7b433470ebe4c900552000000a",
	}
	probe := func(path, port string) *corev1.Probe {
		return &corev1.Probe{PeriodSeconds: 10, ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromString(port)}}}
	}
	sizes := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("256Mi")}
	env := []corev1.EnvVar{
		{Name: "LOG_LEVEL", Value: "info"}, {Name: "DATABASE_URL", Value: "postgres://db.shop.svc.cluster.local:5432/shop"},
		{Name: "POD_NAME", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}},
		{Name: "POD_IP", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.podIP"}}},
	}
	no := false
	for n, c := range []string{"main", "proxy"} {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{
			Name: c, Image: "app/" + c + ":1.4.2", Args: []string{"--config", "/etc/app/config.yaml"}, Env: slices.Clone(env),
			Ports:         []corev1.ContainerPort{{Name: c, ContainerPort: 8080 + int32(n)}},
			Resources:     corev1.ResourceRequirements{Requests: sizes, Limits: sizes},
			LivenessProbe: probe("/live", c), ReadinessProbe: probe("/ready", c),
			SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: &no, Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
			VolumeMounts:    []corev1.VolumeMount{{Name: "config", MountPath: "/etc/app"}, {Name: "cache", MountPath: "/var/cache/app"}},
		})
	}
	p.Spec.Containers = p.Spec.Containers[1:]
	p.Spec.Volumes = []corev1.Volume{
		{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}}},
		{Name: "cache", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
	}
	// An injection into both containers.
	role := map[int]string{0: "", 1: "old-role", 18: "", 19: ""}
	name, given := role[kind]
	if !given {
		name = "app-role"
	}
	if name != "" {
		injected(p, name)
		first, second := &p.Spec.Containers[0], &p.Spec.Containers[1]
		second.Env = append(second.Env, first.Env[len(env):]...)
		second.VolumeMounts = append(second.VolumeMounts, first.VolumeMounts[2:]...)
	}
	return p
}

// fill makes a number of pods more, in namespaces of their own.
func (c *cluster) fill(t testing.TB, pods int) {
	t.Helper()
	for n := range pods / perNamespace {
		ns := c.namespace(t, injection, "on")
		c.account(t, ns, "app", roleName, "app-role")
		c.account(t, ns, "plain")
		c.manyPods(t, n*perNamespace, (n+1)*perNamespace, ns, realPod)
	}
}

// auditCost measures audit and kubectl get in turn, and returns the medians.
func (c *cluster) auditCost(t testing.TB, rounds int) (audit, get cost) {
	t.Helper()
	var audits, gets []cost
	for range rounds {
		audits = append(audits, measure(t, c.command(t, "rrsa", "audit", "-A", "--account-id", accountID), 1))
		gets = append(gets, measure(t, c.command(t, "get", "pods", "-A", "-o", "json"), 0))
	}
	return median(audits), median(gets)
}

func median(costs []cost) cost {
	return cost{
		Wall: middle(costs, func(c cost) time.Duration { return c.Wall }),
		CPU:  middle(costs, func(c cost) time.Duration { return c.CPU }), Memory: middle(costs, func(c cost) int64 { return c.Memory }),
	}
}

func middle[T cmp.Ordered](costs []cost, of func(cost) T) T {
	var values []T
	for _, c := range costs {
		values = append(values, of(c))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// row is a line of the README's table.
func row(pods int, audit, get cost) string {
	return fmt.Sprintf("| %d | %.2f s | %.2f× | %.2f s | %.2f× | %d MB | %.2f× |", pods,
		audit.Wall.Seconds(), audit.Wall.Seconds()/get.Wall.Seconds(), audit.CPU.Seconds(), audit.CPU.Seconds()/get.CPU.Seconds(),
		audit.Memory/1e6, float64(audit.Memory)/float64(get.Memory))
}

// TestAuditCost is a small BenchmarkAudit, with bounds that a busy machine keeps.
func TestAuditCost(t *testing.T) {
	c := controlPlane(t)
	c.fill(t, 2000)
	audit, get := c.auditCost(t, 3)
	t.Logf("pods, wall, CPU and memory beside kubectl get:\n%s", row(2000, audit, get))
	if audit.CPU > get.CPU {
		t.Errorf("want less CPU time than kubectl get's %s, got %s", get.CPU, audit.CPU)
	}
	if audit.Memory > get.Memory*6/10 {
		t.Errorf("want six tenths of kubectl get's %d bytes or less, got %d", get.Memory, audit.Memory)
	}
}

// BenchmarkAudit measures 1,000 and 30,000 pods for the docs, side by side with
// kubectl get, and holds the audit to a fifth of its time, a fiftieth of its memory and
// hardly any growth with the number of pods. Run it alone: it counts every pod there is.
func BenchmarkAudit(b *testing.B) {
	c := controlPlane(b)
	const few, many = 1000, 30000
	c.fill(b, few)
	fewAudit, fewGet := c.auditCost(b, 3)
	c.fill(b, many-few)
	var audits, gets []cost
	for b.Loop() {
		audit, get := c.auditCost(b, 1)
		audits, gets = append(audits, audit), append(gets, get)
	}
	audit, get := median(audits), median(gets)
	list, err := c.client(b).CoreV1().Pods("").List(b.Context(), metav1.ListOptions{Limit: 500})
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for _, p := range list.Items {
		size += p.Size()
	}
	b.Logf("pods of %d bytes of protobuf\n%s\n%s", size/len(list.Items), row(few, fewAudit, fewGet), row(many, audit, get))
	if audit.Wall > get.Wall/5 {
		b.Errorf("want a fifth of kubectl get's %s or less, got %s", get.Wall, audit.Wall)
	}
	if audit.Memory > get.Memory/50 {
		b.Errorf("want a fiftieth of kubectl get's %d bytes or less, got %d", get.Memory, audit.Memory)
	}
	if grown := audit.Memory - fewAudit.Memory; grown >= 20e6 {
		b.Errorf("want memory to grow by less than 20 MB from %d to %d pods, got %d bytes", few, many, grown)
	}
	b.ReportMetric(audit.Wall.Seconds(), "audit-s")
	b.ReportMetric(float64(audit.Memory)/1e6, "audit-MB")
	b.ReportMetric(get.Wall.Seconds(), "get-s")
	b.ReportMetric(float64(get.Memory)/1e6, "get-MB")
}
