// Package admissionpolicy makes the injection of package rrsa a policy of the API
// server: a MutatingAdmissionPolicy, whose expressions inject pods as they are created,
// without a webhook.
//
//	policy, err := admissionpolicy.Make(settings)
//	text, err := policy.YAML()
//
// The values to inject are what [rrsa.Plan] gives for the settings, and each variable of
// the policy is one of its rules. So a pod gets from the policy what the engine would
// give it, with two exceptions, in which the policy leaves the pod alone:
//
//   - A pod that the engine refuses, such as one with a volume of its own at the token
//     directory. A policy can't say why: [Warnings] makes one that does.
//   - A pod with a mount path that has ".." in it and may lead to the token directory: the
//     expressions can't tell where such a path ends.
//
// # How the policy finds the ServiceAccount
//
// The ServiceAccounts of the pod's namespace are the policy's parameters. The API server
// evaluates its condition once for each, and the mutation only for the pod's own. Where a
// namespace has many, [Settings.Selector] keeps those without a role out.
//
// # What is passed over in silence
//
// [Warnings] makes a ValidatingAdmissionPolicy that says, when an object is applied, what of
// it does nothing or is in the way, in the engine's words. It denies nothing. It sees one
// object at a time and its Namespace, so that it knows of a pod that an injection is asked
// for, but not whether its ServiceAccount has a role; and it finds fewer misspelt keys than
// the engine, which counts the letters that differ.
//
// # What the API server knows
//
// It reads ServiceAccounts and Namespaces from a cache that follows the stored objects
// by some milliseconds. A pod that is created right behind its ServiceAccount may be too
// early, and is created as if the ServiceAccount weren't there.
package admissionpolicy
