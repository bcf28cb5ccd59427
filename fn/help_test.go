package fn

import (
	"strings"
	"testing"

	"github.com/kubectl-rrsa/rrsa/pkg/config"
)

// TestHelp: the sample is a config, each setting is listed, and no line is broken
// by a terminal.
func TestHelp(t *testing.T) {
	text := help()
	_, sample, _ := strings.Cut(text, "strictly decoded:\n\n")
	sample, list, ok := strings.Cut(sample, "\nSettings in spec:\n")
	if !ok {
		t.Fatalf("no sample, or no list:\n%s", text)
	}
	c, err := config.Parse("sample", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if c.AccountID == "" || c.ClusterID == "" || c.Region == "" {
		t.Errorf("the sample doesn't say which cluster it is:\n%s", sample)
	}
	if _, err := c.Injector(); err != nil {
		t.Error(err)
	}
	var names []string
	for _, s := range config.Settings() {
		names = append(names, s.Name)
	}
	for _, l := range config.Lists() {
		names = append(names, l.Name)
	}
	for _, name := range names {
		if !strings.Contains(list, "\n  "+name+"  ") {
			t.Errorf("%s isn't listed:\n%s", name, list)
		}
	}
	for line := range strings.Lines(text) {
		if len(line) > 86 {
			t.Errorf("%d characters: %s", len(line), line)
		}
	}
}
