package rrsa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

func TestAccessKeys(t *testing.T) {
	const pod = `
initContainers:
- name: fetch
  env:
  - {name: OSS_ACCESS_KEY_ID, valueFrom: {secretKeyRef: {name: oss, key: id}}}
containers:
- name: app
  env:
  - {name: ALIBABA_CLOUD_ACCESS_KEY_ID, value: LTAI}
  - {name: ALIBABA_CLOUD_ACCESS_KEY_SECRET, value: ""}
  - {name: ALICLOUD_ACCESS_KEY, valueFrom: {configMapKeyRef: {name: tf, key: id}}}
  - {name: ALIBABA_CLOUD_REGION_ID, value: cn-hangzhou}
  - {name: ACCESS_KEY_ID, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
  envFrom:
  - {secretRef: {name: aliyun}}
  - {prefix: ALIBABA_CLOUD_, configMapRef: {name: more}}
`
	var spec corev1.PodSpec
	if err := yaml.UnmarshalStrict([]byte(pod), &spec); err != nil {
		t.Fatal(err)
	}
	found, from := rrsa.AccessKeys(&spec)
	if diff := cmp.Diff([]rrsa.AccessKey{
		{"fetch", "OSS_ACCESS_KEY_ID", "ossutil and the OSS SDKs", "secret/oss"},
		{"app", "ALIBABA_CLOUD_ACCESS_KEY_ID", "the SDKs", ""},
		{"app", "ALICLOUD_ACCESS_KEY", "Terraform", "configmap/tf"},
	}, found); diff != "" {
		t.Errorf("the AccessKeys (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]rrsa.EnvFrom{{"app", "Secret", "aliyun", ""}, {"app", "ConfigMap", "more", "ALIBABA_CLOUD_"}}, from); diff != "" {
		t.Fatalf("where more may be (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]rrsa.AccessKey{{"app", "ALIBABA_CLOUD_ACCESS_KEY_ID", "the SDKs", "configmap/more"}}, from[1].AccessKeys([]string{"ACCESS_KEY_ID", "REGION_ID"})); diff != "" {
		t.Errorf("with its prefix (-want +got):\n%s", diff)
	}
	if got := from[0].AccessKeys([]string{"password"}); got != nil {
		t.Errorf("want none, got %+v", got)
	}
}
