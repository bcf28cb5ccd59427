package kustomization

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/yaml"
)

var (
	errPlain = errors.New("only https and ssh are allowed: what is read decides about credentials")
	errLocal = errors.New("with --local nothing is fetched: download it, and name the copy; a folder of this name needs ./ before it")
)

var (
	// remote is what kustomize takes for the address of a file or a repository: a
	// scheme, a user as for ssh, or the one host that it knows.
	remote = regexp.MustCompile(`(?i)^(git::|https?:|[a-z][a-z0-9+.-]*://|[a-z][a-z0-9-]*@|github\.com[/:])`)
	plain  = regexp.MustCompile(`(?i)^(git::)*(http|git|ftp):[^:]`)
)

// allowed fails for an address that must not be fetched. A path is none.
func allowed(address string, local bool) error {
	switch {
	case filepath.IsAbs(address):
	case plain.MatchString(address):
		return errPlain
	case local && remote.MatchString(address):
		return errLocal
	}
	return nil
}

// entries are the fields of a kustomization, and of the configs of kustomize's own
// plugins, that name files, folders or repositories.
func entries() []string {
	return []string{
		"resources", "bases", "components", "crds", "configurations", "generators", "transformers", "validators",
		"patchesStrategicMerge", "path", "paths", "files", "envs", "env", "targetFilePath",
		"valuesFile", "additionalValuesFiles", "repo", "chartRepoUrl",
	}
}

// texts are fields in which an address is just text.
func texts() []string {
	return []string{"metadata", "labels", "annotations", "commonLabels", "commonAnnotations", "valuesInline"}
}

// plugins are fields that hold the configs of plugins as text.
func plugins() []string { return []string{"generators", "transformers", "validators"} }

// check looks through a file that kustomize reads: a kustomization, or a file with the
// config of a plugin of its own. What can't be read here kustomize can't read either.
func check(path string, data []byte, local bool) error {
	isKustomization := slices.Contains(konfig.RecognizedKustomizationFileNames(), filepath.Base(path))
	for _, document := range documents(data) {
		if !isKustomization && document["apiVersion"] != konfig.BuiltinPluginApiVersion {
			continue
		}
		if err := (walk{local}).value(document, "", ""); err != nil {
			return fmt.Errorf("reading %s: %w", shown(path), err)
		}
	}
	return nil
}

// shown is a path as a person would write it.
func shown(path string) string {
	if dir, err := os.Getwd(); err == nil {
		if relative, err := filepath.Rel(dir, path); err == nil && len(relative) < len(path) {
			return relative
		}
	}
	return path
}

// documents reads those objects in a text that can be read, aliases and merge keys
// resolved.
func documents(data []byte) []map[string]any {
	var out []map[string]any
	for _, text := range bytes.Split(data, []byte("\n---")) {
		var object map[string]any
		if encoded, err := yaml.YAMLToJSON(text); err == nil && json.Unmarshal(encoded, &object) == nil && object != nil {
			out = append(out, object)
		}
	}
	return out
}

// walk goes through a file.
type walk struct{ local bool }

// value checks what is below a field. kustomize's reader doesn't mind the case of keys.
func (w walk) value(v any, path, field string) error {
	is := func(names []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, field) })
	}
	switch v := v.(type) {
	case map[string]any:
		if is(texts()) {
			return nil
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if err := w.value(v[key], strings.TrimPrefix(path+"."+key, "."), key); err != nil {
				return err
			}
		}
	case []any:
		for i, item := range v {
			if err := w.value(item, fmt.Sprintf("%s[%d]", path, i), field); err != nil {
				return err
			}
		}
	case string:
		if is(plugins()) && strings.Contains(v, ":") {
			for _, config := range documents([]byte(v)) {
				if err := w.value(config, path, ""); err != nil {
					return err
				}
			}
		}
		if is(entries()) {
			return w.entry(v, path)
		}
	}
	return nil
}

// entry checks one entry, which may have a key before it.
func (w walk) entry(v, path string) error {
	_, behindKey, _ := strings.Cut(v, "=")
	err := allowed(v, w.local)
	if err == nil {
		err = allowed(behindKey, w.local)
	}
	if err != nil {
		return fmt.Errorf("%s is %q: %w", path, v, err)
	}
	return nil
}
