package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// TestWarningsOfLargeObjects: whatever is in an object, it is accepted, and kubectl prints a
// line of the policy's own words that isn't too long.
func TestWarningsOfLargeObjects(t *testing.T) {
	c := ownControlPlane(t)
	w := newWarner(t, c)
	if err := w.put(t, warnLatest, warningSettings()[warnLatest]); err != nil {
		t.Fatal(err)
	}
	w.namespace(t, warnLatest, "large", map[string]string{rrsa.InjectionKey: rrsa.On})
	long := func(text string) string { return strings.Repeat(text, 60_000/len(text)) }
	many := func(n int, key func(i int) string) map[string]any {
		out := map[string]any{}
		for i := range n {
			out[key(i)] = "x"
		}
		return out
	}
	with := func(values map[string]any, key, value string) map[string]any {
		values[rrsa.KeyPrefix+key] = value
		return values
	}
	longPrefix := func(i int) string {
		return fmt.Sprintf("%sa%02d/x", strings.Repeat("pod-identity.", 18), i)
	}
	for _, tt := range []struct {
		name     string
		manifest object
		// want is the message, a regular expression.
		want string
	}{
		{"a long role", accountWith(with(map[string]any{}, "role-name", long("a"))),
			`^RoleNameInvalid: ServiceAccount "large/cart" names the RAM role "a{100}\.\.\.", which is not a valid role name \(a RAM role's name has [^)]*\)$`},
		{"a long ARN", accountWith(with(map[string]any{}, "role-name", long(":role/"))), `^RoleNameInvalid: .* \(a RAM role's name has [^)]*\)$`},
		{"long digits", accountWith(with(map[string]any{}, "service-account-token-expiration", long("9"))), `^ExpirationOutOfRange: the token expiration 9{100}\.\.\. is outside`},
		{"long zeros", accountWith(with(with(map[string]any{}, "role-name", "a_b"), "service-account-token-expiration", long("0")+"3600")), `^RoleNameInvalid: [^;]*$`},
		{"long lines", accountWith(with(map[string]any{}, "service-account-token-expiration", long("\n\x01"))), `^ExpirationInvalid: the token expiration "(\\n\?){50}\.\.\." is not`},
		{"long lists", podWith(with(with(map[string]any{}, "skip-containers", long("a,")), "only-containers", long(",app")), 2, "own"), `^TokenDirTaken: container "app"`},
		{"other scripts", accountWith(with(with(many(8, longPrefix), "role-name", long("😀")), "service-account-token-expiration", long("😀"))), `^KeyUnknown: pod-identity.*\.\.\.$`},
		{"64 containers", podWith(map[string]any{}, 64, "own"), `^(TokenDirTaken: container "app[0-9]*" mounts volume "own" at [^)]*\); ){10}and more$`},
		{"64 containers with long names", podWith(map[string]any{}, 64, strings.Repeat("own", 21)), `^TokenDirTaken: container "app" mounts volume "own.*; and more$`},
		{"1000 wrong keys", accountWith(many(1000, func(i int) string { return fmt.Sprintf("a%d.aliyun.example/injection", i) })), `^(KeyUnknown: [^)]*\); ){10}and more$`},
		{"10000 other keys", accountWith(with(many(10_000, func(i int) string { return fmt.Sprintf("alibaba.example/%d", i) }), "role-name", "a_b")), `^RoleNameInvalid: [^;]*$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			manifest, err := json.Marshal(tt.manifest)
			if err != nil {
				t.Fatal(err)
			}
			got := c.kubectlWith(t, string(manifest), "create", "--dry-run=server", "-n", "large", "-f", "-")
			message, ok := strings.CutPrefix(got.stderr, strings.TrimSuffix(warningLine(warnLatest, ""), "\n"))
			message, line := strings.CutSuffix(message, "\n")
			if got.code != 0 || !ok || !line || !regexp.MustCompile(tt.want).MatchString(message) || len(message) > 4000 {
				t.Errorf("want a line of %s, got %d bytes, exit code %d: %.4000s", tt.want, len(message), got.code, got.stderr)
			}
		})
	}
}

func accountWith(annotations map[string]any) object {
	return object{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": object{"name": "cart", "annotations": annotations}}
}

// podWith is a pod with so many containers, which all mount a volume at the token directory.
func podWith(annotations map[string]any, containers int, volume string) object {
	var list []any
	for i := range containers {
		name := "app"
		if i > 0 {
			name = fmt.Sprintf("app%d", i)
		}
		list = append(list, object{"name": name, "image": "app:1", "volumeMounts": []any{object{"name": volume, "mountPath": tokenDir}}})
	}
	return object{
		"apiVersion": "v1", "kind": "Pod", "metadata": object{"name": "web", "annotations": annotations},
		"spec": object{"containers": list, "volumes": []any{object{"name": volume, "emptyDir": object{}}}},
	}
}
