package fn_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	sdk "github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rrsa/rrsa/fn"
)

// TestProcessor: under the SDK's own main the processor injects what the function's
// main injects, and says the same.
func TestProcessor(t *testing.T) {
	input := header + "functionConfig:" + settings + "items:\n" + enabled + workload
	var out bytes.Buffer
	if err := sdk.Execute(fn.Processor{}, strings.NewReader(input), &out); err != nil {
		t.Fatal(err)
	}
	_, ours, _ := run(t, []byte(input))
	byName := func(list []byte) map[string]any {
		out := map[string]any{}
		for _, object := range objects(t, list) {
			out[object.(map[string]any)["kind"].(string)] = object
		}
		return out
	}
	if diff := cmp.Diff(byName(ours), byName(out.Bytes())); diff != "" {
		t.Errorf("items (-our main +the SDK's):\n%s", diff)
	}
	results := func(list []byte) string {
		read, err := sdk.ParseResourceList(list)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, r := range read.Results {
			all = append(all, r.String())
		}
		return strings.Join(all, "\n")
	}
	if diff := cmp.Diff(results(ours), results(out.Bytes())); diff != "" || results(ours) == "" {
		t.Errorf("results (-our main +the SDK's):\n%s", diff)
	}
}

// TestProcess gives the processor a list of the SDK's, without any main.
func TestProcess(t *testing.T) {
	read := func(config, items string) *sdk.ResourceList {
		list, err := sdk.ParseResourceList([]byte(header + "functionConfig:" + config + "items:\n" + items))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	conflict := strings.Replace(workload, "        containers:\n", "        volumes:\n        - name: rrsa-oidc-token\n          emptyDir: {}\n        containers:\n", 1)
	for _, tt := range []struct {
		name, config, items string
		ok                  bool
		injected            int
		result              string
	}{
		{"a deployment", settings, enabled + workload, true, 1, "injected: role app of ServiceAccount prod/app, into app"},
		{"a check", settings[:len(settings)-1] + "\n    mode: check\n", enabled + workload, false, 0, "not as inject-rrsa would make it"},
		{"a conflict", settings, enabled + conflict, false, 0, "the pod's own volume"},
		{"a config that is wrong", strings.Replace(settings, "accountID", "accountId", 1), enabled + workload, false, 0, `did you mean "accountID"?`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list := read(tt.config, tt.items)
			before := list.Items.String()
			ok, err := fn.Processor{}.Process(list)
			if ok != tt.ok || err != nil {
				t.Errorf("want %v, got %v, %v", tt.ok, ok, err)
			}
			after := list.Items.String()
			if n := strings.Count(after, "serviceAccountToken:"); n != tt.injected || n == 0 && after != before {
				t.Errorf("want %d injected, got\n%s", tt.injected, after)
			}
			if !slices.ContainsFunc(list.Results, func(r *sdk.Result) bool { return strings.Contains(r.Message, tt.result) }) {
				t.Errorf("want the result %q, got %v", tt.result, list.Results)
			}
		})
	}
	list := read(settings, enabled+workload)
	list.FunctionConfig = nil
	if ok, err := (fn.Processor{}).Process(list); ok || err != nil {
		t.Errorf("without a config: %v, %v", ok, err)
	}
}
