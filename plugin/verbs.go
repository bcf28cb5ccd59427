package plugin

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// elsewhere are words that people know from other programs, with the verbs that do here
// what they mean.
func elsewhere() map[string][]string {
	return map[string][]string{
		"inject": {"preview"}, "render": {"preview"}, "dry-run": {"preview"}, "template": {"preview"},
		"why": {"explain"}, "describe": {"explain"}, "diagnose": {"explain"},
		"doctor": {"check", "audit"}, "lint": {"check", "audit"}, "scan": {"audit"}, "status": {"check", "audit"},
		"policy": {"trust-policy"}, "role": {"trust-policy"},
		"undo": {"uninject"}, "remove": {"uninject"},
	}
}

// refuseOthers has the command say of a verb that there isn't what may have been meant,
// whatever flags come with it, and also to help.
func refuseOthers(root *cobra.Command) {
	root.SuggestionsMinimumDistance = 2 // letters: two that have changed places are two
	root.Args = unknownVerb
	about := root.FlagErrorFunc()
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		// The flags are those of the verb that was meant.
		if unknown := unknownVerb(cmd, cmd.Flags().Args()); unknown != nil && cmd == root {
			return unknown
		}
		return about(cmd, err)
	})
	root.InitDefaultHelpCmd()
	for _, verb := range root.Commands() {
		if verb.Name() == "help" {
			verb.Args = func(_ *cobra.Command, args []string) error {
				if found, _, err := root.Find(args); err != nil || found != root {
					return err
				}
				return unknownVerb(root, args)
			}
		}
	}
}

// unknownVerb is the error for arguments that name no verb; nil if there are none.
func unknownVerb(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	meant := elsewhere()[strings.ToLower(args[0])]
	if len(meant) == 0 { // a word that is known isn't taken for one that looks like it: inject isn't uninject
		meant = root.SuggestionsFor(args[0])
	}
	next := "see kubectl rrsa --help"
	if len(meant) > 0 {
		next = fmt.Sprintf("did you mean %s?", strings.Join(meant, " or "))
	}
	return fmt.Errorf("unknown command %q for %q: %s", args[0], root.CommandPath(), next)
}
