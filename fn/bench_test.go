package fn_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	sdk "github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"

	"github.com/kubectl-rrsa/rrsa/fn"
	"github.com/kubectl-rrsa/rrsa/test/packages"
)

// asProcess makes the test binary run as something else: the function, the SDK's no-op,
// or what runs a program and tells what it has cost. That is counted from the outside,
// and what starts a program counts into the program's memory, so it must be small.
const asProcess = "RRSA_TEST_RUN_AS"

func TestMain(m *testing.M) {
	switch os.Getenv(asProcess) {
	case "inject-rrsa":
		os.Exit(fn.Main(os.Args[1:], fn.Input(os.Stdin), os.Stdout, os.Stderr))
	case "sdk-noop":
		os.Unsetenv(asProcess)
		if err := sdk.AsMain(sdkNoop()); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	case "measure":
		os.Exit(measured(os.Args[1], os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

// sdkNoop is the peer: the SDK reads and writes the items and does nothing else.
func sdkNoop() sdk.ResourceListProcessor {
	return sdk.ResourceListProcessorFunc(func(*sdk.ResourceList) (bool, error) { return true, nil })
}

// cost is what a program has cost.
type cost struct{ Wall, CPU, Peak float64 } // seconds, seconds, MB

// measured runs a program as another, or as itself, and writes its cost to a file.
func measured(file, as string, args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), asProcess+"="+as)
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	c := cost{Wall: time.Since(begin).Seconds(), CPU: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.Peak = float64(usage.Maxrss) / 1024 // Linux counts in KiB
	}
	data, err := json.Marshal(c)
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// program is a command with what it reads; as makes the test binary something else.
type program struct {
	as, stdin string
	args      []string
}

// run runs the program and returns its output and its cost.
func (p program) run(t testing.TB) ([]byte, cost) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := p.args
	if p.as != "" {
		args = []string{self}
	}
	file := filepath.Join(t.TempDir(), "cost")
	cmd := exec.Command(self, append([]string{file, p.as}, args...)...)
	cmd.Env = append(os.Environ(), asProcess+"=measure")
	cmd.Stdin = strings.NewReader(p.stdin) // a pipe, as an orchestrator has it
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", p.args, err, log.String())
	}
	var c cost
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil || out.Len() == 0 {
		t.Fatalf("%v: %v, %d bytes\n%s", p.args, err, out.Len(), log.String())
	}
	return out.Bytes(), c
}

// compare runs a program and a peer in turn and reports what each costs, and the
// program's part of the peer's.
func compare(b *testing.B, ours, peer program, name string) {
	var all, beside cost
	for b.Loop() {
		_, c := ours.run(b)
		all = cost{all.Wall + c.Wall, all.CPU + c.CPU, max(all.Peak, c.Peak)}
		_, c = peer.run(b)
		beside = cost{beside.Wall + c.Wall, beside.CPU + c.CPU, max(beside.Peak, c.Peak)}
	}
	n := float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(all.CPU/n, "cpu-s")
	b.ReportMetric(all.Wall/n, "wall-s")
	b.ReportMetric(all.Peak, "peak-MB")
	b.ReportMetric(beside.CPU/n, name+"-cpu-s")
	b.ReportMetric(beside.Wall/n, name+"-wall-s")
	b.ReportMetric(beside.Peak, name+"-peak-MB")
	b.ReportMetric(all.CPU/beside.CPU, "cpu-ratio")
	b.ReportMetric(all.Wall/beside.Wall, "wall-ratio")
	b.ReportMetric(all.Peak/beside.Peak, "peak-ratio")
}

// build builds a program of the project.
func build(t testing.TB, pkg string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), filepath.Base(pkg))
	if log, err := exec.Command("go", "build", "-o", out, pkg).CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", pkg, err, log)
	}
	return out
}

