package cluster

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Where the sources are.
const (
	profilePath    = "/api/v1/namespaces/kube-system/configmaps/ack-cluster-profile"
	issuerPath     = "/.well-known/openid-configuration"
	nodesPath      = "/api/v1/nodes"
	secretsPath    = "/api/v1/namespaces/kube-system/secrets"
	deploymentPath = "/apis/apps/v1/namespaces/kube-system/deployments/ack-pod-identity-webhook"
	podsPath       = "/api/v1/pods"
	shopPodsPath   = "/api/v1/namespaces/shop/pods"
)

// world has what an API server answers by its paths: an object, or a status code.
type world map[string]any

func profileOf(account, id string) any {
	return &corev1.ConfigMap{TypeMeta: typeOf("v1", "ConfigMap"), Data: map[string]string{"uid": account, "clusterid": id}}
}

func issuerOf(region, id string) any {
	return map[string]string{"issuer": "https://oidc-ack-" + region + ".oss-" + region + ".aliyuncs.com/" + id}
}

func nodesOf(region string) any {
	return &corev1.NodeList{TypeMeta: typeOf("v1", "NodeList"), Items: []corev1.Node{{Spec: corev1.NodeSpec{ProviderID: region + ".i-1"}}}}
}

func podsOf(pods ...corev1.Pod) any {
	return &corev1.PodList{TypeMeta: typeOf("v1", "PodList"), Items: pods}
}

func deploymentOf(image string) any {
	d := &appsv1.Deployment{TypeMeta: typeOf("apps/v1", "Deployment")}
	d.Spec.Template.Spec.Containers = []corev1.Container{{Image: image}}
	return d
}

// releaseOf is the release's Secret, and the list that it is found in.
func releaseOf(t *testing.T, version string) world {
	meta := metav1.ObjectMeta{Namespace: "kube-system", Name: "r1", Labels: map[string]string{"version": "1"}}
	data := packed(t, `{"chart":{"metadata":{"appVersion":"`+version+`"}},"config":{"AutoInjectSTSEnvVars":false}}`)
	return world{
		secretsPath:         &metav1.PartialObjectMetadataList{TypeMeta: typeOf("meta.k8s.io/v1", "PartialObjectMetadataList"), Items: []metav1.PartialObjectMetadata{{TypeMeta: typeOf("meta.k8s.io/v1", "PartialObjectMetadata"), ObjectMeta: meta}}},
		secretsPath + "/r1": &corev1.Secret{TypeMeta: typeOf("v1", "Secret"), ObjectMeta: meta, Data: map[string][]byte{"release": data}},
	}
}

func typeOf(version, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: version, Kind: kind}
}

// open opens the world as a cluster. asked gets the paths of the requests.
func (w world) open(t *testing.T, asked *[]string) *Cluster {
	var mu sync.Mutex
	return openAt(t, io.Discard, func(out http.ResponseWriter, r *http.Request) {
		mu.Lock()
		*asked = append(*asked, r.URL.Path)
		mu.Unlock()
		out.Header().Set("Content-Type", "application/json")
		answer := w[r.URL.Path]
		if answer == nil {
			answer = http.StatusNotFound
		}
		if code, ok := answer.(int); ok {
			out.WriteHeader(code)
			answer = metav1.Status{TypeMeta: typeOf("v1", "Status"), Status: "Failure", Code: int32(code), Reason: reasons[code], Message: http.StatusText(code)}
		}
		if err := json.NewEncoder(out).Encode(answer); err != nil {
			t.Error(err)
		}
	})
}

var reasons = map[int]metav1.StatusReason{
	http.StatusForbidden: metav1.StatusReasonForbidden, http.StatusNotFound: metav1.StatusReasonNotFound, http.StatusTooManyRequests: metav1.StatusReasonTooManyRequests,
}

func with(worlds ...world) world {
	out := world{}
	for _, w := range worlds {
		maps.Copy(out, w)
	}
	return out
}

