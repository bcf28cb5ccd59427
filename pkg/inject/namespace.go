package inject

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// know finds the Namespaces and ServiceAccounts.
func (r *run) know(items []*manifest.Item, report *Report) error {
	r.namespace = r.defaultNamespace(items, report)
	var err error
	if r.index, err = NewIndex(items, r.namespace, "input"); err != nil {
		return err
	}
	context, err := NewIndex(r.Context, r.namespace, "config")
	if err != nil {
		return err
	}
	r.envSources = findEnvSources(items, r.namespace)
	r.lookup = Lookups{r.index, context}
	if r.Lookup != nil {
		r.lookup = append(r.lookup, r.Lookup)
	}
	return nil
}

// defaultNamespace is the configured one, or the input's only Namespace, which
// the report then says.
func (r *run) defaultNamespace(items []*manifest.Item, report *Report) string {
	if r.Injector.Namespace != "" {
		return r.Injector.Namespace
	}
	only, without := "", false
	for _, it := range items {
		if it.APIVersion == "v1" && it.Kind == "Namespace" && !it.LocalConfig() {
			if only != "" && only != it.Name {
				return ""
			}
			only = it.Name
		} else if it.Namespace == "" && !untouchable(it) && r.namespaced(it) {
			without = true
		}
	}
	if only != "" && without {
		report.Notices = append(report.Notices, rrsa.Reason{
			Code: CodeNamespaceAssumed, Severity: rrsa.Info, Level: rrsa.LevelComponent, Field: "namespace",
			Message: fmt.Sprintf("objects without a namespace are taken to be in %q, the only Namespace of the input", only),
		})
	}
	return only
}

// namespaced tells whether an object's namespace matters here.
func (r *run) namespaced(it *manifest.Item) bool {
	return r.kinds.Has(it.Group(), it.Kind) || it.APIVersion == "v1" && it.Kind == "ServiceAccount"
}
