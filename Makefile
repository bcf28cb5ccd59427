# Targets for people and for CI. "make help" lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO      ?= go
BIN     := $(CURDIR)/bin
TOOLS   := $(BIN)/tools
# How long "make fuzz" fuzzes each target.
FUZZTIME ?= 10s
# The control plane that test/e2e starts. Its folder is outside the tree, so that
# clones share it, and its name follows all that the programs are made from.
KUBERNETES_VERSION  := v1.36.3
KUBERNETES_PROGRAMS := go.etcd.io/etcd/server/v3 $(addprefix k8s.io/kubernetes/cmd/,kube-apiserver kube-controller-manager kubectl)
KUBERNETES_LDFLAGS  := -s -w $(foreach package,k8s.io/component-base/version k8s.io/client-go/pkg/version,\
	-X $(package).gitVersion=$(KUBERNETES_VERSION) -X $(package).gitMajor=1 -X $(package).gitMinor=36)
KUBERNETES_BIN      := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/rrsa/kubernetes-$(KUBERNETES_VERSION)-$(shell \
	{ cat tools/kubernetes/go.mod tools/kubernetes/go.sum; echo "$(KUBERNETES_LDFLAGS)"; $(GO) env GOVERSION GOOS GOARCH; } | cksum | cut -d ' ' -f 1)
# kpt is built if the machine has none. kubectl is built with the control plane in any case.
KPT := $(if $(shell command -v kpt),,$(TOOLS)/kpt)
# The tests of test/e2e that need no control plane.
E2E_RELEASE := ^Test(Container|Dist|Krew|Workflows)
# Runs tests: a line for each package that passes, all output of each test that
# fails, which tests are skipped and why, and how many were run.
GOTESTSUM := $(TOOLS)/gotestsum --format pkgname --format-icons text --format-hide-empty-pkg
BEGIN     := $(shell date +%s)
# The share of statements in pkg/ that the tests must reach, in percent.
COVERAGE := 90

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build the function and the plugin into bin/
	$(GO) build -trimpath -o $(BIN)/ ./fn/inject-rrsa ./plugin/kubectl-rrsa

.PHONY: demo
demo: ## inject the documented example and print what changes
	@$(GO) build -o $(BIN)/ ./plugin/kubectl-rrsa
	@$(BIN)/kubectl-rrsa preview --local --config examples/kubectl/rrsa.yaml examples/kubectl/demo.yaml > $(BIN)/demo.yaml
	@git --no-pager diff --no-index --no-color -U2 examples/kubectl/demo.yaml $(BIN)/demo.yaml | tail -n +5 || true

# Fewer than 10 minutes on two cores, when Go has built everything before. Without,
# twice that, and the control plane, which takes up to half an hour.
.PHONY: test
test: test-fast e2e ## run all checks and all tests
	@echo "ok    all checks and tests passed in $$(($$(date +%s) - $(BEGIN))) s"

.PHONY: test-fast
test-fast: checks unit race ## run all but the end-to-end tests

# Of a check that passes, nothing but its name is printed.
.PHONY: checks
checks: $(TOOLS)/staticcheck
	@for check in vet lint tidy; do begin=$$SECONDS; \
		output="$$($(MAKE) --no-print-directory $$check 2>&1)" || { echo "$$output"; echo "FAIL  $$check"; exit 1; }; \
		echo "ok    $$check ($$((SECONDS - begin)) s)"; \
	done

.PHONY: vet
vet: ## run go vet and gofmt
	$(GO) vet ./...
	cd test/e2e && $(GO) vet ./...
	@test -z "$$(gofmt -l .)" || { echo "not formatted by gofmt:"; gofmt -l .; exit 1; }

.PHONY: lint
lint: $(TOOLS)/staticcheck ## run staticcheck
	$(TOOLS)/staticcheck ./...
	cd test/e2e && $(TOOLS)/staticcheck ./...

.PHONY: tidy
tidy: ## check that go.mod and go.sum are tidy
	$(GO) mod tidy -diff
	for module in tools tools/kpt tools/krew tools/kubernetes test/e2e; do (cd $$module && $(GO) mod tidy -diff); done

# The race detector needs a C compiler.
.PHONY: cc
cc:
	@command -v gcc >/dev/null || { apt-get update -qq && apt-get install -y -qq gcc libc6-dev; }

.PHONY: unit
unit: $(TOOLS)/gotestsum $(TOOLS)/kustomize $(KPT) ## run the tests, and check the coverage of pkg/
	@PATH="$(TOOLS):$$PATH" $(GOTESTSUM) -- -coverpkg=./pkg/... -coverprofile=$(BIN)/coverage.out ./...
	@$(GO) tool cover -func=$(BIN)/coverage.out | awk '/^total:/ { sub("%", "", $$3); printf "coverage of pkg/: %s%% (at least $(COVERAGE)%%)\n", $$3; exit $$3 < $(COVERAGE) }'

# Apart from the coverage, which it makes several times slower. Tests in examples
# and docs run programs, in which the race detector isn't. -short makes the largest
# inputs smaller and skips nothing, and without GORACE each of the hundreds of programs
# that the scripts start would sleep for a second at its end.
.PHONY: race
race: cc $(TOOLS)/gotestsum ## run the tests with the race detector
	@GORACE=atexit_sleep_ms=0 $(GOTESTSUM) -- -race -short $$($(GO) list ./... | grep -vE '/(examples|docs)$$')

