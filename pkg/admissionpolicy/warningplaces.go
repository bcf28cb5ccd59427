package admissionpolicy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// flattened ends so many calls of map that make texts of one line, and makes a list of
// them all: releases before 1.34 can't flatten a list.
func flattened(depth int) string {
	return strings.Repeat(`).join('\n')`, depth) + `.split('\n').filter(s, s != '')`
}

func quotedAll(texts []string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, quote(text))
	}
	return out
}

func list(texts []string) string { return "[" + strings.Join(quotedAll(texts), ", ") + "]" }

// block puts entries between brackets, one a line.
func block(open, end string, entries []string) string {
	return open + "\n  " + strings.ReplaceAll(strings.Join(entries, ",\n"), "\n", "\n  ") + "\n" + end
}

func rightPlaces() string {
	var entries []string
	for _, key := range rrsa.Keys() {
		var at []string
		for _, place := range rrsa.Places(key) {
			at = append(at, place.String())
		}
		entries = append(entries, quote(key)+": "+list(at))
	}
	return block("{", "}", entries)
}

// instead asks the engine of each key at each place. Its answer is the same for a label and
// an annotation of one object.
func instead(w *words) string {
	var out []string
	for _, level := range []rrsa.Level{rrsa.LevelPod, rrsa.LevelWorkload, rrsa.LevelServiceAccount, rrsa.LevelNamespace} {
		var entries []string
		for _, key := range rrsa.Keys() {
			at := rrsa.Place{Level: level, Label: slices.Contains(rrsa.Places(key), rrsa.Place{Level: level})}
			hint := w.reason(rrsa.CodeKeyMisplaced, placed(key, at)).Hint
			entries = append(entries, quote(key)+": "+spliced(hint,
				" at "+samplePath+".metadata.labels", "variables.path.labels", " at "+samplePath+".metadata.annotations", "variables.path.annotations"))
		}
		out = append(out, quote(string(level))+": "+block("{", "}", entries))
	}
	return block("{", "}", out)
}

// places lists what the object has; a CronJob's job template is a workload too.
func places() string {
	var entries []string
	add := func(level rrsa.Level, metadata string) {
		entries = append(entries,
			placeEntry(rrsa.Place{Level: level, Label: true}, metadata+".?labels.orValue({})"),
			placeEntry(rrsa.Place{Level: level}, metadata+".?annotations.orValue({})"))
	}
	add(rrsa.LevelPod, "variables.pod.?metadata")
	add(rrsa.LevelWorkload, ownMetadata("!(object.kind in ['Pod', 'ServiceAccount', 'Namespace'])"))
	add(rrsa.LevelWorkload, "dyn(object).?spec.?jobTemplate.?metadata")
	add(rrsa.LevelServiceAccount, ownMetadata("object.kind == 'ServiceAccount'"))
	add(rrsa.LevelNamespace, ownMetadata("object.kind == 'Namespace'"))
	return block("[", "]", entries)
}

// placeEntry is a place with what an object has there.
func placeEntry(place rrsa.Place, values string) string {
	return fmt.Sprintf("{'level': dyn(%s), 'at': dyn(%s), 'values': dyn(%s)}", quote(string(place.Level)), quote(place.String()), values)
}
