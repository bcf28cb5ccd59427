package plugin

import "strings"

// link is one transition: the state before, and the one after.
type link struct {
	name     string
	from, to func(*state)
	// edit changes the rendered text; nil for the lines in which the states differ.
	edit func(string) string
	// keeps says that the rendering must leave everything as it is.
	keeps bool
}

// chain lists the transitions: every setting, added, changed and removed.
func chain() []link {
	none := func(*state) {}
	var links []link
	// moves adds the transitions between some states of one setting, there and on.
	moves := func(setting string, set func(*state, string), values ...string) {
		for i, value := range values {
			next := values[(i+1)%len(values)]
			links = append(links, link{
				name: setting + " " + named(value) + " to " + named(next),
				from: func(s *state) { set(s, value) },
				to:   func(s *state) { set(s, next) },
			})
		}
	}
	line := func(old, replacement string) func(*state) {
		return func(s *state) { s.config = strings.Replace(s.config, old, replacement, 1) }
	}

	moves("accountID", func(s *state, v string) { line("1488999589000000", v)(s) }, "1488999589000000", "1022334455667788")
	moves("clusterID", func(s *state, v string) { line("cbec9a1f7b433470ebe4c900552000000", v)(s) }, "cbec9a1f7b433470ebe4c900552000000", "c00000000000000000000000000000001")
	moves("region", func(s *state, v string) { line("cn-hangzhou", v)(s) }, "cn-hangzhou", "ap-southeast-1", "cn-hangzhou-finance")
	moves("oidcProviderARN", func(s *state, v string) {
		if v != "" {
			s.config += "  oidcProviderARN: acs:ram::1488999589000000:oidc-provider/" + v + "\n"
		}
	}, "", "one", "two")
	moves("webhookVersion", func(s *state, v string) { s.config += "  webhookVersion: " + v + "\n" }, "0.1.1", "0.4.0", "0.2.0", "0.4.2", "0.3.1")
	moves("autoInjectSTSEnvVars", func(s *state, v string) { s.config += "  autoInjectSTSEnvVars: " + v + "\n" }, "true", "false")
	moves("initContainers", func(s *state, v string) { s.config += "  initContainers: " + v + "\n" }, "true", "false")
	moves("mode", func(s *state, v string) { s.config += "  mode: " + v + "\n" }, "inject", "remove")

	moves("namespace label", func(s *state, v string) { s.nsLabel = v }, "", "on", "off")
	moves("namespace override-env", func(s *state, v string) { s.nsOverride, s.appEnv = v, ownRole }, "", "true", "false")
	moves("role-name", func(s *state, v string) { s.role = v }, "", "app-oss", "renamed", "not_valid")
	moves("ServiceAccount expiration", func(s *state, v string) { s.saExpiration = v }, "", "7200", "1800", "1h")
	moves("inject-sts-endpoint", func(s *state, v string) { s.stsEndpoint = v; s.config += "  autoInjectSTSEnvVars: false\n" }, "", "on", "off")
	moves("pod label", func(s *state, v string) { s.podLabel, s.nsLabel = v, "" }, "", "on", "off")
	moves("pod expiration", func(s *state, v string) { s.podExpiration, s.saExpiration = v, "900" }, "", "600", "43200", "")
	moves("only-containers", func(s *state, v string) { s.only = v }, "", "app", "proxy,init", "app,proxy,init")
	moves("skip-containers", func(s *state, v string) { s.skip = v }, "", "proxy", "app,init", "app,proxy,init")
	moves("pod override-env", func(s *state, v string) { s.podOverride, s.appEnv = v, ownRole }, "", "true", "no")
	moves("pod override-env of a secret", func(s *state, v string) { s.podOverride, s.appEnv = v, secretRole }, "", "true")
	moves("overridden while the role is", func(s *state, v string) { s.role, s.appEnv, s.podOverride = v, ownRole, "true" }, "app-oss", "renamed")
	moves("serviceAccountName", func(s *state, v string) { s.account = v }, "app", "other", "", "unheard-of-before")

	// structure adds and removes something of the person's own amid what is injected.
	structure := func(name string, with func(*state), add, remove func(string) string) {
		links = append(links,
			link{name: name + " added", from: none, to: with, edit: add},
			link{name: name + " removed", from: with, to: none, edit: remove})
	}
	replace := func(old, replacement string) func(string) string {
		return func(text string) string { return strings.Replace(text, old, replacement, 1) }
	}
	const sidecar = "  - name: sidecar\n    image: sidecar:1\n    env: []\n\n"
	structure("a container", func(s *state) { s.sidecar = sidecar },
		replace("  - name: proxy\n", sidecar+"  - name: proxy\n"),
		func(text string) string {
			before, rest, _ := strings.Cut(text, "  - name: sidecar\n")
			_, after, _ := strings.Cut(rest, "  - name: proxy\n")
			return before + "  - name: proxy\n" + after
		})
	const more = "    - name: MORE\n      value: x\n"
	structure("a variable of one's own", func(s *state) { s.appEnv = ownEnv + more }, replace(ownEnv, ownEnv+more), replace(more, ""))
	const tmp = "  - name: tmp\n    emptyDir: {}\n"
	structure("a volume of one's own", func(s *state) { s.volumes += tmp },
		replace("  - name: cache\n    emptyDir: {}\n", "  - name: cache\n    emptyDir: {}\n"+tmp), replace(tmp, ""))
	structure("a mount of one's own", func(s *state) { s.appTail = "    volumeMounts:\n    - name: cache\n      mountPath: /cache\n" },
		func(text string) string {
			before, after, _ := strings.Cut(text, "  - name: app #")
			return before + "  - name: app #" + replace("    volumeMounts:\n", "    volumeMounts:\n    - name: cache\n      mountPath: /cache\n")(after)
		}, replace("    - name: cache\n      mountPath: /cache\n", ""))

	kept := func(name string, from, to func(*state)) {
		links = append(links, link{name: name, from: from, to: to, keeps: true})
	}
	kept("nothing changes", none, none)
	kept("the ServiceAccount is gone from the input", none, func(s *state) { s.noAccount = "gone" })
	kept("the Namespace is gone from the input", none, func(s *state) { s.noNamespace = "gone" })
	byHand := func(s *state) {
		s.only, s.appEnv, s.volumes = "app", handEnv, handVolume
		s.config += "  autoInjectSTSEnvVars: false\n"
	}
	kept("the stanza written by hand", byHand, byHand)
	kept("the stanza written by hand and another role", byHand, func(s *state) { byHand(s); s.role = "renamed" })
	kept("the stanza written by hand and another expiration", byHand, func(s *state) { byHand(s); s.podExpiration = "7200" })
	kept("the stanza written by hand and no label", byHand, func(s *state) { byHand(s); s.nsLabel = "" })
	return links
}