// TestIdentify: which source counts, and what isn't known or is an error if they
// contradict each other.
func TestIdentify(t *testing.T) {
	identity := []Field{AccountID, ClusterID, Region, OIDCProviderARN}
	component := []Field{WebhookVersion, AutoInjectSTSEnvVars}
	all := world{profilePath: profileOf("1", idA), issuerPath: issuerOf("cn-hangzhou", idA), nodesPath: nodesOf("cn-hangzhou")}
	web, other := pod("web", "1", idA, "cn-hangzhou"), pod("zoo", "1", idA, "cn-hangzhou")
	const configMap, api, image = "configmap kube-system/ack-cluster-profile", "issuer of the API server", "deployment kube-system/ack-pod-identity-webhook"
	freeIssuer := map[string]string{"issuer": "https://oidc.example.com"}
	byAll := map[Field]string{AccountID: "1, " + configMap, ClusterID: idA + ", " + configMap, Region: "cn-hangzhou, " + api}
	for _, tt := range []struct {
		name  string
		world world
		q     Question
		want  map[Field]string // of the needed ones
		// notAsked is a path that no request goes to.
		notAsked  string
		conflicts []string
		err       string
	}{
		{"the cluster before pods", with(all, world{podsPath: podsOf(pod("a", "2", idB, "cn-beijing"))}), Question{Need: identity, About: nobody}, byAll, podsPath, nil, ""},
		{"pods for what is open", world{issuerPath: issuerOf("cn-hangzhou", idA), podsPath: podsOf(web, other)}, Question{Need: identity, About: nobody}, map[Field]string{
			AccountID: "1, environment of the pod shop/web", ClusterID: idA + ", " + api, Region: "cn-hangzhou, " + api,
		}, "", nil, ""},
		{"pods of one namespace", world{podsPath: http.StatusForbidden, shopPodsPath: podsOf(web, other)}, Question{Need: []Field{AccountID}, About: nobody}, map[Field]string{
			AccountID: "1, environment of the pod shop/web",
		}, "", nil, ""},
		{"one workload alone, which may be copied", world{issuerPath: issuerOf("cn-hangzhou", idA), podsPath: podsOf(web)}, Question{Need: identity, About: nobody}, map[Field]string{
			ClusterID: idA + ", " + api, Region: "cn-hangzhou, " + api,
		}, "", nil, ""},
		{"pods of another cluster", world{issuerPath: issuerOf("cn-hangzhou", idA), podsPath: podsOf(pod("web", "1", idB, "cn-hangzhou"))}, Question{Need: identity, About: nobody}, map[Field]string{
			ClusterID: idA + ", " + api, Region: "cn-hangzhou, " + api,
		}, "", nil, ""},
		{"pods that say otherwise where all are asked", with(all, world{podsPath: podsOf(pod("web", "2", idB, "cn-hangzhou"))}), Question{Need: identity, Every: true}, byAll, "", []string{
			`accountID is "1", and "2" by the environment of the pod shop/web, which isn't believed`,
		}, ""},
		{"one workload for all", world{podsPath: podsOf(web)}, Question{Need: []Field{AccountID}}, map[Field]string{}, "", nil, ""},
		{"two workloads for all", world{podsPath: podsOf(web, pod("x", "1", idA, ""))}, Question{Need: []Field{AccountID}}, map[Field]string{AccountID: "1, environment of the pod shop/web"}, "", nil, ""},
		{"about none of what pods say", all, Question{Need: []Field{Issuer}}, map[Field]string{Issuer: all[issuerPath].(map[string]string)["issuer"] + ", " + api}, profilePath, nil, ""},

		{"an issuer that isn't ACK's", world{issuerPath: freeIssuer, nodesPath: nodesOf("cn-hangzhou")}, Question{Need: []Field{Issuer, OIDCIssuer, ClusterID, Region}, About: nobody}, map[Field]string{
			Issuer: "https://oidc.example.com, " + api, OIDCIssuer: "https://oidc.example.com, " + api, Region: "cn-hangzhou, labels of the nodes",
		}, "", nil, ""},
		{"an issuer that isn't ACK's, of a cluster that is", world{profilePath: profileOf("1", idA), issuerPath: freeIssuer}, Question{Need: append(identity, Issuer, OIDCIssuer), About: nobody}, map[Field]string{
			AccountID: "1, " + configMap, ClusterID: idA + ", " + configMap, Issuer: "https://oidc.example.com, " + api,
		}, "", nil, ""},
		{"an issuer that isn't ACK's, of a cluster that is given", world{issuerPath: freeIssuer}, Question{Need: []Field{OIDCIssuer}, Given: []Answer{{ClusterID, idA, "flag --cluster-id"}}}, map[Field]string{}, "", nil, ""},
		{"an issuer that isn't ACK's, where another one follows", with(all, world{issuerPath: freeIssuer}), Question{Need: append(identity, Issuer, OIDCIssuer)}, map[Field]string{
			AccountID: "1, " + configMap, ClusterID: idA + ", " + configMap, Region: "cn-hangzhou, labels of the nodes", Issuer: "https://oidc.example.com, " + api,
		}, "", nil, ""},

		{
			"two clusters", with(all, world{profilePath: profileOf("1", idB)}), Question{Need: identity}, nil, podsPath, nil,
			`identifying the cluster: clusterID is "` + idB + `" by the ` + configMap + `, and "` + idA + `" by the issuer of the API server`,
		},
		{
			"two regions", with(all, world{nodesPath: nodesOf("cn-beijing")}), Question{Need: identity}, nil, "", nil,
			`identifying the cluster: region is "cn-hangzhou" by the issuer of the API server, and "cn-beijing" by the labels of the nodes`,
		},
		{"two clusters, settled", with(all, world{profilePath: profileOf("1", idB)}), Question{Need: []Field{AccountID}, Given: []Answer{{ClusterID, idA, "flag --cluster-id"}}}, map[Field]string{AccountID: "1, " + configMap}, "", nil, ""},
		{
			"two clusters, and a third one", with(all, world{profilePath: profileOf("1", idB)}), Question{Given: []Answer{{ClusterID, strings.Replace(idA, "e", "f", 1), "flag --cluster-id"}}}, nil, "", nil,
			`identifying the cluster: clusterID is "` + strings.Replace(idA, "e", "f", 1) + `" by the flag --cluster-id, and "` + idB + `" by the ` + configMap,
		},
		{
			"another account than is given", all, Question{Given: []Answer{{AccountID, "2", "flag --account-id"}}}, nil, "", nil,
			`identifying the cluster: accountID is "2" by the flag --account-id, and "1" by the ` + configMap,
		},
		{
			"another region than is given", all, Question{Given: []Answer{{Region, "cn-beijing", "config a.yaml"}}}, nil, "", nil,
			`identifying the cluster: region is "cn-beijing" by the config a.yaml, and "cn-hangzhou" by the issuer of the API server`,
		},
		{
			"another account than a given provider's", all, Question{Given: []Answer{{OIDCProviderARN, "acs:ram::2:oidc-provider/ack-rrsa-" + idA, "config a.yaml"}}}, nil, "", nil,
			`identifying the cluster: accountID is "2" by the config a.yaml, and "1" by the ` + configMap,
		},
		{"a given provider with a name of its own", all, Question{Need: []Field{AccountID}, Given: []Answer{{OIDCProviderARN, "acs:ram::2:oidc-provider/ours", "config a.yaml"}}}, map[Field]string{AccountID: "1, " + configMap}, "", nil, ""},
		{"another account than pods say", world{podsPath: podsOf(web)}, Question{Need: []Field{ClusterID}, Given: []Answer{{AccountID, "2", "flag --account-id"}}, About: nobody}, map[Field]string{}, "", nil, ""},

		{"a release", releaseOf(t, "v0.4.2-g1f0c3a7-aliyun"), Question{Need: component}, map[Field]string{
			WebhookVersion: "0.4.2, secret kube-system/r1", AutoInjectSTSEnvVars: "false, secret kube-system/r1",
		}, podsPath, nil, ""},
		{"a release and its image", with(releaseOf(t, "0.2.0"), world{deploymentPath: deploymentOf("webhook:v0.2.0.11-g2f0c2e7-aliyun")}), Question{Need: component}, map[Field]string{
			WebhookVersion: "0.2.0, secret kube-system/r1", AutoInjectSTSEnvVars: "false, secret kube-system/r1",
		}, "", nil, ""},
		{"a release and another image", with(releaseOf(t, "0.4.0"), world{deploymentPath: deploymentOf("webhook:0.3.1")}), Question{Need: component}, map[Field]string{}, "", []string{
			`the webhook's version and settings aren't known: webhookVersion is "0.4.0" by the secret kube-system/r1, and "0.3.1" by the ` + image + `: give --webhook-version and --auto-inject-sts-env-vars`,
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			got, err := Identify(t.Context(), tt.world.open(t, &asked), tt.q)
			if err == nil {
				err = errors.New("")
			}
			if diff := cmp.Diff(tt.err, err.Error()); diff != "" {
				t.Fatalf("error (-want +got):\n%s", diff)
			}
			answers := map[Field]string{}
			for _, f := range tt.q.Need {
				if a, ok := got.First(f); ok {
					answers[f] = a.Value + ", " + a.Source
				}
			}
			if diff := cmp.Diff(tt.want, answers); tt.want != nil && diff != "" {
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

// nobody is under question.
func nobody() ([]types.NamespacedName, error) { return nil, nil }

// TestIdentifyFailures: a source that can't answer now is passed over, and a cluster that
// can't be asked is an error.
func TestIdentifyFailures(t *testing.T) {
	for code, passed := range map[int]bool{
		http.StatusForbidden: true, http.StatusNotFound: true, http.StatusTooManyRequests: true, http.StatusInternalServerError: true,
		http.StatusBadGateway: true, http.StatusServiceUnavailable: true, http.StatusGatewayTimeout: true,
		http.StatusBadRequest: false, http.StatusUnauthorized: false,
	} {
		t.Run(http.StatusText(code), func(t *testing.T) {
			var asked, notes []string
			c := world{profilePath: profileOf("1", idA), issuerPath: code, nodesPath: code, podsPath: code, shopPodsPath: code}.open(t, &asked)
			c.note = func(text string) { notes = append(notes, text) }
			got, err := Identify(t.Context(), c, Question{Need: []Field{AccountID, ClusterID, Region}})
			if (err == nil) != passed {
				t.Fatalf("want it passed over: %t, got %v", passed, err)
			}
			if a, _ := got.First(ClusterID); passed && (a.Value != idA || len(notes) != 3) {
				t.Errorf("want the other source and a note for each, got %+v, %q", got, notes)
			}
		})
	}
	t.Run("the cause of the one under question", func(t *testing.T) {
		var asked []string
		_, err := Identify(t.Context(), world{}.open(t, &asked), Question{Need: []Field{AccountID}, About: func() ([]types.NamespacedName, error) { return nil, io.EOF }})
		if err != io.EOF {
			t.Errorf("want the error of what is under question, got %v", err)
		}
	})
}

// TestIdentifyLate: one source that doesn't answer in time is passed over, and a cluster
// that answers nothing in time is an error.
func TestIdentifyLate(t *testing.T) {
	for name, tt := range map[string]struct {
		stuck string
		late  bool
	}{"one source": {nodesPath, false}, "all": {"/", true}} {
		t.Run(name, func(t *testing.T) {
			over := make(chan bool)
			server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, tt.stuck) {
					<-over
				}
				w.WriteHeader(http.StatusNotFound)
			})
			defer close(over)
			_, err := Identify(t.Context(), openWith(t, server, "200ms", Options{}), Question{Need: []Field{AccountID, ClusterID, Region}})
			if u, ok := errors.AsType[*Unreachable](err); ok != tt.late || tt.late && !u.Late || !tt.late && err != nil {
				t.Errorf("want an error: %t, got %v", tt.late, err)
			}
		})
	}
}

// TestIdentifyAtOnce: the cluster's own sources and those of the webhook are asked at once:
// none is answered before all are asked.
func TestIdentifyAtOnce(t *testing.T) {
	var all sync.WaitGroup
	all.Add(5)
	c := openAt(t, io.Discard, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/pods") {
			all.Done()
			all.Wait()
		}
		w.WriteHeader(http.StatusNotFound)
	})
	if _, err := Identify(t.Context(), c, Question{Need: []Field{AccountID, ClusterID, Region, Issuer, WebhookVersion, AutoInjectSTSEnvVars}}); err != nil {
		t.Error(err)
	}
}
