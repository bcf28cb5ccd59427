package cluster

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

func TestSelectorOf(t *testing.T) {
	for _, tt := range []struct{ name, object, want string }{
		{"a Deployment", "{apiVersion: apps/v1, kind: Deployment, spec: {selector: {matchLabels: {app: cart}, matchExpressions: [{key: tier, operator: In, values: [a, b]}]}}}", "app=cart,tier in (a,b)"},
		{"a ReplicationController", "{apiVersion: v1, kind: ReplicationController, spec: {selector: {app: cart}}}", "app=cart"},
		{"none", "{apiVersion: batch/v1, kind: CronJob, spec: {}}", ""},
		{"an empty one", "{apiVersion: x/v1, kind: Strange, spec: {selector: {matchLabels: {}}}}", ""},
		{"a text", "{apiVersion: x/v1, kind: Strange, spec: {selector: app=cart}}", ""},
		{"of another form", "{apiVersion: x/v1, kind: Strange, spec: {selector: {matchLabels: [app]}}}", ""},
		{"of another operator", "{apiVersion: x/v1, kind: Strange, spec: {selector: {matchExpressions: [{key: a, operator: Near}]}}}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			object := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(tt.object), &object.Object); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, selectorOf(object)); diff != "" {
				t.Errorf("selector (-want +got):\n%s", diff)
			}
		})
	}
}
