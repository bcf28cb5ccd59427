package rrsa_test

import (
	"math/rand/v2"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// seed is one start of the fuzzer.
type seed struct {
	data       []byte
	word, more string
}

// seeds starts with the plainest input, then with ones where every choice is the
// same, then with mixed ones; they reach every verdict.
func seeds() []seed {
	out := []seed{{nil, "", ""}}
	for b := range 16 {
		data := make([]byte, 96)
		for i := range data {
			data[i] = byte(b)
		}
		out = append(out, seed{data, "on", "app"})
	}
	words := []string{"", "on", "a;b", "0.4.2-rc.1", "\x00", "é\n", "$(ALIBABA_CLOUD_ROLE_ARN", "pod-identity.alibabacloud.com/", rrsa.VolumeName, rrsa.TokenDir}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		data := make([]byte, 40+4*i)
		for j := range data {
			data[j] = byte(random.UintN(256))
		}
		out = append(out, seed{data, words[i%len(words)], words[i/len(words)]})
	}
	return out
}

// input builds the arguments of Plan; the same seed gives the same ones.
func (s seed) input() (rrsa.Config, rrsa.Input) {
	c := choices{data: s.data, words: []string{s.word, s.more}}
	return c.config(), c.input()
}
