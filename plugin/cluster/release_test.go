package cluster

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"
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

func TestFindBool(t *testing.T) {
	const name = "AutoInjectSTSEnvVars"
	for _, tt := range []struct {
		name    string
		values  map[string]any
		set, ok bool
	}{
		{"none", map[string]any{"other": true}, false, false},
		{"at the top", map[string]any{name: false}, false, true},
		{"below", map[string]any{"webhook": map[string]any{"config": map[string]any{name: true}}}, true, true},
		{"as text", map[string]any{name: "false"}, false, true},
		{"no truth", map[string]any{name: "sometimes"}, false, false},
		{"twice the same", map[string]any{name: true, "b": map[string]any{name: "true"}}, true, true},
		{"twice, different", map[string]any{name: true, "b": map[string]any{name: false}}, false, false},
	} {
		if set, ok := findBool(tt.values, name); set != tt.set || ok != tt.ok {
			t.Errorf("%s: want %v %v, got %v %v", tt.name, tt.set, tt.ok, set, ok)
		}
	}
}

func TestImageVersion(t *testing.T) {
	for image, want := range map[string]string{
		"ack-pod-identity-webhook:v0.4.2-g1f0c3a7-aliyun":                "0.4.2",
		"example.com:5000/acs/ack-pod-identity-webhook:0.3.1":            "0.3.1",
		"example.com/acs/ack-pod-identity-webhook:v0.3.1@sha256:0123":    "0.3.1",
		"example.com:5000/acs/ack-pod-identity-webhook":                  "",
		"ack-pod-identity-webhook:latest":                                "",
		"ack-pod-identity-webhook:v0.4":                                  "",
		"ack-pod-identity-webhook@sha256:0123456789":                     "",
		"ack-pod-identity-webhook:10.0.0.1.2-is-no-version-but-a-prefix": "10.0.0",
	} {
		if got := imageVersion(image); got != want {
			t.Errorf("%s: want %q, got %q", image, want, got)
		}
	}
}
