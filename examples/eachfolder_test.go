package examples

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// eachFolder is the name by which the test binary is a function that gives
// inject-rrsa the objects of one folder after the other, each with the rrsa.yaml
// that is in it as the config. To kpt fn eval it is one function with one package,
// so that one process of kpt reads and writes many.
const eachFolder = "inject-rrsa-each-folder"

func runEachFolder(in io.Reader, out io.Writer) error {
	nodes, err := (&kio.ByteReader{Reader: in, OmitReaderAnnotations: true}).Read()
	if err != nil {
		return fmt.Errorf("reading what kpt gives: %w", err)
	}
	var folders []string
	byFolder := map[string][]*yaml.RNode{}
	for _, n := range nodes {
		folder, _, _ := strings.Cut(n.GetAnnotations()[kioutil.PathAnnotation], "/")
		if byFolder[folder] == nil {
			folders = append(folders, folder)
		}
		byFolder[folder] = append(byFolder[folder], n)
	}
	var done []*yaml.RNode
	for _, folder := range folders {
		injected, err := injectFolder(folder, byFolder[folder])
		if err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
		done = append(done, injected...)
	}
	return resourceList(out, nil, done)
}

func injectFolder(folder string, nodes []*yaml.RNode) ([]*yaml.RNode, error) {
	var config *yaml.RNode
	for _, n := range nodes {
		if n.GetAnnotations()[kioutil.PathAnnotation] == folder+"/rrsa.yaml" {
			config = n
		}
	}
	if config == nil {
		return nil, fmt.Errorf("no rrsa.yaml among %d objects", len(nodes))
	}
	var in, out, talk bytes.Buffer
	if err := resourceList(&in, config, nodes); err != nil {
		return nil, err
	}
	cmd := exec.Command("inject-rrsa")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &talk
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, talk.String())
	}
	return (&kio.ByteReader{Reader: &out, OmitReaderAnnotations: true}).Read()
}

func resourceList(out io.Writer, config *yaml.RNode, items []*yaml.RNode) error {
	return kio.ByteWriter{
		Writer: out, KeepReaderAnnotations: true, FunctionConfig: config,
		WrappingKind: kio.ResourceListKind, WrappingAPIVersion: kio.ResourceListAPIVersion,
	}.Write(items)
}
