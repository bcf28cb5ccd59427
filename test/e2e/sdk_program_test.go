package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/aliyun/credentials-go/credentials"
)

// runsSDK is the variable that makes the test binary the program in the container.
const runsSDK = "RRSA_E2E_RUNS_SDK"

// printCredentials is the program in the container: as an application would, it
// lets Alibaba Cloud's SDK find credentials by itself, and prints them.
func printCredentials(stdout, stderr io.Writer) int {
	credential, err := credentials.NewCredential(nil)
	if err == nil {
		var got *credentials.CredentialModel
		if got, err = credential.GetCredential(); err == nil {
			err = json.NewEncoder(stdout).Encode(got)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// runSDK runs the program with a container's environment and nothing of the test's
// own. What is added leads its connections to the STS of the test and doesn't
// concern the SDK: the proxy, the certificates to trust, and an empty home
// directory.
func runSDK(t testing.TB, s *sts, env []string) (got credentials.CredentialModel, stderr string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(slices.Clone(env), runsSDK+"=1", "HOME="+t.TempDir(),
		"HTTPS_PROXY="+s.proxy, "HTTP_PROXY="+s.proxy, "SSL_CERT_FILE="+s.certificates)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	var exit *exec.ExitError
	switch err := cmd.Run(); {
	case errors.As(err, &exit):
		return got, errOut.String()
	case err != nil:
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("reading what the SDK got: %v\n%s", err, out.String())
	}
	return got, ""
}
