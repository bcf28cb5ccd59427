package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Bounds of what a URL may bring.
const (
	downloadTimeout = 30 * time.Second
	downloadSize    = 64 << 20 // bytes
)

// download reads a manifest from a URL: over https alone, also after a redirect,
// and within the bounds.
func download(ctx context.Context, address string) ([]byte, error) {
	if err := checkScheme(address); err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, downloadTimeout)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{CheckRedirect: func(next *http.Request, before []*http.Request) error {
		if len(before) > 10 {
			return errors.New("there are too many redirects")
		}
		return checkScheme(next.URL.String())
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %s", response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, downloadSize+1))
	if err == nil && len(data) > downloadSize {
		err = fmt.Errorf("it is larger than %d MiB: download it and give the file", downloadSize>>20)
	}
	return data, err
}

func checkScheme(address string) error {
	u, err := url.Parse(address)
	if err == nil && !strings.EqualFold(u.Scheme, "https") {
		err = errors.New("only https is allowed: what is read decides about credentials")
	}
	return err
}
