package trustpolicy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// mostWrappers is how many things may be around a policy.
const mostWrappers = 8

// document finds the policy in what somebody has at hand: the policy itself; what RAM
// answers to GetRole, which holds it as a string; one of both as a string, or encoded
// for a URL. path says where it was, and lines count in the text there. holder is the
// object that has the policy, as a role does; nil for none.
func document(data []byte) (policy, holder *node, path string, err error) {
	var n *node
	data = plainText(data)
	for range mostWrappers {
		if n == nil {
			if n, err = parse(data); err != nil {
				return nil, nil, path, err
			}
		}
		if n.kind == aString {
			data, n = plainText([]byte(n.text)), nil
			continue
		}
		if err := n.is(anObject, ""); err != nil {
			return nil, nil, path, err
		}
		key, inner := wrapped(n)
		if inner == nil {
			return n, holder, path, nil
		}
		holder = n
		path = strings.TrimPrefix(path+"."+key, ".")
		if fold(key) == "roles" {
			inner, err = only(inner)
			if err != nil {
				return nil, nil, path, err
			}
		}
		if fold(key) == "role" && inner.kind == anObject {
			if _, policy := wrapped(inner); policy == nil {
				return nil, nil, path, fault(inner.line, "it has no AssumeRolePolicyDocument: RAM's GetRole answers with one")
			}
		}
		n = inner
	}
	return nil, nil, path, fmt.Errorf("the policy is inside of more than %d others", mostWrappers)
}

// wrapped is the key and the value around a policy, as RAM's API, the SDKs and tools
// write them; nil if an object is none of theirs.
func wrapped(n *node) (string, *node) {
	for _, want := range []string{"assumerolepolicydocument", "role", "roles", "body"} {
		for i, key := range n.keys {
			if fold(key) == want {
				return key, n.items[i]
			}
		}
	}
	return "", nil
}

// fold is a name as all of them write it.
func fold(key string) string { return strings.ToLower(strings.ReplaceAll(key, "_", "")) }

// only is the one role of a list. Which of several is meant is not guessed.
func only(roles *node) (*node, error) {
	if roles.kind == anObject {
		if _, inner := wrapped(roles); inner != nil {
			roles = inner
		}
	}
	if roles.kind != aList {
		return roles, nil
	}
	var names []string
	for _, role := range roles.items {
		if at := slices.IndexFunc(role.keys, func(key string) bool { return fold(key) == "rolename" }); at >= 0 {
			names = append(names, role.items[at].text)
		}
	}
	if len(roles.items) != 1 {
		return nil, fault(roles.line, "it lists %d roles (%s): check one of them, with what RAM's GetRole answers for it", len(roles.items), quoted(names))
	}
	if _, policy := wrapped(roles.items[0]); policy == nil {
		return nil, fault(roles.line, "the role has no AssumeRolePolicyDocument: RAM's GetRole answers with one")
	}
	return roles.items[0], nil
}

// plainText is a text without what an editor, a shell or a URL has made of it: a byte
// order mark, UTF-16, percent encoding.
func plainText(data []byte) []byte {
	for mark, order := range map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		if rest, ok := bytes.CutPrefix(data, []byte(mark)); ok {
			var units []uint16
			for ; len(rest) > 1; rest = rest[2:] {
				units = append(units, order.Uint16(rest))
			}
			data = []byte(string(utf16.Decode(units)))
		}
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if encoded := strings.TrimSpace(string(data)); len(encoded) > 2 && strings.EqualFold(encoded[:3], "%7B") {
		if text, err := url.QueryUnescape(encoded); err == nil {
			return []byte(text)
		}
	}
	return data
}
