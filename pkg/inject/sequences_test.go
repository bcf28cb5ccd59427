package inject

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// settings are those of one run: the zero value injects as the webhook does when it
// is installed as it comes.
type settings struct {
	// role, expiration and endpoint are annotations of every ServiceAccount,
	// injection and override labels of every Namespace.
	role, expiration, endpoint string
	injection, override        string
	// unknown says that no Namespace and no ServiceAccount is known.
	unknown bool
	// version is the webhook's.
	version string
	// without turns off the STS variables, main the init containers.
	without, main bool
}

func (s settings) Namespace(name string) (*Known[corev1.Namespace], error) {
	if s.unknown {
		return nil, nil
	}
	labels := map[string]string{rrsa.InjectionKey: rrsa.On, rrsa.OverrideEnvKey: s.override}
	if s.injection != "" {
		labels[rrsa.InjectionKey] = s.injection
	}
	return &Known[corev1.Namespace]{Source: "test", Object: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}}, nil
}

func (s settings) ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error) {
	if s.unknown {
		return nil, nil
	}
	annotations := map[string]string{rrsa.RoleNameKey: "role"}
	if s.role != "" {
		annotations[rrsa.RoleNameKey] = s.role
	}
	if s.expiration != "" {
		annotations[rrsa.TokenExpirationKey] = s.expiration
	}
	if s.endpoint != "" {
		annotations[rrsa.InjectSTSEndpointKey] = s.endpoint
	}
	return &Known[corev1.ServiceAccount]{Source: "test", Object: &corev1.ServiceAccount{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Annotations: annotations},
	}}, nil
}

func (s settings) injector() Injector {
	in := testInjector()
	in.Lookup = s
	in.Config.WebhookVersion = s.version
	in.Config.AutoInjectSTSEnvVars = !s.without
	in.Config.InitContainers = !s.main
	return in
}

// step makes another text of one.
type step func(t *testing.T, text string) string

// with injects with settings.
func with(s settings) step {
	return func(t *testing.T, text string) string { return rewritten(t, s.injector(), text) }
}

// without takes out what is marked.
func without(t *testing.T, text string) string { return rewritten(t, remover(false), text) }

// edit is what a person does in between.
func edit(from, to string) step {
	return func(t *testing.T, text string) string {
		if !strings.Contains(text, from) {
			t.Fatalf("no %q to edit in\n%s", from, text)
		}
		return strings.Replace(text, from, to, 1)
	}
}