func write(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "in.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

var inputs = []struct {
	name    string
	objects func(int) []string
}{{"deployments", packages.Deployments}, {"mixed", packages.Mixed}}

// BenchmarkFunction is the function beside the function SDK, which reads and writes the
// same and does nothing else.
func BenchmarkFunction(b *testing.B) {
	exe := build(b, "./inject-rrsa")
	for _, in := range inputs {
		for _, n := range []int{1000, 6000, 10000} {
			b.Run(fmt.Sprintf("%s/%d", in.name, n), func(b *testing.B) {
				list := packages.List(in.objects(n))
				compare(b, program{stdin: list, args: []string{exe}}, program{stdin: list, as: "sdk-noop"}, "sdk")
			})
		}
	}
}

// BenchmarkPreview is kubectl rrsa preview of the same objects in one file.
func BenchmarkPreview(b *testing.B) {
	exe, config := build(b, "../plugin/kubectl-rrsa"), write(b, packages.Config)
	for _, in := range inputs {
		for _, n := range []int{1000, 10000} {
			b.Run(fmt.Sprintf("%s/%d", in.name, n), func(b *testing.B) {
				objects := in.objects(n)
				args := []string{exe, "preview", "--quiet", "--local", "--config", config, write(b, packages.Stream(objects))}
				compare(b, program{args: args}, program{stdin: packages.List(objects), as: "sdk-noop"}, "sdk")
			})
		}
	}
}

// BenchmarkKpt is kpt with the function, beside kpt with a program that gives back what
// it gets.
func BenchmarkKpt(b *testing.B) {
	kpt, err := exec.LookPath("kpt")
	if err != nil {
		b.Skipf("SKIPPED for want of kpt: %v", err)
	}
	exe := build(b, "./inject-rrsa")
	for _, in := range inputs {
		for _, n := range []int{1000, 10000} {
			b.Run(fmt.Sprintf("%s/%d", in.name, n), func(b *testing.B) {
				dir := b.TempDir()
				if err := packages.Write(dir, in.objects(n)); err != nil {
					b.Fatal(err)
				}
				eval := func(exe string, more ...string) program {
					return program{args: append([]string{kpt, "fn", "eval", dir, "--output", "unwrap", "--exec", exe}, more...)}
				}
				compare(b, eval(exe, "--fn-config", filepath.Join(dir, "rrsa.yaml")), eval("cat"), "no-op")
			})
		}
	}
}

// BenchmarkJSON is kubectl rrsa preview of a List of Pods on one line, as jq -c writes
// it, beside the same with a line for each value.
func BenchmarkJSON(b *testing.B) {
	exe, config := build(b, "../plugin/kubectl-rrsa"), write(b, packages.Config)
	for _, n := range []int{125, 250, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			preview := func(text string) program {
				return program{args: []string{exe, "preview", "--quiet", "--local", "--config", config, write(b, text)}}
			}
			minified, pretty := jsonPods(b, n)
			compare(b, preview(minified), preview(pretty), "pretty")
		})
	}
}

// jsonPods is a List of n Pods of about 6 KB each, minified and indented.
func jsonPods(t testing.TB, n int) (minified, pretty string) {
	t.Helper()
	numbered := func(n int, make func(i int) map[string]any) []any {
		out := []any{}
		for i := range n {
			out = append(out, make(i))
		}
		return out
	}
	containers := numbered(3, func(i int) map[string]any {
		return map[string]any{"name": fmt.Sprintf("c%d", i), "image": "x", "env": numbered(25, func(i int) map[string]any {
			return map[string]any{"name": fmt.Sprintf("E%d", i), "value": strings.Repeat("y", 20)}
		})}
	})
	items := []any{
		map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "shop", "labels": map[string]any{"pod-identity.alibabacloud.com/injection": "on"}}},
		map[string]any{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": map[string]any{"name": "cart", "namespace": "shop", "annotations": map[string]any{"pod-identity.alibabacloud.com/role-name": "cart"}}},
	}
	items = append(items, numbered(n, func(i int) map[string]any {
		return map[string]any{
			"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": fmt.Sprintf("p%d", i), "namespace": "shop"},
			"spec": map[string]any{"serviceAccountName": "cart", "containers": containers},
		}
	})...)
	list := map[string]any{"apiVersion": "v1", "kind": "List", "items": items}
	short, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	long, err := json.MarshalIndent(list, "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	return string(short) + "\n", string(long) + "\n"
}

// BenchmarkInProcess prints time, bytes and allocations, for who optimises.
func BenchmarkInProcess(b *testing.B) {
	for _, in := range inputs {
		list := packages.List(in.objects(1000))
		b.Run(in.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(list)))
			for b.Loop() {
				if err := fn.Run(strings.NewReader(list), io.Discard, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
