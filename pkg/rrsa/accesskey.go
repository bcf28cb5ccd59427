package rrsa

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// accessKeys are the variables from which Alibaba Cloud's SDKs and tools take a static
// AccessKey, and what reads them. (§8)
func accessKeys(name string) (reader string) {
	switch name {
	case EnvStaticAccessKey, "ALIBABA_CLOUD_ACCESS_KEY_SECRET":
		return "the SDKs"
	case "ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET":
		return "aliyun-cli"
	case "ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET":
		return "aliyun-cli and older SDKs"
	case "ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY":
		return "Terraform"
	case "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET":
		return "ossutil and the OSS SDKs"
	case "ALIYUN_LOG_CLI_ACCESSID", "ALIYUN_LOG_CLI_ACCESSKEY":
		return "the Log Service CLI"
	case "ACCESS_KEY_ID", "ACCESS_KEY_SECRET":
		return "aliyun-cli, and programs of others"
	}
	return ""
}

// AccessKey is a variable of a container that holds a static AccessKey, or its secret.
type AccessKey struct {
	Container, Name string
	// Reader is what reads a variable of the name.
	Reader string
	// From is the object that has the value, such as "secret/aliyun"; empty for a value in
	// the pod itself.
	From string
}

// EnvFrom is an object from which a container takes variables that the pod doesn't name.
type EnvFrom struct {
	Container string
	// Kind is Secret or ConfigMap, and Prefix stands before each of its keys.
	Kind, Name, Prefix string
}

// AccessKeys finds the static AccessKeys of a pod's containers, of whatever use to the pod
// they are. from are the objects that may have more. The values are in neither. (§8)
func AccessKeys(spec *corev1.PodSpec) (found []AccessKey, from []EnvFrom) {
	for _, list := range [...][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range list {
			c := &list[i]
			for _, e := range c.Env {
				reader := accessKeys(e.Name)
				source, set := valueOf(e)
				if reader == "" || !set {
					continue
				}
				found = append(found, AccessKey{Container: c.Name, Name: e.Name, Reader: reader, From: source})
			}
			for _, f := range c.EnvFrom {
				switch {
				case f.SecretRef != nil:
					from = append(from, EnvFrom{c.Name, "Secret", f.SecretRef.Name, f.Prefix})
				case f.ConfigMapRef != nil:
					from = append(from, EnvFrom{c.Name, "ConfigMap", f.ConfigMapRef.Name, f.Prefix})
				}
			}
		}
	}
	return found, from
}

// AccessKeys are those among the keys of the object.
func (f EnvFrom) AccessKeys(keys []string) []AccessKey {
	var out []AccessKey
	for _, key := range keys {
		if reader := accessKeys(f.Prefix + key); reader != "" {
			out = append(out, AccessKey{Container: f.Container, Name: f.Prefix + key, Reader: reader, From: strings.ToLower(f.Kind) + "/" + f.Name})
		}
	}
	return out
}

// valueOf is the object that a variable has its value from, and whether it has any.
func valueOf(e corev1.EnvVar) (source string, set bool) {
	switch {
	case e.ValueFrom == nil:
		return "", e.Value != ""
	case e.ValueFrom.SecretKeyRef != nil:
		return "secret/" + e.ValueFrom.SecretKeyRef.Name, true
	case e.ValueFrom.ConfigMapKeyRef != nil:
		return "configmap/" + e.ValueFrom.ConfigMapKeyRef.Name, true
	}
	return "", false
}
