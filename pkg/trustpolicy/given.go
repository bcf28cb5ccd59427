package trustpolicy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// givenPolicy is a policy as somebody wrote it: one value or a list wherever RAM
// takes both, with statements and conditions that are none of ours.
type givenPolicy struct {
	Version   string
	Statement []givenStatement
	// form is what RAM's grammar has in another way.
	form []Finding
}

type givenStatement struct {
	Effect    string
	Action    Values
	Principal map[string]Values

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
	n, _, path, err := document(data)
	if err == nil {
		err = p.read(n)
	}
	switch {
	case err == nil:
		return p, nil
	case path != "":
		return givenPolicy{}, fmt.Errorf("reading the trust policy: %s: %w", path, err)
	}
	return givenPolicy{}, fmt.Errorf("reading the trust policy: %w", err)
}

func (p *givenPolicy) read(n *node) error {
	parts, err := p.parts(n, "", "Version", "Statement")
	if err != nil {
		return err
	}
	if version := parts["Version"]; version != nil {
		if err := version.is(aString, "Version"); err != nil {
			return err
		}
		p.Version = version.text
	}
	statements := parts["Statement"]
	if statements == nil {
		return errors.New("it has no Statement")
	}
	if statements.kind == anObject {
		p.form = append(p.form, Finding{
			Severity: rrsa.Warning, Element: "Statement", Field: "Statement",
			Message: "it is one statement, and RAM's grammar has a list of them", Hint: "write it in a list: [{...}]",
		})
		statements = &node{kind: aList, items: []*node{statements}, line: statements.line}
	}
	if err := statements.is(aList, "Statement"); err != nil {
		return err
	}
	if len(statements.items) == 0 {
		return errors.New("it has no Statement")
	}
	for i, item := range statements.items {
		s := givenStatement{index: i}
		if err := s.read(p, item); err != nil {
			return err
		}
		p.Statement = append(p.Statement, s)
	}
	return nil
}

// read reads one statement. What its form deserves is added to the policy.
func (s *givenStatement) read(p *givenPolicy, n *node) error {
	if err := n.is(anObject, s.field("")); err != nil {
		return err
	}
	parts, err := p.parts(n, s.field(""), "Effect", "Action", "Principal", "Condition")
	if err != nil {
		return err
	}
	if effect := parts["Effect"]; effect != nil {
		if err := effect.is(aString, s.field(".Effect")); err != nil {
			return err
		}
		s.Effect = effect.text
	}
	if action := parts["Action"]; action != nil {
		if s.Action, err = action.strings(s.field(".Action")); err != nil {
			return err
		}
	}
	if principal := parts["Principal"]; principal != nil {
		s.Principal = map[string]Values{}
		if err := principal.is(anObject, s.field(".Principal")); err != nil {
			return err
		}
		for i, kind := range principal.keys {
			if s.Principal[kind], err = principal.items[i].strings(s.field(".Principal." + kind)); err != nil {
				return err
			}
		}
	}
	return s.readConditions(parts["Condition"])
}

func (s *givenStatement) readConditions(n *node) error {
	if n == nil || n.kind == "null" {
		return nil
	}
	if err := n.is(anObject, s.field(".Condition")); err != nil {
		return err
	}
	for i, operator := range n.keys {
		keys := n.items[i]
		if err := keys.is(anObject, s.field(".Condition."+operator)); err != nil {
			return err
		}
		for j, key := range keys.keys {
			c := givenCondition{operator: operator, key: key}
			if slices.Contains(claims(), key) {
				var err error
				if c.values, err = keys.items[j].strings(s.field(c.path())); err != nil {
					return err
				}
			}
			s.conditions = append(s.conditions, c)
		}
	}
	slices.SortFunc(s.conditions, func(a, b givenCondition) int { return strings.Compare(a.path(), b.path()) })
	return nil
}

// parts are the values of an object by the names that RAM's grammar has for them. A
// name in another case may be none for RAM, which is told.
func (p *givenPolicy) parts(n *node, path string, names ...string) (map[string]*node, error) {
	out := map[string]*node{}
	for i, key := range n.keys {
		at := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, key) })
		field := strings.TrimPrefix(path+"."+key, ".")
		switch {
		case at < 0:
			return nil, fault(n.items[i].line, "%s has %q, and what that means is not known here: want %s", cmp.Or(path, "it"), key, strings.Join(names, ", "))
		case out[names[at]] != nil:
			return nil, fault(n.items[i].line, "%s: %q stands twice in one object", field, names[at])
		case key != names[at]:
			p.form = append(p.form, Finding{
				Severity: rrsa.Warning, Element: key, Field: field,
				Message: fmt.Sprintf("RAM's grammar has %q", names[at]), Hint: "write it so",
			})
		}
		out[names[at]] = n.items[i]
	}
	return out, nil
}

func (s givenStatement) field(path string) string {
	return fmt.Sprintf("Statement[%d]%s", s.index, path)
}

func (c givenCondition) path() string { return ".Condition." + c.operator + "[" + c.key + "]" }
