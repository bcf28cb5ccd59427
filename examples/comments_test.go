package examples

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKptComments: kpt copies comments from what it sends to what comes back. After a
// render each is there as often as after a function that changes nothing; a second
// render changes nothing, nor does one that finds the blank lines gone; and after the
// mode remove the text is what that function leaves.
func TestKptComments(t *testing.T) {
	kpt := tool(t, "kpt")
	const head = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\n  namespace: rrsa-demo\nspec:\n  template:\n    spec:\n      serviceAccountName: demo-sa\n"
	settings := files(t, "kpt")["rrsa.yaml"] + context + contextNS + contextUser
	specs := map[string]string{
		"blank-then-comment": `
      containers:
      - name: app
        image: a

        # c1
        # c2
      restartPolicy: Always
`,
		"comment-before-key": `
      containers:
      - name: app
        # the image
        image: a
        # the port
        ports:
        - containerPort: 1
          # of http
`,
		"deep-indent": `
      containers:
        - name: app
          image: a
          # c1
        # c2
      # c3
      hostNetwork: false
`,
		"existing-env": `
      containers:
      - name: app
        env:
        - name: A
          value: b
        # - name: B
        #   value: c
        image: a
`,
		"existing-env-deeper": `
      containers:
      - name: app
        env:
          - name: A
            value: b
          # - name: B
          #   value: c
        image: a
`,
		"existing-env-end": `
      containers:
      - name: app
        image: a
        env:
        - name: A
          value: b
          # last
        # - name: B
        #   value: c
`,
		"init": `
      initContainers:
      - name: i
        image: b
        # command: [x]
      # main
      containers:
      - name: app
        image: a
        # tail
`,
		"label-comment": `
      containers:
      - name: app
        image: a # trailing
        # below
      terminationGracePeriodSeconds: 5 # t
      # end
`,
		"literal-last": `
      containers:
      - name: app
        image: a
        args:
        - |
          # not a comment
          x
        # comment
      # end
`,
		"podmeta": `
      containers:
      - name: app
        image: a
        resources: {}
        # c1
    metadata:
      # m
      labels: {a: b}
      # n
`,
		"podspec-end-then-spec": `
      containers:
      - name: app
        image: a
      # nodeSelector:
      #   a: b
  replicas: 1
`,
		"two-blocks": `
      containers:
      - name: app
        image: a
        # c1

        # c2
      restartPolicy: Always
`,
		"two-containers": `
      containers:
      - name: app
        image: a
        # c1
      - name: b
        image: c
        # c2
      # c3
      restartPolicy: Always
`,
		"volumes-end": `
      containers:
      - name: app
        image: a
        volumeMounts:
        - name: v
          mountPath: /v
        # more mounts
      volumes:
      - name: v
        emptyDir: {}
      # more volumes
`,
	}
	given := map[string]string{}
	for name, spec := range specs {
		given[name+".yaml"] = strings.Replace(head, "name: cart", "name: "+name, 1) + strings.TrimPrefix(spec, "\n")
	}
	render := func(texts map[string]string, program, mode string) map[string]string {
		t.Helper()
		dir := t.TempDir()
		write(t, dir, texts)
		write(t, dir, map[string]string{
			"Kptfile":   kptfile + strings.Replace(pipeline, "inject-rrsa", program, 1) + configFile,
			"rrsa.yaml": strings.Replace(settings, "spec:\n", "spec:\n  mode: "+mode+"\n", 1),
		})
		run(t, dir, kpt, "fn", "render", "--allow-exec", ".")
		out := files(t, dir)
		delete(out, "Kptfile")
		delete(out, "rrsa.yaml")
		return out
	}
	unchanged, injected := render(given, "cat", "inject"), render(given, "inject-rrsa", "inject")
	closed := map[string]string{}
	for name, text := range injected {
		if !strings.Contains(text, "# inject-rrsa") {
			t.Errorf("%s: nothing is injected:\n%s", name, text)
		}
		if diff := cmp.Diff(comments(unchanged[name]), comments(text)); diff != "" {
			t.Errorf("%s: comments (-no-op +injected):\n%s\n%s", name, diff, text)
		}
		closed[name] = strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" }), "\n") + "\n"
	}
	for _, texts := range []map[string]string{injected, closed} {
		if diff := cmp.Diff(texts, render(texts, "inject-rrsa", "inject")); diff != "" {
			t.Errorf("another render changes (-before +after):\n%s", diff)
		}
	}
	if diff := cmp.Diff(unchanged, render(injected, "inject-rrsa", "remove")); diff != "" {
		t.Errorf("removed (-no-op +removed):\n%s", diff)
	}
}

// comments counts the comments of a text that the function hasn't written.
func comments(text string) map[string]int {
	out := map[string]int{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			out[line]++
		}
	}
	return out
}
