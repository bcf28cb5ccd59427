package e2e

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestCheckProgress: a terminal has one line that says for what is waited, and comes to
// nothing at the end.
func TestCheckProgress(t *testing.T) {
	c := controlPlane(t)
	near, far := terminal(t)
	cmd := c.command(t, "rrsa", "check", "--wait", "2s", "--account-id", accountID)
	var stdout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, far
	err := cmd.Run()
	far.Close()
	// Reading the near end fails when nobody has the far one any more.
	said, readErr := io.ReadAll(near)
	if cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("want findings, got %v, %v:\n%q", err, readErr, said)
	}
	lines := strings.Split(string(said), "\r\x1b[K")
	if last := len(lines) - 1; last < 2 || lines[0] != "" || !strings.HasPrefix(lines[last], "error: not everything is right: ") {
		t.Errorf("want a line that goes before the error, got %q", said)
	} else if !strings.HasPrefix(lines[1], "waiting for ") || !strings.Contains(lines[1], "s more: not everything is right: failed: webhook-registered") {
		t.Errorf("want to be told for what is waited, got %q", said)
	}
	if strings.Contains(stdout.String(), "\r") || strings.Count(stdout.String(), "webhook-registered ") != 1 {
		t.Errorf("want one list and no progress on stdout, got %q", stdout.String())
	}
}
