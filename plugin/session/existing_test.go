package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// TestReadManifests: a Pod that exists is among the Pods, wherever in the input it is
// and however it is written, and its text stays.
func TestReadManifests(t *testing.T) {
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, uid: 0a1b}\nspec: {template: {spec: {containers: [{name: a}]}}}\nstatus: {phase: Running}\n"
	pod := func(name, meta, spec, rest string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + meta + "}\nspec: {containers: [{name: a}]" + spec + "}\n" + rest
	}
	for _, tt := range []struct {
		name, text string
		want       []string
		err        string
	}{
		{"by its phase", pod("p", "", "", "status: {phase: Pending}\n"), []string{"p"}, ""},
		{"by its uid and node", pod("p", ", uid: 0a1b", ", nodeName: node-1", ""), []string{"p"}, ""},
		{"neither", pod("p", ", uid: 0a1b", "", "status: {}\n") + "---\n" + pod("q", "", ", nodeName: node-1", ""), nil, ""},
		{"next to others", deployment + "---\n" + pod("p", "", "", "status: {phase: Running}\n") + "---\n" + pod("q", "", "", ""), []string{"p"}, ""},
		{"in a List", "apiVersion: v1\nkind: List\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: p}, spec: {containers: [{name: a}]}, status: {phase: Running}}\n- {kind: Pod, apiVersion: v1, metadata: {name: q}, spec: {containers: []}}\n", []string{"p"}, ""},
		{"in a PodList", "apiVersion: v1\nkind: PodList\nitems:\n- {metadata: {name: p}, spec: {containers: [{name: a}]}, status: {phase: Running}}\n", []string{"p"}, ""},
		{"in JSON", `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "a"}]}, "status": {"phase": "Running"}}`, []string{"p"}, ""},
		{"as local config", pod("p", ", annotations: {config.kubernetes.io/local-config: 'true'}", "", "status: {phase: Running}\n"), nil, ""},
		{"one that no cluster has", pod("p", "", ", priority: high", "status: {phase: Running}\n"), nil, `document 1, line 1: reading Pod "p"`},
		{"one that is yet to be created", pod("p", "", ", priority: high", "# uid\n"), nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "pods.yaml")
			if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			streams, _, _, _ := genericiooptions.NewTestIOStreams()
			flags := Flags{Base: Base{IOStreams: streams}, Need: Need{Input: true, Pods: true}}
			flags.Files.Filenames = []string{file}
			got, err := readManifests(t.Context(), flags)
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("want the error %q, got %v", tt.err, err)
			}
			if err != nil {
				return
			}
			var names []string
			for _, it := range got.Items() {
				if p := got.Pods[it]; p != nil {
					names = append(names, p.Name)
				}
			}
			if diff := cmp.Diff(tt.want, names); diff != "" {
				t.Errorf("Pods that exist (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.text, string(got.Streams[0].Bytes())); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			flags.Need.Pods = false
			if plain, err := readManifests(t.Context(), flags); err != nil || plain.Pods != nil {
				t.Errorf("want no Pods if they aren't examined, got %v, %v", plain.Pods, err)
			}
		})
	}
}
