package cluster

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rrsa/rrsa/pkg/admissionpolicy"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/plugin/diagnose"
)

const group = "/apis/admissionregistration.k8s.io/"

// policyOf is a policy of some settings of the cluster idA.
func policyOf(t *testing.T, change func(*rrsa.Config)) *admissionpolicy.Policy {
	t.Helper()
	cfg := rrsa.Default()
	cfg.AccountID, cfg.ClusterID, cfg.Region, cfg.AutoInjectSTSEnvVars = "1", idA, "cn-hangzhou", false
	change(&cfg)
	policy, err := admissionpolicy.Make(admissionpolicy.Settings{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// policiesIn has a policy in a version of the API.
func policiesIn(version string, p *admissionpolicy.Policy) world {
	of := "admissionregistration.k8s.io/" + version
	policy := p.Mutating
	policy.APIVersion = of
	bindings := slices.Clone(p.Bindings)
	for i := range bindings {
		bindings[i].APIVersion = of
	}
	other := admissionregistrationv1.MutatingAdmissionPolicy{TypeMeta: typeOf(of, "MutatingAdmissionPolicy"), ObjectMeta: metav1.ObjectMeta{Name: "other"}}
	return world{
		group + version + "/mutatingadmissionpolicies": &admissionregistrationv1.MutatingAdmissionPolicyList{
			TypeMeta: typeOf(of, "MutatingAdmissionPolicyList"), Items: []admissionregistrationv1.MutatingAdmissionPolicy{other, policy},
		},
		group + version + "/mutatingadmissionpolicybindings": &admissionregistrationv1.MutatingAdmissionPolicyBindingList{
			TypeMeta: typeOf(of, "MutatingAdmissionPolicyBindingList"), Items: bindings,
		},
	}
}

// answersAll has the API server answer all about policies of a version with a code.
func answersAll(version string, code int) world {
	return world{group + version + "/mutatingadmissionpolicies": code, group + version + "/mutatingadmissionpolicybindings": code}
}

// hasTypes is what there is in a version.
func hasTypes(version string, names ...string) world {
	list := &metav1.APIResourceList{TypeMeta: typeOf("v1", "APIResourceList"), GroupVersion: "admissionregistration.k8s.io/" + version}
	for _, name := range names {
		list.APIResources = append(list.APIResources, metav1.APIResource{Name: name})
	}
	return world{group + version: list}
}

// TestReadPolicies: the newest version that is served counts, and what may not be read isn't
// known, unless there is nothing to be read.
func TestReadPolicies(t *testing.T) {
	newer, older := policyOf(t, func(c *rrsa.Config) {}), policyOf(t, func(c *rrsa.Config) { c.WebhookVersion = "0.3.1" })
	forbidden := with(answersAll("v1", http.StatusForbidden), answersAll("v1beta1", http.StatusForbidden))
	types := []string{"mutatingwebhookconfigurations", "mutatingadmissionpolicies"}
	half := policiesIn("v1", newer)
	half[group+"v1/mutatingadmissionpolicybindings"] = http.StatusForbidden
	altered := policiesIn("v1", newer)
	altered[group+"v1/mutatingadmissionpolicybindings"] = policiesIn("v1", &admissionpolicy.Policy{Mutating: newer.Mutating})[group+"v1/mutatingadmissionpolicybindings"]
	for _, tt := range []struct {
		name  string
		world world
		// version is that of the policy that acts, unreadable part of why it isn't known, err
		// part of an error, and altered tells that there is one that was changed.
		version, unreadable, err string
		altered                  bool
	}{
		{"none", policiesIn("v1", &admissionpolicy.Policy{}), "", "", "", false},
		{"v1", policiesIn("v1", newer), "0.4.2", "", "", false},
		{"v1beta1", policiesIn("v1beta1", older), "0.3.1", "", "", false},
		{"both", with(policiesIn("v1", newer), policiesIn("v1beta1", older)), "0.4.2", "", "", false},
		{"v1 and no right to v1beta1", with(policiesIn("v1", newer), answersAll("v1beta1", http.StatusForbidden)), "0.4.2", "", "", false},
		{"not served", world{}, "", "", "", false},
		{"no right", with(forbidden, hasTypes("v1", types...)), "", "Forbidden", "", false},
		{"no right, in v1beta1", with(forbidden, hasTypes("v1", types[0]), hasTypes("v1beta1", types[1])), "", "Forbidden", "", false},
		{"no right to the bindings", with(half, hasTypes("v1", types...)), "", "Forbidden", "", false},
		{"no right to what isn't served", with(forbidden, hasTypes("v1", types[0])), "", "", "", false},
		{"no right, and no word of what is served", with(forbidden, world{group + "v1": http.StatusForbidden}), "", "Forbidden", "", false},
		{"trouble", answersAll("v1", http.StatusInternalServerError), "", "", "reading the MutatingAdmissionPolicies: ", false},
		{"without bindings", altered, "", "", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked, notes []string
			c := tt.world.open(t, &asked)
			c.note = func(text string) { notes = append(notes, text) }
			got, err := ReadPolicies(t.Context(), c)
			switch {
			case tt.err != "":
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("want the error %q, got %v", tt.err, err)
				}
			case err != nil:
				t.Fatal(err)
			}
			version := ""
			if p := got.Acting(); p != nil {
				version = p.Settings.Config.WebhookVersion
			}
			if version != tt.version || !strings.Contains(got.Unreadable, tt.unreadable) || (got.Unreadable == "") != (tt.unreadable == "") || len(notes) != len(tt.unreadable)/len("Forbidden") {
				t.Errorf("want %q and %q, got %+v and %q", tt.version, tt.unreadable, got, notes)
			}
			if has := len(got.All) > 0 && len(got.All[0].Altered) > 0; has != tt.altered {
				t.Errorf("want it altered: %t, got %+v", tt.altered, got.All)
			}
		})
	}
}

// TestIdentifyPolicy: a policy is believed after the cluster itself and the webhook's
// installation, and before pods; one for another cluster tells nothing of this one.
func TestIdentifyPolicy(t *testing.T) {
	const source = ", MutatingAdmissionPolicy inject-rrsa"
	all := []Field{AccountID, ClusterID, Region, WebhookVersion, AutoInjectSTSEnvVars, InitContainers}
	web, other := pod("web", "2", idA, "cn-hangzhou"), pod("zoo", "2", idA, "cn-hangzhou")
	settings := map[Field]string{WebhookVersion: "0.4.2" + source, AutoInjectSTSEnvVars: "false" + source, InitContainers: "true" + source}
	and := func(more map[Field]string) map[Field]string {
		out := map[Field]string{}
		for _, m := range []map[Field]string{settings, more} {
			for f, v := range m {
				out[f] = v
			}
		}
		return out
	}
	for _, tt := range []struct {
		name      string
		world     world
		policy    *admissionpolicy.Policy
		err       error
		given     []Answer
		want      map[Field]string
		notAsked  string
		conflicts []string
	}{
		{"alone, before pods", world{podsPath: podsOf(web, other)}, policyOf(t, func(*rrsa.Config) {}), nil, nil, and(map[Field]string{
			AccountID: "1" + source, ClusterID: idA + source, Region: "cn-hangzhou" + source,
		}), podsPath, nil},
		{"after the cluster and the release", with(world{profilePath: profileOf("1", idA)}, releaseOf(t, "0.4.0")), policyOf(t, func(*rrsa.Config) {}), nil, nil, map[Field]string{
			AccountID: "1, configmap kube-system/ack-cluster-profile", ClusterID: idA + ", configmap kube-system/ack-cluster-profile", Region: "cn-hangzhou" + source,
			WebhookVersion: "0.4.0, secret kube-system/r1", AutoInjectSTSEnvVars: "false, secret kube-system/r1", InitContainers: "true" + source,
		}, podsPath, nil},
		{"for another cluster", world{profilePath: profileOf("1", idA)}, policyOf(t, func(c *rrsa.Config) { c.ClusterID = idB }), nil, nil, and(map[Field]string{
			AccountID: "1, configmap kube-system/ack-cluster-profile", ClusterID: idA + ", configmap kube-system/ack-cluster-profile",
		}), "", []string{`clusterID is "` + idA + `" by the configmap kube-system/ack-cluster-profile, and "` + idB + `"` + " by the" + strings.TrimPrefix(source, ",") + ", which injects for another cluster"}},
		{"for another account than is given", world{}, policyOf(t, func(*rrsa.Config) {}), nil, []Answer{{AccountID, "3", "flag --account-id"}}, settings, "", []string{
			`accountID is "3" by the flag --account-id, and "1" by the` + strings.TrimPrefix(source, ",") + ", which injects for another cluster",
		}},
		{"none", world{}, nil, nil, nil, map[Field]string{}, "", nil},
		{"trouble", world{}, nil, silent("no answer"), nil, map[Field]string{}, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			q := Question{Need: all, Given: tt.given, About: nobody, Policies: func() (diagnose.Policies, error) {
				if tt.policy == nil {
					return diagnose.Policies{}, tt.err
				}
				return diagnose.PoliciesOf([]admissionregistrationv1.MutatingAdmissionPolicy{tt.policy.Mutating}, tt.policy.Bindings), nil
			}}
			got, err := Identify(t.Context(), tt.world.open(t, &asked), q)
			if err != nil {
				t.Fatal(err)
			}
			answers := map[Field]string{}
			for _, f := range all {
				if a, ok := got.First(f); ok {
					answers[f] = a.Value + ", " + a.Source
				}
			}
			if diff := cmp.Diff(tt.want, answers); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.conflicts, got.Conflicts); diff != "" {
				t.Errorf("conflicts (-want +got):\n%s", diff)
			}
			if slices.Contains(asked, tt.notAsked) {
				t.Errorf("want %s not to be asked, got %q", tt.notAsked, asked)
			}
		})
	}
}
