package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// built are archives as a run makes them, without programs.
func built(version string) []artifact {
	var out []artifact
	for _, on := range platforms {
		ending := ".tar.gz"
		if on.os == "windows" {
			ending = ".zip"
		}
		name := "kubectl-rrsa_" + version + "_" + on.os + "_" + on.arch + ending
		out = append(out, artifact{name: name, content: []byte(name)})
	}
	return out
}

func TestFillKrew(t *testing.T) {
	template, err := os.ReadFile(filepath.Join("..", "..", "krew-manifest.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	archives := built("v1.2.3")
	got, err := fillKrew(template, "v1.2.3", archives)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range archives {
		want := "    uri: " + downloads + "v1.2.3/" + a.name + "\n    sha256: \"" + a.sha256() + "\"\n"
		if strings.Count(string(got), want) != 1 {
			t.Errorf("want once\n%sin\n%s", want, got)
		}
	}
	for _, left := range []string{noVersion, noChecksum, "#"} {
		if strings.Contains(string(got), left) {
			t.Errorf("%q is left in\n%s", left, got)
		}
	}
}

func TestFillKrewRefuses(t *testing.T) {
	const platform = "version: v0.0.0\n  uri: https://example.invalid/v0.0.0/kubectl-rrsa_v0.0.0_linux_amd64.tar.gz\n"
	const sum = "  sha256: \"" + noChecksum + "\"\n"
	for name, c := range map[string]struct{ template, want string }{
		"an archive that wasn't built":   {strings.ReplaceAll(platform, "linux", "plan9") + sum, "no archive"},
		"a checksum without a uri":       {sum + platform, "right after its uri"},
		"a uri without a checksum":       {platform, "no place"},
		"a uri after one without":        {platform + platform + sum, "right after"},
		"a template without the version": {"kind: Plugin\n", "no place"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fillKrew([]byte(c.template), "v1.2.3", built("v1.2.3"))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want an error with %q, got %v", c.want, err)
			}
		})
	}
}
