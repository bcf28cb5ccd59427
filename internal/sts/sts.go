// Package sts asks Alibaba Cloud's STS whether a token of a ServiceAccount may assume a
// RAM role, as the SDKs in a pod do: with AssumeRoleWithOIDC, which needs no AccessKey.
//
// Only the answer counts. The credentials that come with it are dropped before anybody
// sees them, and are asked for so that they allow nothing.
package sts

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultEndpoint is the host of STS that is reached from everywhere. That of a region's
// VPC, which injected pods ask, is reached only from there.
const DefaultEndpoint = "sts.aliyuncs.com"

// Request is what is asked.
type Request struct {
	// Endpoint is a host of STS, with a port if it isn't 443.
	Endpoint string
	// RoleARN and ProviderARN are what a pod has in its variables, and Token is what its
	// volume holds.
	RoleARN, ProviderARN, Token string
}

// Answer is what STS says. Without a Code the role may be assumed.
type Answer struct {
	// Code and Message say why it may not.
	Code, Message string
	// Status is that of HTTP.
	Status int
	// ARN and ID name the session that whoever has the token would be.
	ARN, ID string
	// Expires is when that session would end; zero if the answer doesn't say.
	Expires time.Time
	// Date is the time by the clock of STS; zero if the answer doesn't say.
	Date time.Time
}

// Bounds of one question.
const (
	timeout    = 20 * time.Second
	answerSize = 64 << 10 // bytes
)

// What the session may do, and how long it is there: nothing, for the shortest time that
// STS knows.
const (
	nothing     = `{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`
	seconds     = "900"
	sessionName = "kubectl-rrsa-verify"
)

// Client sends the requests. Its zero value goes through the proxy that the environment
// names and trusts the system's certificates.
type Client struct {
	// Transport is another way to STS; nil for the usual one.
	Transport http.RoundTripper
}

// AssumeRoleWithOIDC asks once, over HTTPS. That STS refuses is an answer; an error is one
// of the network, or an answer that isn't of STS. Neither has a part of the token in it.
func (c Client) AssumeRoleWithOIDC(ctx context.Context, r Request) (Answer, error) {
	ctx, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	request, err := r.http(ctx)
	if err != nil {
		return Answer{}, fmt.Errorf("asking STS at %q: %w", r.Endpoint, err)
	}
	client := &http.Client{
		Transport: c.Transport,
		// Another host must not get the token.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err // without the address, which is named already
		}
		return Answer{}, fmt.Errorf("asking STS at %q: %w", r.Endpoint, err)
	}
	defer response.Body.Close()
	out, err := read(response)
	if err != nil {
		return Answer{}, fmt.Errorf("reading the answer of STS at %q: %w", r.Endpoint, err)
	}
	out.Message = r.without(out.Message)
	return out, nil
}

// http is the request as the SDKs send it. All that is about the caller is in the body,
// which nobody on the way writes to a log.
func (r Request) http(ctx context.Context) (*http.Request, error) {
	query := url.Values{
		"Action": {"AssumeRoleWithOIDC"}, "Version": {"2015-04-01"}, "Format": {"JSON"},
		"Timestamp": {time.Now().UTC().Format(time.RFC3339)}, "SignatureNonce": {rand.Text()},
	}
	form := url.Values{
		"RoleArn": {r.RoleARN}, "OIDCProviderArn": {r.ProviderARN}, "OIDCToken": {r.Token},
		"RoleSessionName": {sessionName}, "DurationSeconds": {seconds}, "Policy": {nothing},
	}
	address := url.URL{Scheme: "https", Host: r.Endpoint, Path: "/", RawQuery: query.Encode()}
	out, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	out.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	out.Header.Set("Accept", "application/json")
	return out, nil
}

// without takes the token, and each part of it, out of a text that somebody else wrote.
func (r Request) without(text string) string {
	for _, secret := range append([]string{r.Token}, strings.Split(r.Token, ".")...) {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "...")
		}
	}
	return text
}

// read takes from an answer what may be told.
func read(response *http.Response) (Answer, error) {
	out := Answer{Status: response.StatusCode}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		out.Date = date
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, answerSize+1))
	switch {
	case err != nil:
		return out, err
	case len(data) > answerSize:
		return out, fmt.Errorf("it has more than %d KiB, which no answer of STS has", answerSize>>10)
	}
	var body struct {
		Code, Message   string
		AssumedRoleUser struct{ Arn, AssumedRoleId string }
		// Of the credentials nothing else is read.
		Credentials *struct{ Expiration string }
	}
	// What isn't JSON may hold anything, so the error doesn't repeat it.
	valid := json.Unmarshal(data, &body) == nil
	switch granted := body.Credentials != nil; {
	case valid && response.StatusCode == http.StatusOK && granted:
		out.ARN, out.ID = body.AssumedRoleUser.Arn, body.AssumedRoleUser.AssumedRoleId
		if expires, err := time.Parse(time.RFC3339, body.Credentials.Expiration); err == nil {
			out.Expires = expires
		}
	case valid && response.StatusCode != http.StatusOK && body.Code != "":
		out.Code, out.Message = body.Code, body.Message
	default:
		return out, fmt.Errorf("it is no answer of STS (HTTP status %d): see whether that host is STS, and what a proxy on the way does", response.StatusCode)
	}
	return out, nil
}
