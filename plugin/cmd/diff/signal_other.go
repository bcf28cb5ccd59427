//go:build !unix

package diff

import (
	"os/exec"
	"syscall"
)

// apart does nothing where there are no process groups.
func apart(*exec.Cmd) {}

// send ends a program, as most signals can't be sent here.
func send(cmd *exec.Cmd, _ syscall.Signal) error { return cmd.Process.Kill() }
