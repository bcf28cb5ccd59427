package cluster

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func expired(token string) error {
	err := apierrors.NewResourceExpired("too old")
	err.ErrStatus.Continue = token
	return err
}

func TestPages(t *testing.T) {
	refused := errors.New("refused")
	type answer struct {
		next string
		err  error
	}
	for _, tt := range []struct {
		name    string
		answers []answer
		// asked has the token of each request, and "drop" where the pages are dropped.
		asked        []string
		inconsistent bool
		err          error
	}{
		{"one page", []answer{{}}, []string{""}, false, nil},
		{"three pages", []answer{{next: "a"}, {next: "b"}, {}}, []string{"", "a", "b"}, false, nil},
		{"goes on with the token", []answer{{next: "a"}, {err: expired("rest")}, {}}, []string{"", "a", "rest"}, true, nil},
		{"goes on twice", []answer{{next: "a"}, {err: expired("b")}, {next: "c"}, {err: expired("d")}, {}}, []string{"", "a", "b", "c", "d"}, true, nil},
		{"the token has expired as well", []answer{{next: "a"}, {err: expired("b")}, {err: expired("c")}}, []string{"", "a", "b"}, true, expired("c")},
		{"begins anew", []answer{{next: "a"}, {err: expired("")}, {next: "b"}, {}}, []string{"", "a", "drop", "", "b"}, false, nil},
		{"begins anew once", []answer{{next: "a"}, {err: expired("")}, {next: "b"}, {err: expired("")}}, []string{"", "a", "drop", "", "b"}, false, expired("")},
		{"consistent again", []answer{{next: "a"}, {err: expired("b")}, {next: "c"}, {err: expired("")}, {}}, []string{"", "a", "b", "c", "drop", ""}, false, nil},
		{"any other error", []answer{{next: "a"}, {err: refused}}, []string{"", "a"}, false, refused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			list := func(options metav1.ListOptions) (metav1.ListMeta, error) {
				if options.Limit != pageSize {
					t.Errorf("want pages of %d, got %d", pageSize, options.Limit)
				}
				asked = append(asked, options.Continue)
				a := tt.answers[0]
				tt.answers = tt.answers[1:]
				return metav1.ListMeta{Continue: a.next}, a.err
			}
			inconsistent, err := readPages(metav1.ListOptions{}, list, func() { asked = append(asked, "drop") })
			if diff := cmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if inconsistent != tt.inconsistent || (err == nil) != (tt.err == nil) || err != nil && err.Error() != tt.err.Error() {
				t.Errorf("want %t, %v, got %t, %v", tt.inconsistent, tt.err, inconsistent, err)
			}
		})
	}
}
