package inject

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

const overridingMeta = "metadata:\n  name: app\n  annotations:\n    pod-identity.alibabacloud.com/override-env: \"true\"\nspec:\n"

// TestEncoded: an object that has to be encoded anew keeps its comments and values,
// and goes back to what it meant.
func TestEncoded(t *testing.T) {
	for name, c := range map[string]struct {
		in  string
		has []string
		// back is what the text holds after the injection is taken out.
		back []string
	}{
		"comments at an alias, a merge key and null": {
			in: podWith("  nodeSelector: &n\n    a: b\n  containers: &c\n  - &one # the first\n    name: one\n    args: &args\n    - x # target\n    env: ~ # none yet\n" +
				"  # before the second\n  - <<: *one # all of it\n    # its own\n    name: two\n    args: *args # the same\n"),
			has:  []string{"# the first", "# target", "# none yet", "# before the second", "# all of it", "# its own", "# the same"},
			back: []string{"# the first", "# target", "# before the second", "# all of it", "# its own", "# the same"},
		},
		"an overridden value with comments": {
			in: "apiVersion: v1\nkind: Pod\n" + overridingMeta + "  containers: &c\n  - name: one\n    env:\n    - name: ALIBABA_CLOUD_STS_REGION\n      # why\n      value: mine # what\n" +
				"    - name: ALIBABA_CLOUD_ROLE_ARN\n      valueFrom: # from\n        # where\n        fieldRef:\n          fieldPath: metadata.name\n",
			has:  []string{"# why", `# what # inject-rrsa was: "value: mine"`, `was: "valueFrom: {fieldRef: {fieldPath: metadata.name}}"`},
			back: []string{"      # why\n      value: mine # what\n", "valueFrom: {fieldRef: {fieldPath: metadata.name}}\n"},
		},
		"a literal by an alias at the end of the text": {
			in:   podWith("  hostname: &h |\n    # text\n  volumes:\n  - name: data\n    emptyDir: {}\n  containers: &c\n  - name: one\n  subdomain: *h"),
			has:  []string{`subdomain: "# text\n"`},
			back: []string{`subdomain: "# text\n"`},
		},
		"a tag that says nothing": {
			in:   podWith("  containers: !!seq\n  - !!map\n    name: one\n    env: !!seq\n    - name: A\n"),
			has:  []string{"  - name: one\n"},
			back: []string{"spec:\n  containers:\n  - name: one\n    env:\n    - name: A\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			injected := render(t, c.in)
			removed := string(takeOut(t, []byte(injected), false))
			for _, want := range []struct {
				text string
				has  []string
			}{{injected, c.has}, {removed, c.back}} {
				for _, part := range want.has {
					if !strings.Contains(want.text, part) {
						t.Errorf("want %q in\n%s", part, want.text)
					}
				}
			}
			if strings.Contains(removed, "ALIBABA_CLOUD_OIDC") || strings.Contains(removed, Mark) {
				t.Errorf("something stays:\n%s", removed)
			}
			if again := render(t, injected); again != injected {
				t.Errorf("a second run changes (-first +second):\n%s", cmp.Diff(injected, again))
			}
		})
	}
}

// TestLateMerge: where kubectl and YAML disagree on a value, nothing is decided.
func TestLateMerge(t *testing.T) {
	s, err := manifest.Parse("input.yaml", []byte(podWith("  containers: &c\n  - &one\n    name: one\n    image: a\n  - name: two\n    <<: *one\n")))
	if err != nil {
		t.Fatal(err)
	}
	_, err = testInjector().Plan(s.Items())
	if want := `input.yaml, document 1, line 11: pod/app: reading spec.containers[1]: tools don't agree on the value of "name", which the merge key behind it brings as well: move the merge key before it`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestSharedByObjects: objects of a List that share a container through a merge key
// are refused: neither can be changed for itself.
func TestSharedByObjects(t *testing.T) {
	pod := "- apiVersion: v1\n  kind: Pod\n  metadata: {name: app}\n  spec:\n"
	in := "apiVersion: v1\nkind: List\nitems:\n" +
		pod + "    containers:\n    - &one\n      name: one\n      volumeMounts: &m\n      - name: data\n        mountPath: /data\n    - *one\n" +
		pod + "    containers:\n    - <<: *one\n      name: two\n"
	out, _, err := inject(in)
	if want := "pod/app: the object can't be changed as it is written, neither in place nor as a whole: another object has a part of it by an alias"; err == nil || !strings.Contains(err.Error(), want) || out != in {
		t.Errorf("want %q, got %v", want, err)
	}
}

// longer is everyone with a token for longer.
type longer struct{ everyone }

func (l longer) ServiceAccount(namespace, name string) (*Known[corev1.ServiceAccount], error) {
	known, err := l.everyone.ServiceAccount(namespace, name)
	known.Object.Annotations[rrsa.TokenExpirationKey] = "7200"
	return known, err
}

// TestAnchoredVolumes: another expiration gives what it would have given from the
// start, whatever the anchor of the list, and a mount of a person's in an anchored list holds no volume.
func TestAnchoredVolumes(t *testing.T) {
	in := podWith("  volumes: &v\n    -   name: data\n        emptyDir: {}\n  containers:\n  - name: one\n    volumeMounts: &m\n    - name: rrsa-oidc-token\n      mountPath: /token\n  - name: two\n    env: ~\n    volumeMounts: *m\n")
	update := func(text string) string {
		s, err := manifest.Parse("input.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		injector := testInjector()
		injector.Lookup = longer{}
		report, err := injector.Plan(s.Items())
		if err != nil {
			t.Fatal(err)
		}
		return written(t, s, report)
	}
	injected := update(render(t, in))
	if diff := cmp.Diff(update(in), injected); diff != "" {
		t.Errorf("an update isn't what it would be from the start (-fresh +updated):\n%s", diff)
	}
	if back := string(takeOut(t, []byte(injected), false)); !meansTheSame(t, strings.ReplaceAll(in, "    env: ~\n", ""), back) {
		t.Errorf("inject and remove:\n%s", back)
	}
}
