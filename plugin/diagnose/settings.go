package diagnose

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
)

// CodeSettingNotKnown is about a pod whose state depends on a setting of the webhook that
// nobody could read, and CodeInjectorsDiffer about one that a policy injects, where it isn't
// known whether the webhook adds to that.
const (
	CodeSettingNotKnown rrsa.Code = "SettingNotKnown"
	CodeInjectorsDiffer rrsa.Code = "PolicyAndWebhookDiffer"
)

// Setting is a setting of the webhook that a default may stand in for.
type Setting string

// The settings with a default, by the names of the config. A default is not knowledge:
// as long as one of them couldn't be read, a state that depends on it is unknown. (§6)
const (
	WebhookVersion       Setting = "webhookVersion"
	AutoInjectSTSEnvVars Setting = "autoInjectSTSEnvVars"
	InitContainers       Setting = "initContainers"
)

// Settles says how to make a setting known.
func (s Setting) Settles() string {
	switch s {
	case WebhookVersion:
		return "give --webhook-version, or ask for permission to get deployments in kube-system, whose image tells it"
	case AutoInjectSTSEnvVars:
		return "give --auto-inject-sts-env-vars=true or =false as the component's setting says, or ask for permission to list and get secrets in kube-system, where its Helm release has it"
	}
	return "give --init-containers=true or =false: no object of the cluster tells it"
}

// Settings are those of the webhook, as far as they are known.
type Settings struct {
	// Config has them, with defaults for those that aren't known.
	Config rrsa.Config
	// Unread are those that a default stands in for.
	Unread []Setting
	// Before injects a pod before the webhook gets it; nil for nothing.
	Before *Before
}

// Examine is [rrsa.Examine] for settings that aren't all known: what holds whatever
// they are. Where the state depends on them it is unknown, and the reason says on which
// and how to settle it. Differences that hang on them are left out.
//
// A pod that has all it would get in every case is ok, even if it would get less of the
// STS variables in some: it lacks nothing.
func (s Settings) Examine(in rrsa.Input) rrsa.Examination {
	first := rrsa.ExamineChain(in, s.chain(variant{config: s.Config})...)
	if len(s.Unread) == 0 && (s.Before == nil || !s.Before.Maybe) || !hangs(first, in) {
		return first
	}
	variants := s.variants(in.Template)
	examined := []rrsa.Examination{first}
	alike := map[rrsa.Behaviour]int{}
	if b, err := s.Config.Behaviour(in); err == nil {
		alike[b] = 0
	}
	same, called := true, true
	for i, v := range variants[1:] {
		var e rrsa.Examination
		b, err := v.config.Behaviour(in)
		if at, ok := alike[b]; ok && err == nil && !v.alone {
			e = examined[at]
		} else {
			e = rrsa.ExamineChain(in, s.chain(v)...)
			if !v.alone {
				alike[b] = i + 1
			}
		}
		examined = append(examined, e)
		same = same && e.State == first.State
		called = called && (v.alone || e.State == first.State)
	}
	switch {
	case same:
	case !slices.ContainsFunc(examined, lacks):
		first = examined[slices.IndexFunc(examined, func(e rrsa.Examination) bool { return e.State == rrsa.StateOK })]
		first.Differences = nil
		return first
	case called:
		first.State, first.Reason = rrsa.StateUnknown, injectorsDiffer(first.State, examined[len(examined)-1].State)
	default:
		first.State, first.Reason = rrsa.StateUnknown, notKnown(s.Config, variants, examined)
	}
	first.Differences = slices.DeleteFunc(slices.Clone(first.Differences), func(d rrsa.Difference) bool {
		return slices.ContainsFunc(examined, func(e rrsa.Examination) bool { return !slices.Contains(e.Differences, d) })
	})
	return first
}

// hangs tells whether a pod's state may hang on settings at all: that of one which is
// over, or which isn't injected in any version, doesn't.
func hangs(e rrsa.Examination, in rrsa.Input) bool {
	if e.State == rrsa.StateNotApplicable && e.Decision.Verdict == rrsa.Injected {
		return false // finished, terminating or made by the kubelet
	}
	return e.Decision.Verdict != rrsa.NotInjected || in.Template.Labels[rrsa.InjectionKey] == rrsa.On ||
		slices.ContainsFunc(e.Decision.Reasons, func(r rrsa.Reason) bool { return r.Code == rrsa.CodeNoContainerSelected })
}

// lacks tells whether a pod isn't ok, and not only for something that it has and would
// not get.
func lacks(e rrsa.Examination) bool {
	if e.State == rrsa.StateOK {
		return false
	}
	return e.State != rrsa.StateStale || slices.ContainsFunc(e.Differences, func(d rrsa.Difference) bool { return d.Kind != rrsa.DifferenceExtra })
}

// notKnown says what a state depends on: each setting that changes it alone, with what the
// state would be.
func notKnown(defaults rrsa.Config, variants []variant, examined []rrsa.Examination) rrsa.Reason {
	class := func(i int) string {
		if !lacks(examined[i]) {
			return string(rrsa.StateOK)
		}
		return string(examined[i].State)
	}
	var names, cases, hints []string
	for _, setting := range []Setting{WebhookVersion, AutoInjectSTSEnvVars, InitContainers} {
		states := map[string][]string{class(0): {valueOf(setting, defaults)}}
		for i, v := range variants {
			if v.differs == setting {
				states[class(i)] = append(states[class(i)], v.value)
			}
		}
		if len(states) == 1 {
			continue
		}
		var parts []string
		for _, state := range slices.Sorted(maps.Keys(states)) {
			slices.Sort(states[state])
			parts = append(parts, fmt.Sprintf("%s with %s", state, strings.Join(states[state], ", ")))
		}
		names, hints = append(names, string(setting)), append(hints, setting.Settles())
		cases = append(cases, fmt.Sprintf("by %s %s", setting, strings.Join(parts, ", and ")))
	}
	message := "the pod's state depends on settings of the webhook that could not be read"
	if len(names) > 0 {
		message = fmt.Sprintf("the pod's state depends on %s, which could not be read: %s", strings.Join(names, " and "), strings.Join(cases, "; "))
	} else { // only several of them together change it
		names, hints = []string{string(WebhookVersion)}, []string{WebhookVersion.Settles(), AutoInjectSTSEnvVars.Settles()}
	}
	return rrsa.Reason{
		Code: CodeSettingNotKnown, Severity: rrsa.Warning, Level: rrsa.LevelComponent, Field: names[0],
		Message: message, Hint: strings.Join(hints, "; "),
	}
}

func valueOf(s Setting, c rrsa.Config) string {
	switch s {
	case WebhookVersion:
		return c.WebhookVersion
	case AutoInjectSTSEnvVars:
		return fmt.Sprint(c.AutoInjectSTSEnvVars)
	}
	return fmt.Sprint(c.InitContainers)
}
