package cluster

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(base64.StdEncoding.EncodeToString(b.Bytes()))
}

func TestDecodeRelease(t *testing.T) {
	release, err := decodeRelease(packed(t, `{"chart":{"metadata":{"version":"0.4.2","appVersion":"0.4.1"},"values":{"a":1}},"config":{"b":true}}`))
	if err != nil || release.Chart.Metadata.Version != "0.4.2" || release.Chart.Metadata.AppVersion != "0.4.1" || release.Config["b"] != true {
		t.Errorf("want the release, got %+v, %v", release, err)
	}
	for name, data := range map[string][]byte{
		"not base64": []byte("%"),
		"not gzip":   []byte(base64.StdEncoding.EncodeToString([]byte("plain"))),
		"cut off":    packed(t, strings.Repeat("x", 1000))[:24],
		"not JSON":   packed(t, "text"),
		"empty":      nil,
		// It would fill the memory if it were not bounded.
		"a bomb": packed(t, strings.Repeat(" ", maxRelease+1)),
	} {
		if got, err := decodeRelease(data); err == nil {
			t.Errorf("%s: want an error, got %+v", name, got)
		}
	}
}

func TestReleaseSetting(t *testing.T) {
	const name = "AutoInjectSTSEnvVars"
	for _, tt := range []struct {
		name            string
		given, defaults map[string]any
		set, found      bool
		fails           bool
	}{
		{"none", map[string]any{"other": true}, nil, false, false, false},
		{"at the top", map[string]any{name: false}, map[string]any{name: true}, false, true, false},
		{"below", map[string]any{"webhook": map[string]any{"config": map[string]any{name: true}}}, nil, true, true, false},
		{"a default of the chart", map[string]any{"other": 1}, map[string]any{name: false}, false, true, false},
		{"as text", map[string]any{name: "false"}, nil, false, true, false},
		{"twice the same", map[string]any{name: true, "b": map[string]any{name: "true"}}, nil, true, true, false},
		// None of these is the chart's default.
		{"no boolean", map[string]any{name: "sometimes"}, map[string]any{name: true}, false, false, true},
		{"null", map[string]any{name: nil}, map[string]any{name: true}, false, false, true},
		{"twice, different", map[string]any{name: true, "b": map[string]any{name: false}}, map[string]any{name: true}, false, false, true},
		{"different below", map[string]any{"b": map[string]any{"c": map[string]any{name: true}, "d": map[string]any{name: false}}, name: true}, nil, false, false, true},
	} {
		release := helmRelease{Config: tt.given}
		release.Chart.Values = tt.defaults
		if set, found, err := release.setting(name); set != tt.set || found != tt.found || (err != nil) != tt.fails {
			t.Errorf("%s: want %v, found %v, an error %v; got %v, %v, %v", tt.name, tt.set, tt.found, tt.fails, set, found, err)
		}
	}
}

func TestDeploymentVersion(t *testing.T) {
	for image, want := range map[string]string{
		"ack-pod-identity-webhook:v0.4.2-g1f0c3a7-aliyun":                "0.4.2",
		"example.com:5000/acs/ack-pod-identity-webhook:0.3.1":            "0.3.1",
		"example.com/acs/ack-pod-identity-webhook:v0.3.1@sha256:0123":    "0.3.1",
		"example.com:5000/acs/ack-pod-identity-webhook":                  "",
		"ack-pod-identity-webhook:latest":                                "",
		"ack-pod-identity-webhook:v0.4":                                  "",
		"ack-pod-identity-webhook@sha256:0123456789":                     "",
		"example.com:1.2.3/ack-pod-identity-webhook":                     "",
		"ack-pod-identity-webhook:10.0.0.1.2-is-no-version-but-a-prefix": "10.0.0",
	} {
		d := &appsv1.Deployment{}
		d.Spec.Template.Spec.Containers = []corev1.Container{{Image: "proxy:3"}, {Image: image}}
		if got := deploymentVersion(d); got != want {
			t.Errorf("%s: want %q, got %q", image, want, got)
		}
	}
}
