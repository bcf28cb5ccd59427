package session

import "testing"

// TestIsAddress: the name of a file or of an object is none.
func TestIsAddress(t *testing.T) {
	for text, want := range map[string]bool{
		"https://10.0.0.1:6443": true, "http://localhost:8080": true, "HTTPS://api.example.com/k8s": true,
		"10.0.0.1:6443": true, "localhost:8080": true, "[::1]:6443": true,
		"app.yaml": false, "deployment/cart": false, "-": false, "--local": false, "true": false, "localhost": false,
		"https://": false, "https://:6443": false, "ftp://a:1": false, ":6443": false, "host:": false, "host:port": false, "host:65536": false, "a/b:1": false,
	} {
		if got := isAddress(text); got != want {
			t.Errorf("%q: want %t, got %t", text, want, got)
		}
	}
}
