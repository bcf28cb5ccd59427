package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// result is what a program wrote and how it ended.
type result struct {
	stdout, stderr string
	code           int
}

// kubectl runs the real kubectl, which finds the plugin on PATH.
func (c *cluster) kubectl(t testing.TB, args ...string) result {
	t.Helper()
	return c.kubectlWith(t, "", args...)
}

// rrsa runs "kubectl rrsa" with stdin.
func (c *cluster) rrsa(t testing.TB, stdin string, args ...string) result {
	t.Helper()
	return c.kubectlWith(t, stdin, append([]string{"rrsa"}, args...)...)
}

func (c *cluster) kubectlWith(t testing.TB, stdin string, args ...string) result {
	t.Helper()
	return ended(t, c.command(t, args...), stdin)
}

// ended runs a command to its end.
func ended(t testing.TB, cmd *exec.Cmd, stdin string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("running %s: %v", strings.Join(cmd.Args, " "), err)
	}
	return result{stdout: stdout.String(), stderr: stderr.String(), code: cmd.ProcessState.ExitCode()}
}

// command is kubectl, not yet started: for a test that measures it or sets more of
// its environment.
func (c *cluster) command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	path := strings.Join([]string{c.plugins, c.programs, os.Getenv("PATH")}, string(os.PathListSeparator))
	env := []string{"PATH=" + path, "HOME=" + c.home, "KUBECONFIG=" + c.used}
	return command(t, "", env, filepath.Join(c.programs, "kubectl"), args...)
}

// with is the same cluster, reached with another kubeconfig.
func (c *cluster) with(kubeconfig string) *cluster {
	other := *c
	other.used = kubeconfig
	return &other
}

// user is a kubeconfig of a user who may do nothing but what is allowed to them.
func (c *cluster) user(t testing.TB, name string) string {
	t.Helper()
	config := rest.CopyConfig(c.config)
	config.Impersonate.UserName = name
	return c.kubeconfig(t, t.TempDir(), config)
}

// allow lets a user act by rules in a namespace, or in all of them and outside any
// if it is empty. It returns when the API server knows.
func (c *cluster) allow(t testing.TB, user, namespace string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	rbac := c.client(t).RbacV1()
	meta := metav1.ObjectMeta{GenerateName: "e2e-"}
	role, err := rbac.ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{ObjectMeta: meta, Rules: rules}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("allowing %q to act: %v", user, err)
	}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}}
	if namespace == "" {
		_, err = rbac.ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{ObjectMeta: meta, RoleRef: ref, Subjects: subjects}, metav1.CreateOptions{})
	} else {
		_, err = rbac.RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{ObjectMeta: meta, RoleRef: ref, Subjects: subjects}, metav1.CreateOptions{})
	}
	if err != nil {
		t.Fatalf("allowing %q to act: %v", user, err)
	}
	for _, review := range reviews(user, namespace, rules) {
		eventually(t, "a right of "+user, func() error {
			got, err := c.client(t).AuthorizationV1().SubjectAccessReviews().Create(t.Context(), review, metav1.CreateOptions{})
			if err == nil && !got.Status.Allowed {
				err = fmt.Errorf("%+v isn't allowed yet", review.Spec)
			}
			return err
		})
	}
}

// reviews ask for each right that rules give.
func reviews(user, namespace string, rules []rbacv1.PolicyRule) []*authorizationv1.SubjectAccessReview {
	var out []*authorizationv1.SubjectAccessReview
	ask := func(spec authorizationv1.SubjectAccessReviewSpec) {
		spec.User = user
		out = append(out, &authorizationv1.SubjectAccessReview{Spec: spec})
	}
	for _, rule := range rules {
		for _, verb := range rule.Verbs {
			for _, path := range rule.NonResourceURLs {
				ask(authorizationv1.SubjectAccessReviewSpec{NonResourceAttributes: &authorizationv1.NonResourceAttributes{Verb: verb, Path: path}})
			}
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					ask(authorizationv1.SubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
						Verb: verb, Namespace: namespace, Group: group, Resource: resource,
					}})
				}
			}
		}
	}
	return out
}

// kubeconfig writes a kubeconfig into a folder and returns its path.
func (c *cluster) kubeconfig(t testing.TB, dir string, config *rest.Config) string {
	t.Helper()
	out := clientcmdapi.NewConfig()
	out.Clusters["e2e"] = &clientcmdapi.Cluster{
		Server: config.Host, CertificateAuthority: config.CAFile, CertificateAuthorityData: config.CAData,
	}
	out.AuthInfos["e2e"] = &clientcmdapi.AuthInfo{Token: config.BearerToken, Impersonate: config.Impersonate.UserName}
	out.Contexts["e2e"] = &clientcmdapi.Context{Cluster: "e2e", AuthInfo: "e2e"}
	out.CurrentContext = "e2e"
	path := filepath.Join(dir, "kubeconfig")
	if err := clientcmd.WriteToFile(*out, path); err != nil {
		t.Fatal(err)
	}
	return path
}
