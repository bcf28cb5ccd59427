package e2e

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// TestAdmissionIsPreview compares, for each pod and pod template of the golden
// cases, what the API server makes of the previewed pod with what it makes of the
// original one where the webhook runs the engine: the text edits against the typed
// mutation, after the server's own defaulting. A dry run goes the whole way but
// for the storage. What doesn't come to a comparison is listed in notCompared.
func TestAdmissionIsPreview(t *testing.T) {
	c := ownControlPlane(t)
	cases := golden.Load(t, filepath.Join("..", ".."))
	s := &caseRun{cluster: c, client: c.client(t), webhook: c.webhook(t), other: map[string]string{}}
	t.Run("case", func(t *testing.T) {
		for _, g := range cases {
			t.Run(g.Name, func(t *testing.T) {
				t.Parallel()
				s.run(t, g)
			})
		}
	})
	t.Logf("golden cases: %d; pods compared: %d, of them injected: %d; not compared: %d", len(cases), s.compared, s.injected, len(s.other))
	if s.injected == 0 {
		t.Error("no pod was injected")
	}
	expected(t, notCompared, s.other)
}

// caseRun collects what becomes of the cases.
type caseRun struct {
	cluster *cluster
	client  *kubernetes.Clientset
	webhook *webhook

	mu                 sync.Mutex
	compared, injected int
	// other tells of cases and pods that aren't compared why.
	other map[string]string
}

func (s *caseRun) skip(what, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.other[what] = why
}

func (s *caseRun) run(t *testing.T, g golden.Case) {
	got := s.cluster.rrsa(t, "", "preview", "--local", "--quiet", "--config", filepath.Join(g.Dir, "config.yaml"), filepath.Join(g.Dir, "input.yaml"))
	if got.code != 0 {
		s.skip(g.Name, "preview: "+got.stderr)
		return
	}
	settings, err := config.Parse("config.yaml", g.Config)
	if err != nil {
		t.Fatal(err)
	}
	injector, err := settings.Injector()
	if err != nil {
		t.Fatal(err)
	}
	before, err := objects(g.Input)
	if err != nil {
		s.skip(g.Name, err.Error())
		return
	}
	after, err := objects([]byte(got.stdout))
	if err != nil {
		t.Fatal(err)
	}
	world := newCaseWorld(s.client, g, before, settings.Namespace, webhookLabel, "on", "off")
	originals, previews := podManifests(before, world.fallback), podManifests(after, world.fallback)
	if len(originals) != len(previews) {
		t.Fatalf("want %d pods in the preview, got %d", len(originals), len(previews))
	}
	for i, original := range originals {
		what := g.Name + " " + original.name
		admission, preview, err := world.namespaces(t, original.namespace)
		if err != nil {
			s.skip(what, err.Error())
			continue
		}
		s.webhook.configure(admission, injector.Config)
		s.compare(t, what, renamed(t, original.pod, admission, ""), renamed(t, previews[i].pod, preview, ""))
	}
}

// compare has the API server make a pod of each manifest.
func (s *caseRun) compare(t *testing.T, what string, original, previewed []byte) {
	t.Helper()
	want, err := dryRun(t, s.client, original)
	if err != nil {
		s.skip(what, "the API server: "+err.Error())
		return
	}
	got, err := dryRun(t, s.client, previewed)
	if err != nil {
		t.Errorf("%s: the API server accepts the pod, but not its preview: %v", what, err)
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.skip(what, "they differ (-admission +preview):\n"+diff)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.compared++
	if slices.ContainsFunc(want.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == rrsa.VolumeName }) {
		s.injected++
	}
}

// dryRun is what the API server would make of a manifest, without what differs by
// nature.
func dryRun(t *testing.T, client *kubernetes.Clientset, manifest []byte) (*corev1.Pod, error) {
	t.Helper()
	var meta metav1.PartialObjectMetadata
	if err := json.Unmarshal(manifest, &meta); err != nil {
		return nil, err
	}
	pod := &corev1.Pod{}
	err := client.CoreV1().RESTClient().Post().Namespace(meta.Namespace).Resource("pods").
		Param("dryRun", metav1.DryRunAll).Param("fieldValidation", metav1.FieldValidationStrict).
		SetHeader("Content-Type", "application/json").Body(manifest).Do(t.Context()).Into(pod)
	comparable(pod)
	return pod, err
}

// comparable takes out of a pod what differs by nature between two that are made
// alike. The API server mounts its own token before the webhook is called, so that
// it stands before what the webhook appends and behind what a preview has: it goes
// to the end.
func comparable(pod *corev1.Pod) {
	pod.Namespace, pod.UID, pod.ResourceVersion, pod.CreationTimestamp, pod.ManagedFields = "", "", "", metav1.Time{}, nil
	const access = "kube-api-access"
	own := func(name string) bool { return strings.HasPrefix(name, access) }
	byOwner := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return 1
		}
		return -1
	}
	slices.SortStableFunc(pod.Spec.Volumes, func(a, b corev1.Volume) int { return byOwner(own(a.Name), own(b.Name)) })
	for i := range pod.Spec.Volumes {
		if v := &pod.Spec.Volumes[i]; own(v.Name) {
			v.Name = access
		}
	}
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for _, c := range containers {
			slices.SortStableFunc(c.VolumeMounts, func(a, b corev1.VolumeMount) int { return byOwner(own(a.Name), own(b.Name)) })
			for i := range c.VolumeMounts {
				if m := &c.VolumeMounts[i]; own(m.Name) {
					m.Name = access
				}
			}
		}
	}
}
