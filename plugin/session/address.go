package session

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// address is the value of --server: where the API server is.
type address struct{ pflag.Value }

// Set implements pflag.Value. client-go would take any text for a host's name.
func (a address) Set(text string) error {
	if text != "" && !isAddress(text) {
		return errors.New("it is no URL and no HOST:PORT")
	}
	return a.Value.Set(text)
}

func isAddress(text string) bool {
	if IsURL(text) {
		u, err := url.Parse(text)
		return err == nil && u.Hostname() != ""
	}
	host, port, err := net.SplitHostPort(text)
	_, number := strconv.ParseUint(port, 10, 16)
	return err == nil && number == nil && host != "" && !strings.ContainsAny(host, "/@ ")
}

// explainFlags says more about flags that are easily taken for others.
func explainFlags(_ *cobra.Command, err error) error {
	var flag *pflag.Flag
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &missing):
		flag = missing.GetFlag()
	case errors.As(err, &invalid):
		flag = invalid.GetFlag()
	default:
		return err
	}
	switch flag.Name {
	case "server":
		return fmt.Errorf("%w: give the API server's address, such as https://10.0.0.1:6443; to check the result with the API server give preview --dry-run=server", err)
	case "v":
		return fmt.Errorf("%w: give a number, such as -v 1", err)
	}
	return err
}
