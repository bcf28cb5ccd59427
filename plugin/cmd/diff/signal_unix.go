//go:build unix

package diff

import (
	"os/exec"
	"syscall"
)

// apart gives a program a process group of its own, so that a signal reaches what it
// has started too. On a terminal, which sends signals to all itself, only the group
// that is in front may read, so that there the program stays in this one's.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// send sends a signal to a program, and to its group if that is its own.
func send(cmd *exec.Cmd, s syscall.Signal) error {
	if cmd.SysProcAttr != nil {
		return syscall.Kill(-cmd.Process.Pid, s)
	}
	return cmd.Process.Signal(s)
}
