package parallel

import (
	"runtime"
	"testing"
)

// Each number comes once, and what a worker keeps is its own: the race detector sees
// the rest.
func TestEach(t *testing.T) {
	for _, procs := range []int{1, 2, 8} {
		for _, n := range []int{0, 1, 2, 3, 1000} {
			before := runtime.GOMAXPROCS(procs)
			calls, order := make([]int, n), make([]int, n)
			Each(n, func() func(int) {
				count := 0
				return func(i int) {
					count++
					calls[i]++
					order[i] = count
				}
			})
			runtime.GOMAXPROCS(before)
			for i := range n {
				if calls[i] != 1 || order[i] < 1 || procs == 1 && order[i] != i+1 {
					t.Fatalf("%d cores, %d of %d: %d calls, the worker's %d.", procs, i, n, calls[i], order[i])
				}
			}
		}
	}
}
