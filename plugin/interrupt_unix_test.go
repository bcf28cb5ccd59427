//go:build unix

package plugin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const interruptConfig = `apiVersion: fn.rrsa.dev/v1alpha1
kind: InjectRRSA
spec:
  accountID: "1488999589000000"
  clusterID: cbec9a1f7b433470ebe4c900552000000
  region: cn-hangzhou
`

// TestFirstInterrupt starts the program, sends it one SIGINT, alone and not its
// children as a terminal would, and waits for the end.
func TestFirstInterrupt(t *testing.T) {
	for verb, args := range map[string][]string{
		"preview": {"--local", "-"}, "diff": {"--local", "-"}, "explain": {"--local", "-"}, "uninject": {"-"},
		"trust-policy": {"--local", "--config", "rrsa.yaml", "--check", "-", "a/b"},
		"verify":       {"pod/a", "--policy", "-"},
	} {
		t.Run(verb+" reads stdin", func(t *testing.T) {
			p := startProgram(t, nil, append([]string{verb}, args...)...)
			// More than a pipe holds: once it is written, the program reads.
			if _, err := io.WriteString(p.stdin, "{"+strings.Repeat(" ", 1<<20)); err != nil {
				t.Fatal(err)
			}
			p.interrupt(t)
		})
	}
	for _, args := range []string{"config", "audit", "check", "check --wait 1h", "explain pod/a", "preview rrsa.yaml", "diff rrsa.yaml", "trust-policy a/b", "verify pod/a"} {
		t.Run(args+" waits for the server", func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			p := startProgram(t, nil, append(strings.Fields(args), "--server", "http://"+listener.Addr().String())...)
			connection, err := listener.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			p.interrupt(t)
		})
	}
	t.Run("diff runs another program", func(t *testing.T) {
		p := startProgram(t, []string{"KUBECTL_EXTERNAL_DIFF=sh -c 'mkfifo fifo; cat fifo'"}, "diff", "-q", "--local", "rrsa.yaml")
		p.openFifo(t, "fifo")
		p.interrupt(t)
	})
	t.Run("a kustomization is built", func(t *testing.T) {
		p := startProgram(t, nil, "preview", "--local", "-k", "kustomization")
		p.openFifo(t, "kustomization/fifo")
		p.interrupt(t)
	})
	t.Run("a large file is planned", func(t *testing.T) {
		p := startProgram(t, nil, "preview", "-q", "--local", "-")
		var large bytes.Buffer
		for i := range 60_000 {
			fmt.Fprintf(&large, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a%d, namespace: b}\nspec: {containers: [{name: c, image: d}]}\n", i)
		}
		if _, err := large.WriteTo(p.stdin); err != nil {
			t.Fatal(err)
		}
		p.stdin.Close()
		time.Sleep(50 * time.Millisecond)
		p.interrupt(t)
	})
}

// program is the plugin as a process.
type program struct {
	*exec.Cmd
	stdin          io.WriteCloser
	stdout, stderr bytes.Buffer
}

// startProgram starts it in a directory of its own with a config, a FIFO that a
// kustomization reads, and a folder for temporary files.
func startProgram(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"rrsa.yaml": interruptConfig, "kustomization/kustomization.yaml": "resources: [fifo]\n", "tmp/.keep": ""} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	p := &program{Cmd: exec.Command("kubectl-rrsa", args...)}
	p.Dir, p.Cmd.Stdout, p.Cmd.Stderr = dir, &p.stdout, &p.stderr
	p.Env = append(append(os.Environ(), "HOME="+dir, "KUBECONFIG=", "TMPDIR="+filepath.Join(dir, "tmp")), env...)
	var err error
	if p.stdin, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.Join(args, " "), "-k ") {
		if err := syscall.Mkfifo(filepath.Join(dir, "kustomization/fifo"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// openFifo waits until somebody reads the FIFO.
func (p *program) openFifo(t *testing.T, name string) {
	t.Helper()
	for range 200 {
		file, err := os.OpenFile(filepath.Join(p.Dir, name), os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			t.Cleanup(func() { _ = file.Close() })
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("nobody reads: %s", &p.stderr)
}

func (p *program) interrupt(t *testing.T) {
	t.Helper()
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	slow := time.AfterFunc(20*time.Second, func() { _ = p.Process.Kill() })
	defer slow.Stop()
	err := p.Wait()
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("want exit code 130, got %v", err)
	}
	if diff := cmp.Diff("", p.stdout.String()); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("error: interrupted\n", p.stderr.String()); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	left, err := os.ReadDir(filepath.Join(p.Dir, "tmp"))
	if err != nil || len(left) != 1 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}
