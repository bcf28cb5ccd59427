package plugin

import (
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// TestElsewhere: what is suggested for a word of another program exists, and the word doesn't.
func TestElsewhere(t *testing.T) {
	root := NewCommand("", genericiooptions.NewTestIOStreamsDiscard())
	for word, verbs := range elsewhere() {
		if found, _, err := root.Find([]string{word}); err == nil && found != root {
			t.Errorf("%s is a verb, and nobody is told of %q", word, verbs)
		}
		for _, verb := range verbs {
			if found, _, err := root.Find([]string{verb}); err != nil || found.Name() != verb {
				t.Errorf("%s is suggested for %s, and there is no such verb: %v", verb, word, err)
			}
		}
	}
}
