package rrsa

import (
	"slices"
	"strings"
)

// Attempt finds what somebody did who meant to set one of the gate's keys and has not: a
// key that is misplaced or misspelt, or has a value that doesn't count, or is another
// cloud's or too new for the webhook. (§5)
func (d Decision) Attempt(key string) (Reason, bool) {
	i := slices.IndexFunc(d.Reasons, func(r Reason) bool {
		switch r.Code {
		case CodeKeyMisplaced, CodeNewerWebhookNeeded:
			return strings.Contains(r.Field, "["+key+"]")
		case CodeKeyUnknown, CodeOtherCloudKey:
			return strings.Contains(r.Hint, key)
		case CodeAutoInjectNotGate:
			return key == InjectionKey
		case CodePodLabelNoOptOut:
			return key == InjectionKey && r.Hint == writeOnHint
		}
		return false
	})
	if i < 0 {
		return Reason{}, false
	}
	return d.Reasons[i], true
}

// Mistake tells whether a pod that isn't injected by the rules shows that somebody meant it
// to be, and by which reason: it has a key that does nothing, a value that can't be, or one
// half of what has to be there on the pod itself. Without such a sign it is taken to be left
// out on purpose. (§5, §9)
func (d Decision) Mistake() (Reason, bool) {
	if d.Verdict != NotInjected {
		return Reason{}, false
	}
	label, unlabelled := d.find(CodeNamespaceNotEnabled)
	role, roleless := d.find(CodeRoleNameInvalid, CodeRoleNameMissing)
	for _, part := range []struct {
		key       string
		blocks    Reason
		shut      bool
		otherOpen bool // the other part of the gate is open
	}{{InjectionKey, label, unlabelled, !roleless}, {RoleNameKey, role, roleless, !unlabelled}} {
		if !part.shut {
			continue
		}
		if part.blocks.Severity == Warning {
			return part.blocks, true
		}
		// Another cloud's key may be for that cloud.
		if meant, ok := d.Attempt(part.key); ok && (meant.Code != CodeOtherCloudKey || part.otherOpen) {
			return meant, true
		}
	}
	if _, asked := d.find(CodePodLabelOn); asked && roleless {
		return role, true
	}
	if _, none := d.find(CodeNoContainerSelected); none {
		return d.find(CodeContainerNotFound, CodeContainerListSeparator)
	}
	return Reason{}, false
}

// find is the first reason with one of some codes.
func (d Decision) find(codes ...Code) (Reason, bool) {
	i := slices.IndexFunc(d.Reasons, func(r Reason) bool { return slices.Contains(codes, r.Code) })
	if i < 0 {
		return Reason{}, false
	}
	return d.Reasons[i], true
}