const (
	ownEnv     = "    env:\n    - name: LOG # verbose in staging\n      value: info\n"
	ownRole    = ownEnv + "    - name: ALIBABA_CLOUD_ROLE_ARN\n      value: acs:ram::1:role/mine # for now\n"
	secretRole = ownEnv + "    - name: ALIBABA_CLOUD_ROLE_ARN\n      valueFrom:\n        secretKeyRef:\n          name: rrsa\n          key: role\n"

	handEnv = ownEnv + `    - name: ALIBABA_CLOUD_ROLE_ARN
      value: acs:ram::1488999589000000:role/app-oss
    - {name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN, value: "acs:ram::1488999589000000:oidc-provider/ack-rrsa-cbec9a1f7b433470ebe4c900552000000"}
    - name: ALIBABA_CLOUD_OIDC_TOKEN_FILE
      value: '/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token'
    volumeMounts:
    - name: rrsa-oidc-token
      mountPath: /var/run/secrets/ack.alibabacloud.com/rrsa-tokens
      readOnly: true
`
	handVolume = `  volumes:
  - name: rrsa-oidc-token
    projected:
      sources:
      - serviceAccountToken:
          path: token
          audience: sts.aliyuncs.com
`
)

func named(value string) string {
	if value == "" {
		return "none"
	}
	return value
}
