package cluster

import (
	"errors"
	"testing"
)

func TestTogether(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	begun := make(chan bool)
	err := Together(
		func() error { <-begun; return nil }, // waits for one that comes later in the list
		func() error { return first },
		func() error { close(begun); return second },
	)
	if err != first {
		t.Errorf("want the first error of the list, got %v", err)
	}
	if err := Together(); err != nil {
		t.Errorf("want no error of nothing, got %v", err)
	}
}
