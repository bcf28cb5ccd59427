package e2e

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal is both ends of a terminal: what is written to the second one is read
// from the first.
func terminal(t testing.TB) (*os.File, *os.File) {
	t.Helper()
	near, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close() })
	if err := unix.IoctlSetPointerInt(int(near.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(near.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	far, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return near, far
}

// TestAuditProgress: a terminal has one line that comes to nothing at the end.
func TestAuditProgress(t *testing.T) {
	c := controlPlane(t)
	ns := c.namespace(t)
	c.pods(t, ns, pod("one", "default"), pod("two", "default"))
	near, far := terminal(t)
	cmd := c.command(t, "rrsa", "audit", "-n", ns, "--account-id", accountID)
	var stdout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, far
	err := cmd.Run()
	far.Close()
	// Reading the near end fails when nobody has the far one any more.
	said, readErr := io.ReadAll(near)
	if err != nil {
		t.Fatalf("%v, %v:\n%q", err, readErr, said)
	}
	if want := "\r\x1b[K2 pods read\r\x1b[K"; string(said) != want {
		t.Errorf("want %q on the terminal, got %q", want, said)
	}
	if strings.Contains(stdout.String(), "\r") {
		t.Errorf("want no progress on stdout, got %q", stdout.String())
	}
}
