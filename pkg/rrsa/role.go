package rrsa

import (
	"fmt"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// rolePattern is the form of a RAM role's name. (§1)
var rolePattern = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`)

// role reads the ServiceAccount's role-name. (§1)
func (p *planner) role() answer {
	sa := p.in.ServiceAccount
	if sa == nil {
		p.add(Reason{
			Code: CodeServiceAccountUnknown, Severity: Warning, Blocking: true, Level: LevelServiceAccount,
			Message: fmt.Sprintf("ServiceAccount %q is not in the input, so its RAM role is not known", p.qualified(ServiceAccountName(p.in.Template))),
			Hint:    p.giveObject("the ServiceAccount"),
		})
		return unknown
	}
	name, present := sa.Annotations[RoleNameKey]
	if name == "" {
		r := Reason{
			Code: CodeRoleNameMissing, Severity: Info, Blocking: true, Level: LevelServiceAccount, Field: annotationField(RoleNameKey),
			Message: fmt.Sprintf("ServiceAccount %q has no annotation %s", p.qualified(sa.Name), RoleNameKey),
			Hint:    fmt.Sprintf("annotate it with the role's name in its manifest, or run: kubectl annotate serviceaccount %s %s=ROLE_NAME", sa.Name, RoleNameKey),
		}
		if p.in.NamespaceName != "" {
			r.Hint += " -n " + p.in.NamespaceName
		}
		if present {
			r.Severity = Warning
			r.Message = fmt.Sprintf("the annotation %s of ServiceAccount %q is empty", RoleNameKey, p.qualified(sa.Name))
			r.Hint += " --overwrite"
		}
		p.add(r)
		return no
	}
	if !rolePattern.MatchString(name) {
		hint := "a RAM role's name has 1 to 64 ASCII letters, digits, dots and hyphens"
		if _, role, ok := strings.Cut(name, ":role/"); ok {
			hint = fmt.Sprintf("write the role's name alone, not its ARN: %q", role)
		} else if trimmed := strings.TrimSpace(name); rolePattern.MatchString(trimmed) {
			hint = fmt.Sprintf("remove the white space around the name: %q", trimmed)
		}
		p.add(Reason{
			Code: CodeRoleNameInvalid, Severity: Warning, Blocking: true, Level: LevelServiceAccount, Field: annotationField(RoleNameKey),
			Message: fmt.Sprintf("ServiceAccount %q names the RAM role %q, which is not a valid role name", p.qualified(sa.Name), name),
			Hint:    hint,
		})
		return no
	}
	p.set("role-name", name, LevelServiceAccount, sa.Name, RoleNameKey)
	return yes
}

// qualified is a ServiceAccount's name with its namespace, as far as it is known.
func (p *planner) qualified(name string) string {
	if p.in.NamespaceName == "" {
		return name
	}
	return p.in.NamespaceName + "/" + name
}

// ServiceAccountName returns the name of the ServiceAccount that a pod runs as:
// the deprecated field counts if the other one is empty, and "default" if both
// are. (§1)
func ServiceAccountName(t *corev1.PodTemplateSpec) string {
	switch {
	case t.Spec.ServiceAccountName != "":
		return t.Spec.ServiceAccountName
	case t.Spec.DeprecatedServiceAccount != "":
		return t.Spec.DeprecatedServiceAccount
	}
	return "default"
}
