package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startLimit is generous: the machine may have other work to do.
const startLimit = 2 * time.Minute

// underWatch runs a program that ends when its stdin is closed, thus also when the
// tests are killed and can't clean up. Then etcd and the API server end at once, and
// an API server without etcd ignores a request to end.
const underWatch = `exec 3<&0
(
	cat <&3 >/dev/null
	for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		kill $$ 2>/dev/null || exit
		sleep 1
	done
	kill -9 $$ 2>/dev/null
) &
exec "$@" 3<&-`

// process is a program in the background, its output in a file.
type process struct {
	name string
	log  string
	// over is closed when the program has ended.
	over chan struct{}
}

// startProcess starts a program, waits until ready returns nil, and stops the
// program with the control plane. What is started later is stopped earlier.
func (c *cluster) startProcess(t testing.TB, ready func() error, program string, args ...string) {
	t.Helper()
	p := &process{name: filepath.Base(program), log: filepath.Join(c.dir(), "log"), over: make(chan struct{})}
	out, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	alive, stop, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", append([]string{"-c", underWatch, "sh", program}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = alive, out, out
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", p.name, err)
	}
	go func() {
		defer close(p.over)
		// How it ends is told by its log.
		_ = cmd.Wait()
	}()
	c.atEnd(func() error {
		err := errors.Join(stop.Close(), alive.Close(), out.Close())
		select {
		case <-p.over:
			return err
		case <-time.After(startLimit):
			return errors.Join(err, fmt.Errorf("stopping %s: it is still there after %s", p.name, startLimit), cmd.Process.Signal(syscall.SIGKILL))
		}
	})
	p.wait(t, ready)
}

// wait fails the test with the end of the log if a program doesn't get ready.
func (p *process) wait(t testing.TB, ready func() error) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		err := ready()
		if err == nil {
			return
		}
		select {
		case <-p.over:
			t.Fatalf("%s has ended:\n%s", p.name, p.tail(t))
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		default:
		}
		if time.Since(begin) > startLimit {
			t.Fatalf("%s isn't ready after %s: %v\n%s", p.name, startLimit, err, p.tail(t))
		}
	}
}

func (p *process) tail(t testing.TB) string {
	t.Helper()
	lines := strings.SplitAfter(read(t, p.log), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "")
}

// takenPorts are those that freePorts has returned: a control plane that starts at the same
// time must not get one before its first owner listens.
var takenPorts sync.Map

// freePorts returns as many ports of the loopback interface that nobody listens on.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for len(ports) < n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		// Kept open until all are chosen, so that none is chosen twice.
		defer l.Close()
		port := l.Addr().(*net.TCPAddr).Port
		if _, taken := takenPorts.LoadOrStore(port, true); !taken {
			ports = append(ports, port)
		}
	}
	return ports
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, holds func() error) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		err := holds()
		if err == nil {
			return
		}
		if time.Since(begin) > startLimit {
			t.Fatalf("waiting for %s: %v", what, err)
		}
	}
}
