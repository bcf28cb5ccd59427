package trustpolicy

import "fmt"

// Role is what RAM's answer to GetRole says of the role that has a policy.
type Role struct {
	// Name and ARN are empty where the answer doesn't tell them.
	Name, ARN string
}

// RoleOf returns the role that a trust policy was given with, as RAM's GetRole does; the
// zero Role for a policy by itself. It fails if there is no policy to be found. (§7)
func RoleOf(policy []byte) (Role, error) {
	_, holder, _, err := document(policy)
	if err != nil {
		return Role{}, fmt.Errorf("reading the trust policy: %w", err)
	}
	var out Role
	if holder == nil {
		return out, nil
	}
	for i, key := range holder.keys {
		switch fold(key) {
		case "rolename":
			out.Name = holder.items[i].text
		case "arn":
			out.ARN = holder.items[i].text
		}
	}
	return out, nil
}
