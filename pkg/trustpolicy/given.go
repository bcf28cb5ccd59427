package trustpolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// givenPolicy is a policy as somebody wrote it: one value or a list wherever RAM
// takes both, with statements and conditions that are none of ours.
type givenPolicy struct {
	Version   string
	Statement []givenStatement
}

type givenStatement struct {
	Effect    string
	Action    Values
	Principal map[string]Values
	Condition map[string]map[string]json.RawMessage

	index      int
	conditions []givenCondition
}

// givenCondition is one key under one operator.
type givenCondition struct {
	operator, key string
	values        Values
}

// readPolicy reads a policy strictly: a part that isn't known here, such as
// NotAction, could turn its meaning round.
func readPolicy(data []byte) (givenPolicy, error) {
	var p givenPolicy
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return p, fmt.Errorf("reading the trust policy: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return p, errors.New("reading the trust policy: there is more after its end")
	}
	if len(p.Statement) == 0 {
		return p, errors.New("reading the trust policy: it has no Statement")
	}
	for i := range p.Statement {
		s := &p.Statement[i]
		s.index = i
		for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
			for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
				c := givenCondition{operator: operator, key: key}
				if slices.Contains(claims(), key) {
					if err := json.Unmarshal(s.Condition[operator][key], &c.values); err != nil {
						return p, fmt.Errorf("reading the trust policy: %s: %w", s.field(".Condition."+operator+"["+key+"]"), err)
					}
				}
				s.conditions = append(s.conditions, c)
			}
		}
	}
	return p, nil
}

func (s givenStatement) field(path string) string {
	return fmt.Sprintf("Statement[%d]%s", s.index, path)
}

// unjudged lists the conditions about something else than the token's claims.
func (s givenStatement) unjudged() []givenCondition {
	return slices.DeleteFunc(slices.Clone(s.conditions), func(c givenCondition) bool { return slices.Contains(claims(), c.key) })
}
