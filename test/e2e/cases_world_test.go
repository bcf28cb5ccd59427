package e2e

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rrsa/rrsa/test/golden"
)

// caseWorld makes the Namespaces and ServiceAccounts of one golden case, each
// Namespace twice under other names: one where pods are injected as they are created, one
// where they aren't.
type caseWorld struct {
	client *kubernetes.Clientset
	// label and the two values of it are those of the Namespaces.
	label, on, off string
	// known are the manifests of the input and of the config's context.
	known []object
	// fallback is the namespace of objects that name none.
	fallback string
	made     map[string]twoNamespaces
}

type twoNamespaces struct {
	admission, preview string
	err                error
}

func newCaseWorld(client *kubernetes.Clientset, g golden.Case, input []object, namespace, label, on, off string) *caseWorld {
	w := &caseWorld{client: client, label: label, on: on, off: off, known: input, fallback: namespace, made: map[string]twoNamespaces{}}
	if settings, err := objects(g.Config); err == nil && len(settings) == 1 {
		spec, _ := settings[0]["spec"].(object)
		context, _ := spec["context"].([]any)
		for _, o := range context {
			w.known = append(w.known, o.(object))
		}
	}
	if w.fallback == "" {
		var names []string
		for _, o := range input {
			if isCore(o, "Namespace") {
				names = append(names, at(o, "metadata", "name"))
			}
		}
		w.fallback = "default"
		if len(names) == 1 {
			w.fallback = names[0]
		}
	}
	return w
}

func isCore(o object, kind string) bool { return at(o, "apiVersion") == "v1" && at(o, "kind") == kind }

// namespaces are the two that a namespace of the case stands for. It fails if the
// API server accepts one of the manifests not.
func (w *caseWorld) namespaces(t *testing.T, name string) (admission, preview string, err error) {
	t.Helper()
	two, ok := w.made[name]
	if !ok {
		if two.admission, two.err = w.make(t, name, w.on); two.err == nil {
			two.preview, two.err = w.make(t, name, w.off)
		}
		w.made[name] = two
	}
	return two.admission, two.preview, two.err
}

func (w *caseWorld) make(t *testing.T, name, value string) (string, error) {
	t.Helper()
	ns := fmt.Sprintf("case-%d", namespaces.Add(1))
	namespace := object{"apiVersion": "v1", "kind": "Namespace"}
	accounts := []object{{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": object{"name": "default"}}}
	for _, o := range w.known {
		in := at(o, "metadata", "namespace")
		if in == "" {
			in = w.fallback
		}
		switch {
		case isCore(o, "Namespace") && at(o, "metadata", "name") == name:
			namespace = o
		case isCore(o, "ServiceAccount") && in == name:
			accounts = append(accounts, o)
		}
	}
	if err := w.apply(t, "namespaces", "", ns, renamed(t, namespace, "", ns)); err != nil {
		return "", fmt.Errorf("the Namespace: %w", err)
	}
	label := fmt.Sprintf(`{"metadata":{"labels":{%q:%q}}}`, w.label, value)
	if _, err := w.client.CoreV1().Namespaces().Patch(t.Context(), ns, types.MergePatchType, []byte(label), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, o := range accounts {
		if err := w.apply(t, "serviceaccounts", ns, at(o, "metadata", "name"), renamed(t, o, ns, "")); err != nil {
			return "", fmt.Errorf("the ServiceAccount: %w", err)
		}
	}
	return ns, nil
}

// apply is a server-side apply of a manifest as it is written, as "kubectl apply"
// does it.
func (w *caseWorld) apply(t *testing.T, resource, namespace, name string, manifest []byte) error {
	t.Helper()
	return w.client.CoreV1().RESTClient().Patch(types.ApplyPatchType).NamespaceIfScoped(namespace, namespace != "").
		Resource(resource).Name(name).Param("fieldManager", "e2e").Param("force", "true").
		Param("fieldValidation", metav1.FieldValidationStrict).Body(manifest).Do(t.Context()).Error()
}
