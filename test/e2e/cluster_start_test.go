package e2e

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const adminToken = "admin-token"

// startEtcd returns etcd's URL.
func (c *cluster) startEtcd(t testing.TB) string {
	t.Helper()
	ports := freePorts(t, 2)
	client, peer := fmt.Sprintf("http://127.0.0.1:%d", ports[0]), fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	ready := func() error {
		answer, err := http.Get(client + "/health")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("health is %s", answer.Status)
		}
		return nil
	}
	c.startProcess(t, ready, filepath.Join(c.programs, "etcd"),
		"--data-dir", c.dir(), "--unsafe-no-fsync", "--log-level", "warn",
		"--listen-client-urls", client, "--advertise-client-urls", client,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
	return client
}

// startAPIServer returns how to reach the API server with all rights.
func (c *cluster) startAPIServer(t testing.TB, etcd string) *rest.Config {
	t.Helper()
	dir, port := c.dir(), freePorts(t, 1)[0]
	write(t, adminToken+",admin,admin,system:masters\n", dir, "tokens.csv")
	write(t, newKey(t), dir, "service-account.key")
	config := &rest.Config{
		Host:        fmt.Sprintf("https://127.0.0.1:%d", port),
		BearerToken: adminToken,
		// The API server signs it itself, when it starts.
		TLSClientConfig: rest.TLSClientConfig{CAFile: filepath.Join(dir, "apiserver.crt")},
		QPS:             -1,
		// Tests look at what kubectl says, not at what the API server tells them.
		WarningHandler: rest.NoWarnings{},
	}
	ready := func() error {
		client, err := kubernetes.NewForConfig(config)
		if err != nil {
			return err
		}
		return client.RESTClient().Get().AbsPath("/readyz").Do(t.Context()).Error()
	}
	c.startProcess(t, ready, filepath.Join(c.programs, "kube-apiserver"), append([]string{
		"--etcd-servers", etcd,
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", port), "--cert-dir", dir,
		"--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none",
		"--token-auth-file", filepath.Join(dir, "tokens.csv"), "--authorization-mode=RBAC",
		"--api-audiences", apiAudience + "," + issuer,
		"--service-account-key-file", filepath.Join(dir, "service-account.key"),
		"--service-account-signing-key-file", filepath.Join(dir, "service-account.key"),
		// Pods of the golden cases are privileged, and ACK allows it.
		"--allow-privileged", "--profiling=false",
	}, slices.Concat(c.issuers(), c.flags)...)...)
	return config
}

// issuers are the flags for two issuers, the first of which signs, as ACK sets them with
// RRSA enabled; none where a test has its own.
func (c *cluster) issuers() []string {
	const flag = "--service-account-issuer="
	if slices.ContainsFunc(c.flags, func(f string) bool { return strings.HasPrefix(f, flag) }) {
		return nil
	}
	return []string{flag + issuer, flag + apiAudience}
}

// startControllers starts the controllers that make the ServiceAccount "default"
// of each namespace, the CA's ConfigMap, and the pods of workloads, that
// delete namespaces, and that check the expressions of policies. The one that collects garbage isn't among them, as tests make
// pods with owners and nodes that don't exist.
func (c *cluster) startControllers(t testing.TB) {
	t.Helper()
	client := c.client(t)
	ready := func() error {
		_, err := client.CoreV1().ServiceAccounts("default").Get(t.Context(), "default", metav1.GetOptions{})
		return err
	}
	c.startProcess(t, ready, filepath.Join(c.programs, "kube-controller-manager"),
		"--kubeconfig", c.used, "--leader-elect=false", "--secure-port=0",
		"--root-ca-file", c.config.CAFile, "--kube-api-qps=500", "--kube-api-burst=1000",
		"--controllers=serviceaccount-controller,root-ca-certificate-publisher-controller,namespace-controller,"+
			"deployment-controller,replicaset-controller,statefulset-controller,daemonset-controller,job-controller,cronjob-controller,validatingadmissionpolicy-status-controller")
}

// newKey is a private key as PEM.
func newKey(t testing.TB) string {
	t.Helper()
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(newRSAKey(t))}))
}
