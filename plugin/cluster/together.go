package cluster

import "sync"

// Together runs reads that don't need each other's answers at once, and waits for all
// of them. The error is that of the first read in the list that fails, so that the
// same failures give the same error.
func Together(reads ...func() error) error {
	errs := make([]error, len(reads))
	var all sync.WaitGroup
	for i, read := range reads {
		all.Go(func() { errs[i] = read() })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
