// Package session turns flags and arguments into what a verb works with: the
// settings, the cluster, and the input. A verb has its options, opens a session with
// them, and goes on with what that returns:
//
//	s, err := session.Open(ctx, o.Flags, args)
//	report, err := s.Injector.Plan(s.Input.Items())
//
// Flags win over the config, and the config over the cluster, which is asked for what
// neither of them says. Nothing of a session is filled in later.
package session