// rewritten is a text after one run.
func rewritten(t *testing.T, in Injector, text string) string {
	t.Helper()
	s, err := manifest.Parse("input.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	report, err := in.Plan(s.Items())
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return written(t, s, report)
}

// sequencePod has something of everything that an injection meets.
const sequencePod = `apiVersion: v1
kind: Pod
metadata:
  name: app
  annotations:
    pod-identity.alibabacloud.com/skip-containers: nobody
spec: # all of it
  initContainers:
  - name: init
    env: [] # none yet
  containers:
  # the first
  - name: one
    env:
    - name: LOG # how much
      value: json

    - name: ALIBABA_CLOUD_ROLE_ARN
      # for now
      value: mine # really
    image: one:1
  - name: two
    env:
    volumeMounts:
    - name: data # all data
      mountPath: /data
  volumes:
  - name: data
    emptyDir: {}
`

// TestSequences: a sequence of runs gives what another, shorter one gives.
func TestSequences(t *testing.T) {
	override := settings{override: rrsa.True}
	for _, tt := range []struct {
		name        string
		steps, same []step
	}{
		{"twice is once", []step{with(settings{}), with(settings{})}, []step{with(settings{})}},
		{"out again", []step{with(settings{}), without}, nil},
		{"out of what nobody injected", []step{without}, nil},
		{"in, out, in", []step{with(settings{}), without, with(settings{})}, []step{with(settings{})}},
		{"another role", []step{with(settings{role: "first"}), with(settings{role: "second"})}, []step{with(settings{role: "second"})}},
		{"a longer token", []step{with(settings{}), with(settings{expiration: "7200"})}, []step{with(settings{expiration: "7200"})}},
		{"the usual token again", []step{with(settings{expiration: "7200"}), with(settings{})}, []step{with(settings{})}},
		{"an older webhook", []step{with(settings{}), with(settings{version: "0.2.0"})}, []step{with(settings{version: "0.2.0"})}},
		{"a newer webhook", []step{with(settings{version: "0.1.0"}), with(settings{})}, []step{with(settings{})}},
		{"no STS variables any more", []step{with(settings{}), with(settings{without: true})}, []step{with(settings{without: true})}},
		{"the endpoint alone, then all", []step{with(settings{without: true, endpoint: rrsa.On}), with(settings{})}, []step{with(settings{})}},
		{"no init containers any more", []step{with(settings{}), with(settings{main: true})}, []step{with(settings{main: true})}},
		{"a container is skipped", []step{with(settings{}), edit("nobody", "one"), with(settings{})}, []step{edit("nobody", "one"), with(settings{})}},
		{"and another", []step{with(settings{}), edit("nobody", "'init, one, two'"), with(settings{})}, []step{edit("nobody", "'init, one, two'")}},
		{"a container is skipped no more", []step{edit("nobody", "one"), with(settings{}), edit("containers: one", "containers: nobody"), with(settings{})}, []step{with(settings{})}},
		{"values are overridden", []step{with(settings{}), with(override)}, []step{with(override)}},
		{"values are overridden no more", []step{with(override), with(settings{})}, []step{with(settings{})}},
		{"an overridden value comes back", []step{with(override), without}, nil},
		{"a role that can't be", []step{with(override), with(settings{role: "no/role"})}, nil},
		{"a Namespace that isn't enabled", []step{with(settings{}), with(settings{injection: "off"})}, nil},
		{"a Namespace that left the input", []step{with(override), with(settings{unknown: true})}, []step{with(override)}},
		{
			"all that a setting can be",
			[]step{with(settings{role: "first"}), with(override), with(settings{version: "0.3.0", endpoint: rrsa.On, expiration: "600"}), with(settings{main: true}), with(settings{role: "last"})},
			[]step{with(settings{role: "last"})},
		},
		{
			"what a person adds behind an injection stays",
			[]step{with(settings{}), edit("  - name: two\n", "  # more\n  - name: two\n    tty: true\n"), without},
			[]step{edit("  - name: two\n", "  # more\n  - name: two\n    tty: true\n")},
		},
		{
			"a value that a person changes is ours no more, once its mark is gone",
			[]step{with(settings{}), edit("ALIBABA_CLOUD_STS_REGION # inject-rrsa\n      value: cn-hangzhou\n", "ALIBABA_CLOUD_STS_REGION\n      value: cn-beijing\n"), with(settings{role: "second"}), without},
			// The init container's: its list stays for the one variable.
			[]step{edit("    env: [] # none yet\n", "    env: # none yet # inject-rrsa was: \" []\"\n    - name: ALIBABA_CLOUD_STS_REGION\n      value: cn-beijing\n")},
		},
		{
			"a value that a person changes and leaves its mark is set again",
			[]step{with(settings{}), edit("value: cn-hangzhou\n", "value: cn-beijing\n"), with(settings{})},
			[]step{with(settings{})},
		},
		{
			"an entry that a person takes out comes back, last",
			[]step{with(settings{without: true}), edit("    - name: ALIBABA_CLOUD_OIDC_TOKEN_FILE # inject-rrsa\n      value: "+rrsa.TokenFile+"\n", ""), with(settings{without: true})},
			[]step{with(settings{without: true})},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run := func(steps []step) string {
				text := sequencePod
				for _, step := range steps {
					text = step(t, text)
				}
				return text
			}
			if diff := cmp.Diff(run(tt.same), run(tt.steps)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTwice: Plan and Rewrite change nothing that they are given, so that a second
// one gives the same, also on what comes of the first.
func TestTwice(t *testing.T) {
	for name, text := range map[string]string{
		"block":  sequencePod,
		"shared": podWith(sharedEnv),
		"flow":   podWith("  containers: [{name: a, env: [{name: ALIBABA_CLOUD_ROLE_ARN, value: mine}]}]\n"),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := manifest.Parse("input.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			in := settings{override: rrsa.True}.injector()
			out, _, ok := runTwice(t, in, s)
			if !ok {
				t.Fatal("it can't be injected")
			}
			// The stream that Rewrite returns is as good as one that was parsed.
			report, err := in.Plan(out.Items())
			if err != nil || report.Differs() {
				t.Fatalf("the rewritten stream differs from what was decided: %v", err)
			}
			parsed, err := manifest.Parse("input.yaml", out.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			again, err := in.Plan(parsed.Items())
			if err != nil {
				t.Fatal(err)
			}
			for i, it := range parsed.Items() {
				if diff := cmp.Diff(it.Origin, out.Items()[i].Origin); diff != "" {
					t.Errorf("origin (-parsed +rewritten):\n%s", diff)
				}
			}
			if diff := cmp.Diff(len(again.Templates), len(report.Templates)); diff != "" {
				t.Errorf("templates (-parsed +rewritten):\n%s", diff)
			}
			if diff := cmp.Diff(rewritten(t, remover(false), string(out.Bytes())), removedFrom(t, out)); diff != "" {
				t.Errorf("removal (-parsed +rewritten):\n%s", diff)
			}
		})
	}
}

// removedFrom takes what is marked out of a stream.
func removedFrom(t *testing.T, s *manifest.Stream) string {
	t.Helper()
	report, err := remover(false).Plan(s.Items())
	if err != nil {
		t.Fatal(err)
	}
	return written(t, s, report)
}

// TestStreams: one report for the objects of two files, in which each file has its
// own part; and one for none of a file's objects.
func TestStreams(t *testing.T) {
	parse := func(name, text string) *manifest.Stream {
		s, err := manifest.Parse(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	names := `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-identity.alibabacloud.com/injection: "on"}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: shop, annotations: {pod-identity.alibabacloud.com/role-name: cart}}
`
	pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: cart, namespace: shop}\nspec:\n  containers:\n  - name: app\n"
	a, b := parse("a.yaml", names), parse("b.yaml", pod)
	in := testInjector()
	in.Lookup = nil
	report, err := in.Plan(append(a.Items(), b.Items()...))
	if err != nil {
		t.Fatal(err)
	}
	out, after, err := report.Rewrite(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if after != report {
		t.Error("a report to which nothing is added is the same one")
	}
	if diff := cmp.Diff(names, string(out[0].Bytes())); diff != "" {
		t.Errorf("the file without pods (-want +got):\n%s", diff)
	}
	if got := string(out[1].Bytes()); !strings.Contains(got, "role/cart") || !strings.Contains(got, "serviceAccountToken") {
		t.Errorf("the pod isn't injected with what the other file says:\n%s", got)
	}
	// The same text in another stream has other objects; so has the result.
	for name, other := range map[string]*manifest.Stream{"another stream": parse("b.yaml", pod), "the result": out[1]} {
		untouched, _, err := report.Rewrite(other)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(other.Bytes()), string(untouched[0].Bytes())); diff != "" {
			t.Errorf("%s changes by a report that isn't its own (-want +got):\n%s", name, diff)
		}
	}
}
