package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// named fails if a flag or KUBECONFIG names files, and none of them is there. client-go
// would go on as if no cluster were named, or with the one that the pod is in. That the
// default file isn't there says nothing.
func named(flag string) error {
	files, by := []string{flag}, "--kubeconfig"
	if flag == "" {
		files = slices.DeleteFunc(filepath.SplitList(os.Getenv(clientcmd.RecommendedConfigPathEnvVar)), func(f string) bool { return f == "" })
		by = clientcmd.RecommendedConfigPathEnvVar
	}
	for _, file := range files {
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			return nil // one that can't be read has an error of its own
		}
	}
	switch len(files) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("reading the kubeconfig: %s: there is no such file: correct %s", files[0], by)
	}
	return fmt.Errorf("reading the kubeconfig: %q: there is none of these files: correct %s", files, by)
}

// requestTimeout reads kubectl's flag: a time with its unit, or seconds. 0 is for any time.
func requestTimeout(text string) (time.Duration, error) {
	out, err := clientcmd.ParseTimeout(cmp.Or(text, "0"))
	if err != nil || out < 0 {
		return 0, fmt.Errorf("checking --request-timeout %q: want a time such as 30s or 2m, or 0 for no limit", text)
	}
	return out, nil
}

// names fails if a kubeconfig doesn't have the cluster that is chosen. client-go
// would ask localhost:8080, whatever that is.
func names(raw clientcmdapi.Config, context, cluster string) error {
	context = cmp.Or(context, raw.CurrentContext)
	chosen := raw.Contexts[context]
	switch {
	case cluster != "":
	case context == "":
		return errors.New("it has no current context: choose one with --context")
	case chosen == nil:
		return fmt.Errorf("it has no context %q: choose another one with --context", context)
	default:
		cluster = chosen.Cluster
	}
	if raw.Clusters[cluster] == nil {
		return fmt.Errorf("it has no cluster %q: see kubectl config view", cluster)
	}
	return nil
}

// Named are the names that a kubeconfig has, in order.
type Named struct{ Contexts, Clusters, Users []string }

// NamesIn reads the names that a kubeconfig has. No cluster is asked.
func NamesIn(flags *genericclioptions.ConfigFlags) (Named, error) {
	if err := named(*flags.KubeConfig); err != nil {
		return Named{}, err
	}
	raw, err := flags.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return Named{}, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return Named{
		Contexts: slices.Sorted(maps.Keys(raw.Contexts)), Clusters: slices.Sorted(maps.Keys(raw.Clusters)), Users: slices.Sorted(maps.Keys(raw.AuthInfos)),
	}, nil
}