# Those that need a control plane, and the others beside them: both wait much. Built
# and run each time, as what they build and run isn't seen by go test's cache.
.PHONY: e2e e2e-cluster e2e-release
e2e: ## test the release, the image and the plugin with real tools and a real control plane
	@$(MAKE) --no-print-directory -j2 --output-sync=target e2e-cluster e2e-release

e2e-cluster: E2E_TESTS = -test.skip '$(E2E_RELEASE)'
e2e-release: E2E_TESTS = -test.run '$(E2E_RELEASE)'
e2e-cluster e2e-release: $(BIN)/e2e.test $(TOOLS)/gotestsum $(TOOLS)/krew $(TOOLS)/validate-krew-manifest $(TOOLS)/kustomize $(KPT) $(KUBERNETES_BIN)/complete
	@cd test/e2e && PATH="$(TOOLS):$$PATH:$(KUBERNETES_BIN)" KUBERNETES_BIN="$(KUBERNETES_BIN)" $(GOTESTSUM) --raw-command -- \
		$(GO) tool test2json -t -p $@ $(BIN)/e2e.test -test.v=test2json -test.timeout 60m $(E2E_TESTS)

.PHONY: $(BIN)/e2e.test
$(BIN)/e2e.test:
	@cd test/e2e && $(GO) test -c -o $@ .

.PHONY: kubernetes
kubernetes: $(KUBERNETES_BIN)/complete ## build the control plane of the end-to-end tests; the last line is its folder
	@echo "$(KUBERNETES_BIN)"

# The last file of the folder, so that a build that was interrupted isn't taken for one.
$(KUBERNETES_BIN)/complete:
	@echo "building Kubernetes $(KUBERNETES_VERSION) and etcd into $(@D): many minutes when cold, seconds when Go has them cached"
	@mkdir -p "$(@D)"
	cd tools/kubernetes && CGO_ENABLED=0 $(GO) build -trimpath -ldflags "$(KUBERNETES_LDFLAGS)" -o "$(@D)/" $(KUBERNETES_PROGRAMS)
	@mv "$(@D)/server" "$(@D)/etcd"
	@touch "$@"

# No part of "make test", which runs what was found before: what chance finds today is
# no fault of the change that is tested.
.PHONY: fuzz
fuzz: ## fuzz each target that there is for FUZZTIME
	@targets="$$(grep -rE '^func Fuzz\w+\(' --include='*_test.go' . | sed -E 's|/[^/]+:func (\w+).*| \1|')"; \
	while read -r package target; do \
		output="$$(cd $$package && $(GO) test . -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x 2>&1 </dev/null)" || \
			{ echo "$$output"; echo "FAIL  $$package $$target"; exit 1; }; \
		echo "ok    $$package $$target ($$(grep '^fuzz: elapsed' <<<"$$output" | tail -n 1))"; \
	done <<<"$$targets"

.PHONY: bench
bench: $(KPT) $(KUBERNETES_BIN)/complete ## measure the function beside the function SDK and in kpt, preview, audit beside kubectl get, and admission by a policy beside a webhook
	PATH="$(TOOLS):$$PATH" $(GO) test ./fn -run '^$$' -bench . -benchtime 3x -timeout 60m
	cd test/e2e && KUBERNETES_BIN="$(KUBERNETES_BIN)" $(GO) test . -run '^$$' -bench Audit -benchtime 3x -timeout 30m -v
	cd test/e2e && KUBERNETES_BIN="$(KUBERNETES_BIN)" $(GO) test . -run '^$$' -bench Admission -benchtime 1x -timeout 30m

.PHONY: golden
golden: ## write the want files of testdata/cases anew; read the difference
	$(GO) test ./plugin -run TestGolden -update
	git --no-pager diff --stat testdata

# What "make dist" builds, and where to.
VERSION ?=
DIST    ?= $(CURDIR)/dist

.PHONY: dist
dist: ## build the archives, SBOM, checksums and krew manifest of VERSION into dist/
	@SOURCE_DATE_EPOCH="$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)}" $(GO) run ./hack/dist -version "$(VERSION)" -out "$(DIST)"

.PHONY: generate
generate: ## write the schemas and the references of settings and commands again
	$(GO) run ./hack/generate

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BIN)

# Tools are built from their own module, so that theirs are no dependencies of ours.
$(TOOLS)/staticcheck: tools/go.mod tools/go.sum
	cd tools && $(GO) build -o $@ honnef.co/go/tools/cmd/staticcheck

$(TOOLS)/gotestsum: tools/go.mod tools/go.sum
	cd tools && $(GO) build -o $@ gotest.tools/gotestsum

$(TOOLS)/kpt: tools/kpt/main.go tools/kpt/go.mod tools/kpt/go.sum
	cd tools/kpt && CGO_ENABLED=0 $(GO) build -o $@ .

$(TOOLS)/kustomize: tools/go.mod tools/go.sum
	cd tools && $(GO) build -o $@ sigs.k8s.io/kustomize/kustomize/v5

$(TOOLS)/krew $(TOOLS)/validate-krew-manifest: tools/krew/go.mod tools/krew/go.sum
	cd tools/krew && $(GO) build -o $@ sigs.k8s.io/krew/cmd/$(@F)
