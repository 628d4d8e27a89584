# make test is the one command that proves a checkout; the rest are for those
# who change it.

# One static binary without a C compiler. Only the race detector needs one.
export CGO_ENABLED := 0
# Debian keeps mosquitto where only root looks.
export PATH := $(PATH):/usr/sbin:/sbin

# The longest that one package may take: some kill a hub thirty times.
TIMEOUT  ?= 20m
FUZZTIME ?= 60s
ROUNDS   ?= 10
SEEDS    ?= 10000
CHUNK    ?= 500
OUTAGE         ?= 10m
OUTAGE_DEVICES ?= 500

# Those that take longest begin first: beside them there is room for all others,
# and at the end nobody waits for one alone.
LONGEST := ./cmd/internal/hub ./dashboards/console ./cmd/campushub ./alerting/duty/watch ./alerting/simulation

# The longest wait more than they compute: one more than there are processors.
PACKAGES ?= $(shell echo $$(($$(nproc) + 1)))

.PHONY: test race lint fuzz bench bench-peers pictures soak outage simulate chaos clean

test: ## install what the tests need, then vet and test everything
	.ci/packages
	go vet ./...
	go test -p $(PACKAGES) -timeout $(TIMEOUT) $(LONGEST) ./...

race: ## the same under the race detector
	.ci/packages
	.ci/packages race
	CGO_ENABLED=1 go test -race -p $(PACKAGES) -timeout $(TIMEOUT) $(LONGEST) ./...

lint: ## the pinned linter, built into the cache once
	linter="$$(.ci/linter)" && "$$linter" run ./...

fuzz: ## FUZZTIME for each fuzz target there is
	.ci/fuzz $(FUZZTIME)

bench: ## measure the alarm path beside Mosquitto; writes docs/benchmarks.md
	.ci/packages
	go run ./cmd/internal/bench run --out docs/benchmarks.md

bench-peers: ## the way to a webhook beside Node-RED and Alertmanager; writes docs/benchmarks-peers.md
	.ci/packages
	.ci/packages peers
	NODE_RED_MODULES="$$(.ci/node-red)" go run ./cmd/internal/bench peers --out docs/benchmarks-peers.md

pictures: ## take the pictures of the console anew: the README's, and of every page in docs/pictures/pages
	.ci/packages
	CAMPUSHUB_PICTURES=$(CURDIR)/docs/pictures go test -count 1 -run LiaisonSees ./cmd/campushub
	mkdir -p docs/pictures/pages
	CAMPUSHUB_PAGES=$(CURDIR)/docs/pictures/pages go test -count 1 -run EveryPageIsFree ./dashboards/console

soak: ## ROUNDS times all tests under the race detector, in a new order each time
	.ci/packages
	.ci/packages race
	CGO_ENABLED=1 go test -race -shuffle on -count $(ROUNDS) -timeout 0 ./...
	CAMPUSHUB_TEST_EVERY_BYTE=1 go test -count 1 -timeout 0 -run TestEveryByte ./cmd/internal/backup
	$(MAKE) outage
	$(MAKE) simulate

outage: ## InfluxDB stopped for OUTAGE while OUTAGE_DEVICES send a reading a second
	.ci/packages
	CAMPUSHUB_TEST_OUTAGE=$(OUTAGE) CAMPUSHUB_TEST_OUTAGE_DEVICES=$(OUTAGE_DEVICES) \
		go test -count 1 -timeout 0 -v -run 'TestEveryPointArrivesThrough/stopped' ./dashboards/telemetry

simulate: ## SEEDS days of a district, CHUNK in each process, and every law broken in turn
	for first in $$(seq 1 $(CHUNK) $(SEEDS)); do \
		left=$$(($(SEEDS) - first + 1)); \
		go test -count 1 -timeout 0 -run TestDistrict ./alerting/simulation -sim.first=$$first \
			-sim.seeds=$$((left < $(CHUNK) ? left : $(CHUNK))) || exit 1; \
	done
	go test -count 1 -timeout 0 -run TestEveryLaw ./alerting/simulation -sim.mutations

chaos: ## ROUNDS times the tests that kill, cut and fill up
	.ci/packages
	go test -count $(ROUNDS) -timeout 0 -run 'Kill|Crash|Cut|Disk|Full|Restart|Storm|Flood' ./...

clean: ## forget test results and what fuzzing has gathered
	go clean -testcache -fuzzcache
	rm -rf bin
