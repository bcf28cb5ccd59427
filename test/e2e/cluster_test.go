package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Who the cluster says it is: a cluster of the default config of the golden cases.
const (
	clusterID = "cbec9a1f7b433470ebe4c900552000000"
	issuer    = "https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/" + clusterID
	// apiAudience is that of the tokens for the API server itself.
	apiAudience = "https://kubernetes.default.svc"
)

var (
	clusterOnce sync.Once
	theCluster  *cluster
	pluginOnce  sync.Once
	pluginDir   string
	namespaces  atomic.Int64
)

// cluster is a control plane on the loopback interface: etcd, the API server and
// the controllers that make ServiceAccounts and pods. There is no node, no
// scheduler and no pod garbage collector: pods stay Pending, those bound to a node
// that doesn't exist stay too, and so do objects whose owner doesn't exist.
type cluster struct {
	// programs is the folder with kubectl, plugins that with kubectl-rrsa.
	programs, plugins string
	// home is a home directory with kubectl's caches.
	home string
	// config reaches the API server with all rights.
	config *rest.Config
	// used is the kubeconfig that kubectl gets.
	used string

	// flags are those of the API server, besides its own.
	flags []string
	// dir makes a folder that stays as long as the control plane.
	dir func() string
	// atEnd has something done when the control plane isn't needed any more; what is
	// given last is done first.
	atEnd func(func() error)
}

// controlPlane is the control plane that tests share, started by the first one
// that needs it and stopped when all are over. Each test works in namespaces of
// its own.
func controlPlane(t testing.TB) *cluster {
	t.Helper()
	clusterOnce.Do(func() {
		c := &cluster{
			dir:   func() string { return lasting(t) },
			atEnd: atEndOfAll,
		}
		c.start(t)
		theCluster = c
	})
	if theCluster == nil {
		t.Fatal("the control plane could not be started: see the first test that needed it")
	}
	return theCluster
}

// ownControlPlane is a control plane for one test that leaves much behind or that
// looks at all namespaces. It takes some seconds to start and stop. Such tests may run at
// the same time: they wait more than they work. flags are more flags of the API server.
func ownControlPlane(t testing.TB, flags ...string) *cluster {
	t.Helper()
	c := &cluster{
		flags: flags,
		dir:   t.TempDir,
		atEnd: func(end func() error) {
			t.Cleanup(func() {
				if err := end(); err != nil {
					t.Error(err)
				}
			})
		},
	}
	c.start(t)
	return c
}

func (c *cluster) start(t testing.TB) {
	t.Helper()
	c.programs, c.plugins, c.home = kubernetesPrograms(t), plugin(t), c.dir()
	begin := time.Now()
	etcd := c.startEtcd(t)
	c.config = c.startAPIServer(t, etcd)
	c.used = c.kubeconfig(t, c.dir(), c.config)
	c.startControllers(t)
	t.Logf("the control plane is up after %s", time.Since(begin).Round(time.Millisecond))
}

// plugin is a folder with kubectl-rrsa, built once.
func plugin(t testing.TB) string {
	t.Helper()
	pluginOnce.Do(func() {
		dir := lasting(t)
		run(t, command(t, top(t), nil, "go", "build", "-o", filepath.Join(dir, "kubectl-rrsa"), "./plugin/kubectl-rrsa"))
		pluginDir = dir
	})
	return built(t, pluginDir, "the plugin")
}

// kubernetesPrograms is the folder that "make kubernetes" fills.
func kubernetesPrograms(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("KUBERNETES_BIN"); dir != "" {
		return dir
	}
	t.Log("running make kubernetes, as KUBERNETES_BIN isn't set")
	lines := strings.Split(strings.TrimSpace(run(t, command(t, top(t), nil, "make", "--no-print-directory", "kubernetes"))), "\n")
	return lines[len(lines)-1]
}

// client is a client with all rights and no rate limit.
func (c *cluster) client(t testing.TB) *kubernetes.Clientset {
	t.Helper()
	client, err := kubernetes.NewForConfig(c.config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// namespace makes a Namespace with labels, given as key and value in turn, and
// its ServiceAccount "default". It is deleted after the test.
func (c *cluster) namespace(t testing.TB, labels ...string) string {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name:   fmt.Sprintf("e2e-%d", namespaces.Add(1)),
		Labels: map[string]string{},
	}}
	for i := 0; i+1 < len(labels); i += 2 {
		ns.Labels[labels[i]] = labels[i+1]
	}
	client := c.client(t)
	if _, err := client.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
		t.Fatalf("making a namespace: %v", err)
	}
	t.Cleanup(func() {
		if err := client.CoreV1().Namespaces().Delete(lastingContext(t), ns.Name, metav1.DeleteOptions{}); err != nil {
			t.Errorf("deleting the namespace %q: %v", ns.Name, err)
		}
		// At once, and not when the controllers come to it: injected pods tell later
		// tests which cluster it is.
		var none int64
		if err := client.CoreV1().Pods(ns.Name).DeleteCollection(lastingContext(t), metav1.DeleteOptions{GracePeriodSeconds: &none}, metav1.ListOptions{}); err != nil {
			t.Errorf("deleting the pods of %q: %v", ns.Name, err)
		}
	})
	eventually(t, "the ServiceAccount default of "+ns.Name, func() error {
		_, err := client.CoreV1().ServiceAccounts(ns.Name).Get(t.Context(), "default", metav1.GetOptions{})
		return err
	})
	return ns.Name
}

// lastingContext is for what is done after a test: its own context is over then.
func lastingContext(t testing.TB) context.Context { return context.WithoutCancel(t.Context()) }
