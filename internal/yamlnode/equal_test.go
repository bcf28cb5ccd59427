package yamlnode

import "testing"

// TestEqual: the same values of the same types in the same order. SameValue minds
// neither the order of keys nor how a number is written.
func TestEqual(t *testing.T) {
	for _, tt := range []struct {
		name, a, b  string
		equal, same bool
	}{
		{"style and comments", "a: [b, 'c'] # d\n", "# e\na:\n- \"b\"\n- c\n", true, true},
		{"null and nothing", "a: ~\nb:\n", "a:\nb: null\n", true, true},
		{"a string and a number", "a: '1'\n", "a: 1\n", false, false},
		{"a string and a boolean", "a: 'true'\n", "a: true\n", false, false},
		{"a string and null", "a: ''\n", "a:\n", false, false},
		{"a tag that says what is so anyway", "a: !!str b\n", "a: b\n", true, true},
		{"a tag that says something", "a: !!str 1\n", "a: 1\n", false, false},
		{"another order of keys", "a: b\nc: d\n", "c: d\na: b\n", false, true},
		{"another order of entries", "[a, b]\n", "[b, a]\n", false, false},
		{"one more key", "a: b\n", "a: b\nc: d\n", false, false},
		{"another value", "a: b\n", "a: c\n", false, false},
		{"a list and a mapping", "a: [b]\n", "a: {b: c}\n", false, false},
		{"a number in another notation", "a: 16\n", "a: 0x10\n", false, true},
		{"aliases aren't followed", "a: &x [b]\nc: *x\n", "a: &x [b]\nc: *x\n", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := parsed(t, tt.a), parsed(t, tt.b)
			if got := Equal(a, b); got != tt.equal {
				t.Errorf("Equal is %v", got)
			}
			if got := Equal(b, a); got != tt.equal {
				t.Errorf("Equal, the other way round, is %v", got)
			}
			if got := SameValue(a, b); got != tt.same {
				t.Errorf("SameValue is %v", got)
			}
		})
	}
	n := parsed(t, "a: &x [b]\nc: *x\n")
	if !Equal(n, n) || Equal(n, nil) || Equal(nil, n) || !Equal(nil, nil) {
		t.Error("a node is equal to itself and not to none")
	}
	if twice := parsed(t, "a: b\na: b\n"); SameValue(twice, twice) || SameValue(n, twice) {
		t.Error("what can't be decoded has no value")
	}
}
