package cluster

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/inject"
)

// memory keeps what is known of the objects of one kind, for many who ask at once.
type memory[T any] struct {
	mu    sync.Mutex
	known map[types.NamespacedName]*inject.Known[T]
}

func newMemory[T any]() *memory[T] {
	return &memory[T]{known: map[types.NamespacedName]*inject.Known[T]{}}
}

// get is nil for an object that nothing is known of yet.
func (m *memory[T]) get(key types.NamespacedName) *inject.Known[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[key]
}

func (m *memory[T]) put(key types.NamespacedName, known *inject.Known[T]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[key] = known
}

// found are the objects that are there, by namespace and name.
func (m *memory[T]) found() []*T {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []*T
	for _, key := range slices.SortedFunc(maps.Keys(m.known), func(a, b types.NamespacedName) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	}) {
		if object := m.known[key].Object; object != nil {
			out = append(out, object)
		}
	}
	return out
}
