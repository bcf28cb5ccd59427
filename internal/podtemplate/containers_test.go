package podtemplate

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestContainers pins what counts as a container in kinds that aren't known.
func TestContainers(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		podSpec        bool
	}{
		{"a list", "spec: {x: [{containers: [{image: a}]}]}", "spec.x[0].containers", true},
		{"without an image", "spec: {containers: [{name: a}]}", "spec.containers", true},
		{"init containers alone", "spec: {initContainers: [{name: a}]}", "spec.initContainers", true},
		{"a list by an alias", "x: &x [{name: a}]\nspec: {containers: *x}", "spec.containers", true},
		{"a pod spec behind other names", "spec: {steps: [{image: a}], pod: {containers: [{name: a}]}}", "spec.pod.containers", true},
		{"a single one", "spec: {container: {image: a}}", "spec.container", false},
		{"a script", "spec: {templates: [{script: {image: a}}]}", "spec.templates[0].script", false},
		{"steps", "spec: {steps: [{ref: {name: a}}, {image: a}]}", "spec.steps", false},
		{"sidecars", "spec: {sidecars: [{image: a}]}", "spec.sidecars", false},
		{"a name of a container", "spec: {container: a}", "", false},
		{"names of containers", "spec: {containers: [a, b]}", "", false},
		{"containers of another sort", "spec: {containers: [{size: 40ft}]}", "", false},
		{"steps and scripts of another sort", "spec: {steps: [{name: a}, {script: echo}], script: {name: a}}", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path, podSpec := Containers(parsed(t, tt.in))
			if path != tt.want || podSpec != tt.podSpec {
				t.Errorf("want %q, %v, got %q, %v", tt.want, tt.podSpec, path, podSpec)
			}
		})
	}
}

// TestMadeElsewhere: the kinds are each there once, with what helps, and no path
// leads into them.
func TestMadeElsewhere(t *testing.T) {
	seen, all := map[[2]string]bool{}, MadeElsewhere()
	for _, k := range elsewhere() {
		key := [2]string{k.group, k.kind}
		if _, ok := all[key]; !ok || seen[key] || k.Hint == "" || NewTable(nil).Has(k.group, k.kind) {
			t.Errorf("%v", key)
		}
		seen[key] = true
	}
	if _, ok := all[[2]string{"example.com", "Workflow"}]; ok {
		t.Error("a kind of another group is found")
	}
}

// TestWords: an object in which containers are found has one of the words in its text,
// however the key is written.
func TestWords(t *testing.T) {
	for _, key := range []string{"containers", "initContainers", "container", "script", "steps", "sidecars"} {
		value := "[{name: a, image: b}]"
		if key == "container" || key == "script" {
			value = "{name: a, image: b}"
		}
		for _, form := range []string{"%s: %s", "%q: %s", "'%s' : %s", "{%s: %s}", "? %s\n: %s", "!!binary %s: %s"} {
			name := key
			if strings.HasPrefix(form, "!!binary") {
				name = base64.StdEncoding.EncodeToString([]byte(key))
			}
			text := fmt.Sprintf(form, name, value) + "\n"
			if path, _ := Containers(parsed(t, text)); path == "" && !strings.Contains(form, "!!") {
				t.Errorf("nothing is found in %q", text)
			}
			if !slices.ContainsFunc(Words(), func(word string) bool { return strings.Contains(text, word) }) {
				t.Errorf("%q has none of the words", text)
			}
		}
	}
}
