package jsonobject_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/internal/jsonobject"
)

func TestMarshal(t *testing.T) {
	object := jsonobject.Object{
		{Key: "z", Value: 1},
		{Key: `"a"`, Value: jsonobject.Object{{Key: "c", Value: "<"}, {Key: "b", Value: nil}}},
		{Key: "", Value: jsonobject.Object{}},
	}
	for name, test := range map[string]struct {
		object jsonobject.Object
		want   string
	}{
		"nil":    {nil, `{}`},
		"nested": {object, `{"z":1,"\"a\"":{"c":"\u003c","b":null},"":{}}`},
	} {
		got, err := json.Marshal(test.object)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := json.Marshal(jsonobject.Object{{Key: "n", Value: math.NaN()}}); err == nil {
		t.Error("NaN is no JSON")
	}
}
