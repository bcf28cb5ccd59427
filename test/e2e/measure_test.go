package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// measuring makes the test binary run its arguments as a program, and write to the
// file that it names what the program has cost. The operating system counts what
// starts a program into the program's peak memory, and this binary is small when it
// has run no test.
const measuring = "RRSA_E2E_MEASURE"

// cost is what a program has cost, with those that it has become or waited for.
type cost struct {
	Wall, CPU time.Duration
	// Memory is the peak of the largest process, in bytes.
	Memory int64
}

// runMeasured is the test binary's main in a process of its own.
func runMeasured(file string, args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	for _, e := range os.Environ() {
		if e != measuring+"="+file {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	begin := time.Now()
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, err)
		return 127
	}
	took := cost{Wall: time.Since(begin), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		took.Memory = usage.Maxrss << 10 // Linux counts in KiB
	}
	data, err := json.Marshal(took)
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 127
	}
	return cmd.ProcessState.ExitCode()
}

// measure runs a command, without its stdout, and wants one of the exit codes.
func measure(t testing.TB, cmd *exec.Cmd, codes ...int) cost {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "cost")
	cmd.Args = append([]string{self, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = self
	cmd.Env = append(cmd.Env, measuring+"="+file)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = null
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(stderr)
	if err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for _, code := range codes {
		if cmd.ProcessState.ExitCode() != code {
			continue
		}
		var out cost
		if err := json.Unmarshal([]byte(read(t, file)), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	t.Fatalf("running %q: exit code %d\n%s", cmd.Args, cmd.ProcessState.ExitCode(), said)
	return cost{}
}
