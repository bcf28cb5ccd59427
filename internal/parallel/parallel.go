// Package parallel does the same with many things, on all cores.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls a function for each number from 0 up to n, and returns when all calls
// have. Each worker's calls come one after the other; worker makes the function of one,
// with what it keeps between its calls. What comes of a call belongs at its number, so
// that it doesn't matter who made it, and when.
func Each(n int, worker func() func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers < 2 {
		do := worker()
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			do := worker()
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	all.Wait()
}
