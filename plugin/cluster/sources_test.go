package cluster

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// TestIssuer: the discovery document's issuer, and what follows from it.
func TestIssuer(t *testing.T) {
	const ack = "https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/cbec9a1f7b433470ebe4c900552000000"
	enabled := []Answer{
		{Field: Issuer, Value: ack}, {Field: ClusterID, Value: "cbec9a1f7b433470ebe4c900552000000"}, {Field: Region, Value: "cn-hangzhou"},
	}
	tests := map[string]struct {
		body    string
		want    []Answer
		silence bool
	}{
		"of ACK":           {body: `{"issuer": "` + ack + `"}`, want: enabled},
		"the first of two": {body: `{"issuer": "` + ack + `, https://kubernetes.default.svc"}`, want: enabled},
		"not enabled":      {body: `{"issuer": "https://kubernetes.default.svc"}`, want: []Answer{{Field: Issuer, Value: "https://kubernetes.default.svc"}}, silence: true},
		"of its own":       {body: `{"issuer": "https://oidc.example.com/a"}`, want: []Answer{{Field: Issuer, Value: "https://oidc.example.com/a"}, {Field: OIDCIssuer, Value: "https://oidc.example.com/a"}}, silence: true},
		"the second of two": {
			body: `{"issuer": "https://kubernetes.default.svc, https://oidc.example.com"}`, want: []Answer{{Field: Issuer, Value: "https://kubernetes.default.svc"}}, silence: true,
		},
		"of another form": {body: `{"issuer": "http://oidc.example.com"}`, want: []Answer{{Field: Issuer, Value: "http://oidc.example.com"}}, silence: true},
		"none":            {body: `{}`, silence: true},
		"no JSON":         {body: `<html>`, silence: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := openAt(t, io.Discard, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if _, err := io.WriteString(w, test.body); err != nil {
					t.Error(err)
				}
			})
			got, err := issuer(t.Context(), c)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if _, isSilence := errors.AsType[silence](err); test.silence != isSilence || test.silence != (err != nil) {
				t.Errorf("want silence: %t, got %v", test.silence, err)
			}
		})
	}
}

// TestIssuerForbidden: a refusal keeps the API server's words.
func TestIssuerForbidden(t *testing.T) {
	refusal := apierrors.NewForbidden(schema.GroupResource{}, "", errors.New(`User "bob" cannot get path "/.well-known/openid-configuration"`))
	c := openAt(t, io.Discard, func(w http.ResponseWriter, r *http.Request) {
		status := refusal.Status()
		status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		if err := json.NewEncoder(w).Encode(status); err != nil {
			t.Error(err)
		}
	})
	_, err := issuer(t.Context(), c)
	if !apierrors.IsForbidden(err) || err.Error() != refusal.Error() {
		t.Errorf("want %v, got %v", refusal, err)
	}
}
