package yamlnode

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// TestRead: what is read of lists of mappings, and what is said of what is none.
func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
		err        string
	}{
		{"entries", "list: [{name: a, n: 1}, {name: b, n: 0x10}]\n", []string{"a 1", "b 16"}, ""},
		{"an alias and a merge key", "x: &x {name: a, n: 1}\nlist: [*x, {<<: *x, n: 2}]\n", []string{"a 1", "a 2"}, ""},
		{"nothing", "list:\n", nil, ""},
		{"no list at all", "other: a\n", nil, ""},
		{"null for a name and a number", "list: [{name: ~, n: ~}]\n", []string{" 0"}, ""},
		{"another type", "list: {a: b}\n", nil, "reading list: want a list, got a mapping"},
		{"an empty entry", "list:\n- name: a\n-\n", nil, "reading list[1]: the entry is empty"},
		{"an entry of another type", "list: [a]\n", nil, `reading list[0]: want a mapping, got "a"`},
		{"a name of another type", "list: [{name: [a]}]\n", nil, "reading list[0].name: want a string, got a list"},
		{"a number that is none", "list: [{n: many}]\n", nil, `reading list[0].n: want a whole number, got "many"`},
		{"a number that is too much", "list: [{n: 99999999999}]\n", nil, `reading list[0].n: want a whole number, got "99999999999"`},
		{"a key twice", "list: [{name: a, name: b}]\n", nil, `reading list[0]: key "name" stands twice, first in line 1`},
		{"an object of another type", "- a\n", nil, "want a mapping, got a list"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readNames(parsed(t, tt.text))
			if err == nil && tt.err != "" || err != nil && err.Error() != tt.err {
				t.Fatalf("want the error %q, got %v", tt.err, err)
			}
			var at *Error
			if err != nil && (!errors.As(err, &at) || at.Line == 0) {
				t.Errorf("the error has no line: %#v", err)
			}
			if diff := cmp.Diff(tt.want, got); err == nil && diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

func readNames(object *yaml.Node) (out []string, err error) {
	err = Each(object, func(key string, v *yaml.Node) error {
		if key != "list" {
			return nil
		}
		out, err = ReadList(v, func(entry *yaml.Node) (string, error) {
			name, n := "", int32(0)
			err := Each(entry, func(key string, v *yaml.Node) (err error) {
				switch key {
				case "name":
					name, err = Scalar(v)
				case "n":
					var number *int32
					if number, err = Number[int32](v); number != nil {
						n = *number
					}
				}
				return err
			})
			return fmt.Sprintf("%s %d", name, n), err
		})
		return err
	})
	return out, err
}

// TestGetString goes a path of keys; what isn't a scalar there is nothing.
func TestGetString(t *testing.T) {
	root := parsed(t, "x: &x {a: {b: c}}\ny: {<<: *x, d: ~, e: [f]}\nz: *x\nbroken: {<<: g, a: h}\n")
	for _, tt := range []struct {
		path []string
		want string
	}{
		{[]string{"x", "a", "b"}, "c"},
		{[]string{"y", "a", "b"}, "c"},
		{[]string{"z", "a", "b"}, "c"},
		{[]string{"y", "d"}, ""},
		{[]string{"y", "e"}, ""},
		{[]string{"y", "e", "f"}, ""},
		{[]string{"y", "missing"}, ""},
		{[]string{"broken", "a"}, "h"},
		{[]string{"broken", "b"}, ""},
		{nil, ""},
	} {
		if got := GetString(root, tt.path...); got != tt.want {
			t.Errorf("at %v: want %q, got %q", tt.path, tt.want, got)
		}
	}
}

// TestIsString: what YAML 1.1 and 1.2 both take for a string.
func TestIsString(t *testing.T) {
	for text, want := range map[string]bool{
		"a": true, "'1'": true, `"on"`: true, "~": true, "": true, "!!str 1": true, "|\n  1\n": true,
		"1": false, "true": false, "on": false, "1_000": false, "0x10": false, "1.5": false, "[a]": false,
	} {
		_, v := Pair(parsed(t, "a: "+text+"\n"), "a")
		if got := IsString(v); got != want {
			t.Errorf("%q: a string is %v", text, got)
		}
	}
}

// TestStr: a string that is written is read as one, by YAML 1.1 as well.
func TestStr(t *testing.T) {
	for _, s := range []string{
		"", "a", "a b", "1", "on", "y", "null", "~", "-", "- a", "a: b", "a:", "a #b", "# a", "&a", "*a", "!a", "[a", "{a", "'", `"`, `\`, "a\nb", "\t", "0x1", "1e3", "1:2", ".", "/a.b_c-d:e", "=", "<<", "%a", "@a", "`a", "ä", "\u2028",
	} {
		text := written(t, Mapping(Str("a"), Str(s)))
		_, v := Pair(parsed(t, text), "a")
		if v.Value != s || !IsString(v) {
			t.Errorf("%q is written %q", s, text)
		}
	}
	if n := Literal(yaml.NodeTagNull, ""); written(t, Sequence(n)) == "" || !IsNull(n) {
		t.Error("null is something")
	}
}

// TestDescribe names kinds for people.
func TestDescribe(t *testing.T) {
	want := []string{"a mapping", "a list", `"a"`, "something else"}
	got := []string{Describe(Mapping()), Describe(Sequence()), Describe(Str("a")), Describe(&yaml.Node{Kind: yaml.AliasNode})}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	plain := errors.New("plain")
	if Below(".a", plain) != plain {
		t.Error("an error without a path gets none")
	}
}
