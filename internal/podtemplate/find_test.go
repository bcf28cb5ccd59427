package podtemplate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func parsed(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return doc.Content[0]
}

// TestFind: each pod template by the way to it, with its containers and its
// ServiceAccount.
func TestFind(t *testing.T) {
	table := NewTable([]Path{{Group: "example.com", Kind: "Any", Path: "spec.pods[].*.template", ServiceAccountPath: "spec.account"}})
	type found struct {
		Way, Account string
		Several      bool
		Containers   []string
	}
	for _, tt := range []struct {
		name, group, kind, in string
		want                  []found
		known                 bool
	}{
		{"a Pod", "", "Pod", "spec: {serviceAccountName: s, initContainers: [{name: i}], containers: [{name: a}, {name: b}]}\n",
			[]found{{"", "s", false, []string{"spec.initContainers[0] i", "spec.containers[0] a", "spec.containers[1] b"}}}, true},
		{"a Deployment", "apps", "Deployment", "spec: {template: {spec: {containers: [{name: a}]}}}\n",
			[]found{{"spec.template", "", false, []string{"spec.template.spec.containers[0] a"}}}, true},
		{"a Deployment without a template", "apps", "Deployment", "spec: {}\n", nil, true},
		{"null for one", "apps", "Deployment", "spec: {template: ~}\n", nil, true},
		{"aliases and merge keys on the way", "apps", "Deployment", "x: &x {containers: [&c {name: a}, *c]}\nspec: {<<: {template: {spec: *x}}}\n",
			[]found{{"spec.template", "", false, []string{"spec.template.spec.containers[0] a", "spec.template.spec.containers[1] a"}}}, true},
		{"entries of lists and any key", "example.com", "Any", "spec: {account: own, pods: [{a: {template: {spec: {serviceAccountName: s, containers: [{name: a}]}}}, b: {}}, {c: {template: {}}}]}\n",
			[]found{
				{"spec.pods[0].a.template", "own", true, []string{"spec.pods[0].a.template.spec.containers[0] a"}},
				{"spec.pods[1].c.template", "own", true, nil},
			}, true},
		{"words where lists are wanted", "example.com", "Any", "spec: {pods: none}\n", nil, true},
		{"a kind that isn't known", "example.com", "Other", "spec: {containers: [{name: a}]}\n", nil, false},
		{"a kind of another group", "example.com", "Pod", "spec: {containers: [{name: a}]}\n", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, err := table.Find(parsed(t, tt.in), tt.group, tt.kind)
			if err != nil || all.Known != tt.known {
				t.Fatalf("known is %v: %v", all.Known, err)
			}
			var got []found
			for _, template := range all.Templates {
				one := found{Way: template.Way.String(), Account: template.Typed.Spec.ServiceAccountName, Several: template.Several}
				for _, c := range template.Containers {
					one.Containers = append(one.Containers, c.Way.String()+" "+c.Typed.Name)
				}
				got = append(got, one)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("templates (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFindErrors: what can't be read has its path.
func TestFindErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a key twice on the way", "spec: {template: {}, template: {}}\n", `reading spec: key "template" stands twice, first in line 1`},
		{"containers of another type", "spec: {template: {spec: {containers: a}}}\n", `reading spec.template.spec.containers: want a list, got "a"`},
		{"a container of another type", "spec: {template: {spec: {containers: [{name: a}, b]}}}\n", `reading spec.template.spec.containers[1]: want a mapping, got "b"`},
		{"a mode of another type", "spec: {template: {spec: {volumes: [{projected: {defaultMode: a}}]}}}\n", `reading spec.template.spec.volumes[0].projected.defaultMode: want a whole number, got "a"`},
		{"a pod spec where a template belongs", "spec: {template: {containers: [{name: a}]}}\n", `reading spec.template: want a pod template, got a pod spec: put it into "spec"`},
		{"neither", "spec: {template: {pods: 3}}\n", "reading spec.template: it is neither a pod template, which has a spec, nor a pod spec, which has containers: correct the path, or what is there"},
		{"both", "spec: {template: {spec: {}, containers: []}}\n", "reading spec.template: it has a spec and containers next to it, so it is not clear whether it is a pod template or a pod spec"},
		{"a word", "spec: {template: none}\n", `reading spec.template: want a pod template or a pod spec, got "none"`},
		{"a list", "spec: {template: [{spec: {}}]}\n", `reading spec.template: want a pod template or a pod spec, got a list: a path has "[]" behind the key of a list`},
		{"a label of another type", "spec: {template: {metadata: {labels: {a: [b]}}}}\n", "reading spec.template.metadata.labels.a: want a string, got a list"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewTable(nil).Find(parsed(t, tt.in), "apps", "Deployment")
			if err == nil || err.Error() != tt.want {
				t.Errorf("want %q, got %v", tt.want, err)
			}
		})
	}
}
