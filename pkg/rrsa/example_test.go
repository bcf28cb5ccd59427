package rrsa_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// exampleInput is a pod of a ServiceAccount that names a RAM role, in a Namespace
// whose pods are injected.
func exampleInput() (rrsa.Config, rrsa.Input) {
	cfg := rrsa.Default()
	cfg.AccountID, cfg.ClusterID, cfg.Region = "1488999589000000", "c0123456789abcdef0123456789abcdef", "cn-hangzhou"
	return cfg, rrsa.Input{
		NamespaceName: "shop",
		Namespace: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: "shop", Labels: map[string]string{rrsa.InjectionKey: rrsa.On},
		}},
		ServiceAccount: &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
			Name: "cart", Annotations: map[string]string{rrsa.RoleNameKey: "cart-oss"},
		}},
		Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			ServiceAccountName: "cart", Containers: []corev1.Container{{Name: "app"}},
		}},
	}
}

// A decision says what an injection adds, and Apply adds it.
func ExamplePlan() {
	cfg, in := exampleInput()
	decision := rrsa.Plan(cfg, in)
	fmt.Println(decision)

	decision.Mutation.Apply(in.Template)
	for _, e := range in.Template.Spec.Containers[0].Env {
		fmt.Println(e.Name + "=" + e.Value)
	}
	// Output:
	// injected: role cart-oss into app
	// ALIBABA_CLOUD_ROLE_ARN=acs:ram::1488999589000000:role/cart-oss
	// ALIBABA_CLOUD_OIDC_PROVIDER_ARN=acs:ram::1488999589000000:oidc-provider/ack-rrsa-c0123456789abcdef0123456789abcdef
	// ALIBABA_CLOUD_OIDC_TOKEN_FILE=/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token
	// ALIBABA_CLOUD_STS_ENDPOINT=sts-vpc.cn-hangzhou.aliyuncs.com
	// ALIBABA_CLOUD_STS_REGION=cn-hangzhou
	// ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED=true
}

// What isn't known is said, never guessed.
func ExamplePlan_unknown() {
	cfg, in := exampleInput()
	in.ServiceAccount = nil
	fmt.Println(rrsa.Plan(cfg, in))
	// Output:
	// unknown: ServiceAccountUnknown: ServiceAccount "shop/cart" is not in the input, so its RAM role is not known (add the ServiceAccount object to the input, or to the config's context)
}

// A pod that was injected before its ServiceAccount got another role.
func ExampleExamine() {
	cfg, in := exampleInput()
	rrsa.Plan(cfg, in).Mutation.Apply(in.Template)
	in.ServiceAccount.Annotations[rrsa.RoleNameKey] = "cart-oss-v2"

	e := rrsa.Examine(cfg, in)
	fmt.Println(e.State)
	for _, d := range e.Differences {
		fmt.Println(d.Kind, d.Field)
		fmt.Println("  want", d.Want)
		fmt.Println("  got ", d.Got)
	}
	// Output:
	// stale
	// changed spec.containers[0].env[ALIBABA_CLOUD_ROLE_ARN]
	//   want acs:ram::1488999589000000:role/cart-oss-v2
	//   got  acs:ram::1488999589000000:role/cart-oss
}

// What an upgrade of the webhook changes.
func ExampleChanges() {
	changes, err := rrsa.Changes("0.3.1", "0.4.2")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, release := range changes {
		for _, rule := range release.Adds {
			fmt.Println(release.Version, "adds", rule.Text())
		}
	}
	// Output:
	// 0.4.0 adds the component setting AutoInjectSTSEnvVars
	// 0.4.2 adds override-env on the Namespace and the pod
}
