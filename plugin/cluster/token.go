package cluster

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TokenRequest asks for a token of a ServiceAccount, as the kubelet does for a volume.
type TokenRequest struct {
	Account  types.NamespacedName
	Audience string
	// Seconds is how long it is to live. The API server may give it another lifetime.
	Seconds int64
	// Pod is the one that the token ends with; nil for none.
	Pod *corev1.Pod
}

// TokenRefused says why the API server makes no token. Whoever isn't allowed to ask can
// say nothing about the token; for any other reason the kubelet would get none either.
type TokenRefused struct {
	Forbidden bool
	cause     error
}

// Error implements error.
func (e *TokenRefused) Error() string { return e.cause.Error() }

// Unwrap implements what errors.As goes by.
func (e *TokenRefused) Unwrap() error { return e.cause }

// RequestToken has the API server make a token, which is real: it lives at least ten minutes, and
// it must not be shown. Nothing is stored. That the API server refuses is a [TokenRefused].
func RequestToken(ctx context.Context, c *Cluster, r TokenRequest) (string, error) {
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &r.Seconds}}
	if r.Audience != "" { // else the API server's own
		request.Spec.Audiences = []string{r.Audience}
	}
	if r.Pod != nil {
		request.Spec.BoundObjectRef = &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: r.Pod.Name, UID: r.Pod.UID}
	}
	answer, err := c.core.ServiceAccounts(r.Account.Namespace).CreateToken(ctx, r.Account.Name, request, metav1.CreateOptions{})
	switch {
	case err == nil:
		return answer.Status.Token, nil
	case apierrors.IsForbidden(err):
		return "", &TokenRefused{Forbidden: true, cause: err}
	case apierrors.IsNotFound(err), apierrors.IsConflict(err), apierrors.IsInvalid(err), apierrors.IsBadRequest(err):
		return "", &TokenRefused{cause: err}
	}
	return "", fmt.Errorf("asking for a token of ServiceAccount %q: %w", r.Account, err)
}
