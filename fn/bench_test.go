package fn_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	sdk "github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"

	"github.com/kubectl-rrsa/rrsa/fn"
)

// asProcess makes the test binary run as a function of its own, so that the
// operating system tells its CPU time and peak memory.
const asProcess = "RRSA_TEST_RUN_AS"

func TestMain(m *testing.M) {
	code := 0
	switch os.Getenv(asProcess) {
	case "inject-rrsa":
		code = fn.Main(os.Args[1:], fn.Input(os.Stdin), os.Stdout, os.Stderr)
	case "sdk-noop":
		if err := sdk.AsMain(sdkNoop()); err != nil {
			code = 1
		}
	default:
		os.Exit(m.Run())
	}
	// The peak that the parent could ask for starts with the parent's own size.
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		os.Stderr.Write(status)
	}
	os.Exit(code)
}

// sdkNoop is the peer: the SDK reads and writes the items and does nothing else.
func sdkNoop() sdk.ResourceListProcessor {
	return sdk.ResourceListProcessorFunc(func(*sdk.ResourceList) (bool, error) { return true, nil })
}

// deployments makes a ResourceList of n Deployments with two containers each.
func deployments(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: fn.rrsa.dev/v1alpha1
  kind: InjectRRSA
  metadata:
    name: rrsa
  spec:
    accountID: "1488999589000000"
    clusterID: cbec9a1f7b433470ebe4c900552000000
    region: cn-hangzhou
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    name: prod
    labels:
      pod-identity.alibabacloud.com/injection: "on"
- apiVersion: v1
  kind: ServiceAccount
  metadata:
    name: app
    namespace: prod
    annotations:
      pod-identity.alibabacloud.com/role-name: app-role
`)
	for i := range n {
		fmt.Fprintf(&b, `- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: app-%[1]d
    namespace: prod
    labels:
      app.kubernetes.io/name: app
      app.kubernetes.io/instance: app-%[1]d
    annotations:
      internal.config.kubernetes.io/path: 'apps/app-%[1]d.yaml'
      internal.config.kubernetes.io/index: '0'
  spec:
    replicas: 2
    selector:
      matchLabels:
        app.kubernetes.io/instance: app-%[1]d
    template:
      metadata:
        labels:
          app.kubernetes.io/name: app
          app.kubernetes.io/instance: app-%[1]d
      spec:
        serviceAccountName: app
        securityContext:
          runAsNonRoot: true
        containers:
        # the program
        - name: app
          image: app:1.%[1]d
          args: ["--config", "/etc/app/config.yaml"]
          ports:
          - containerPort: 8080
            name: http
          env:
          - name: LOG_LEVEL
            value: info
          - name: POD_NAME
            valueFrom:
              fieldRef:
                fieldPath: metadata.name
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          volumeMounts:
          - name: config
            mountPath: /etc/app
        - name: proxy
          image: proxy:3
          ports:
          - containerPort: 9090
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
        volumes:
        - name: config
          configMap:
            name: app-%[1]d
`, i)
	}
	return b.Bytes()
}

var sizes = []int{1000, 10000}

// BenchmarkInProcess prints time, bytes and allocations.
func BenchmarkInProcess(b *testing.B) {
	for _, n := range sizes {
		input := deployments(n)
		b.Run(fmt.Sprintf("inject-rrsa/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				if err := fn.Run(bytes.NewReader(input), io.Discard, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("sdk-noop/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				if _, err := sdk.Run(sdkNoop(), input); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkProcess runs both as processes in turn and prints the CPU time and the
// peak memory of each, and the function's share of the SDK's.
func BenchmarkProcess(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("%d", n), func(b *testing.B) {
			input := deployments(n)
			var ours, peer usage
			for b.Loop() {
				ours.add(process(b, "inject-rrsa", input))
				peer.add(process(b, "sdk-noop", input))
			}
			b.ReportMetric(ours.cpu/float64(b.N), "fn-cpu-s")
			b.ReportMetric(peer.cpu/float64(b.N), "sdk-cpu-s")
			b.ReportMetric(ours.cpu/peer.cpu, "cpu-ratio")
			b.ReportMetric(ours.peak, "fn-peak-MB")
			b.ReportMetric(peer.peak, "sdk-peak-MB")
			b.ReportMetric(ours.peak/peer.peak, "peak-ratio")
		})
	}
}

type usage struct{ cpu, peak float64 }

func (u *usage) add(v usage) {
	u.cpu += v.cpu
	u.peak = max(u.peak, v.peak)
}

func process(b *testing.B, as string, input []byte) usage {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), asProcess+"="+as)
	cmd.Stdin = bytes.NewReader(input)
	var out bytes.Buffer
	cmd.Stdout = &out
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Run(); err != nil {
		b.Fatalf("%s: %v\n%s", as, err, log.String())
	}
	if out.Len() == 0 {
		b.Fatalf("%s wrote nothing", as)
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	var kB float64
	if _, after, ok := strings.Cut(log.String(), "VmHWM:"); ok {
		if _, err := fmt.Sscan(after, &kB); err != nil {
			b.Fatal(err)
		}
	}
	return usage{cpu: cpu.Seconds(), peak: kB / 1024}
}
