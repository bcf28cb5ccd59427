// Package config holds the settings of an injection: what no manifest says about
// the cluster and its webhook. The KRM function and kubectl rrsa read the same.
//
// A file has them as an InjectRRSA object, under spec:
//
//	apiVersion: fn.rrsa.dev/v1alpha1
//	kind: InjectRRSA
//	metadata:
//	  name: rrsa
//	spec:
//	  accountID: "1488999589000000"
//	  clusterID: cbec9a1f7b433470ebe4c900552000000
//	  region: cn-hangzhou
//
// or as a ConfigMap, under data. That is what kpt makes of a configMap in a
// Kptfile, and of the settings behind "--". It has only texts, so it can't give the
// lists:
//
//	apiVersion: v1
//	kind: ConfigMap
//	metadata:
//	  name: rrsa
//	data:
//	  accountID: "1488999589000000"
//	  clusterID: cbec9a1f7b433470ebe4c900552000000
//	  region: cn-hangzhou
//
// [Parse] reads a file and [Decode] a node. Both are strict: a key that isn't known
// is an error, and all errors come at once. [InjectRRSA.Injector] then makes what
// injects, and checks the form of the values.
//
// [Settings] and [Lists] describe every setting once, and all that reads, writes or
// explains settings is a loop over these two tables: the decoder, the flags of
// kubectl rrsa, [InjectRRSA.Document], the JSON schema, the help and the
// documentation. To add a setting, add its field to [InjectRRSA], its row to
// [Settings], and its use, for example in [InjectRRSA.Injector]; then run "make
// generate".
package config
