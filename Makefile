# Every task of the house; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup up test check format generate bench bench-capture bench-webhooks bench-api soak crash-run kill-run contact-sheet client minio image compose-up compose-down

# The Node that package.json names, whatever Node the machine has. npm ci itself runs on the machine's own.
SYSTEM_PATH := $(PATH)
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

STAMP := node_modules/.shotwire-stamp
INSTALL := npm ci --loglevel=error --no-fund --no-audit
GENERATE := buf generate --template proto/buf.gen.yaml
GENERATED := libs/contract/src/gen libs/client/src/gen
TESTS := '{libs,services}/*/src/**/*.test.ts' 'deploy/local/src/**/*.test.ts' 'test/**/*.test.ts'
TEST_CONCURRENCY ?= 2
# The release that docker-compose.yml names, as Go names that commit.
MINIO := github.com/minio/minio@v0.0.0-20250907161309-07c3a429bfed

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 17

setup: $(STAMP) ## install the npm packages
	@:
$(STAMP): package-lock.json
	PATH="$(SYSTEM_PATH)" $(INSTALL)
	@# npm leaves out optional packages, such as prebuilt programs, that its own Node is too old for; then it goes again on ours.
	@PATH="$(SYSTEM_PATH)" node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { \
	  mkdir -p .node && cp node_modules/node/bin/node .node/node && PATH="$(CURDIR)/.node:$(SYSTEM_PATH)" $(INSTALL); }
	@touch $@

up: setup ## start everything on this machine, in the foreground, and install what that needs
	@node deploy/local/src/up.ts

test: setup ## run all tests, and install what they need
	@node deploy/local/src/prepare.ts
	node --test --test-reporter=spec --test-concurrency=$(TEST_CONCURRENCY) --test-global-setup=test/setup.ts $(TESTS)

check: setup ## format, lint, types, unused code, proto, generated code
	biome ci $(if $(MAKE_TERMOUT),,--colors=off)
	tsc
	knip
	buf lint proto
	$(GENERATE)
	node test/client/write-client.ts
	git diff --exit-code -- $(GENERATED)

format: setup ## format, and mend what the linter can
	biome check --write

generate: setup ## proto → libs/contract, OpenAPI → libs/client, settings, options, devices → README, docs
	$(GENERATE)
	node test/client/write-client.ts
	node test/readme/write-tables.ts

bench: setup ## measure captures a second and the waits on the way
	@node deploy/local/src/prepare.ts
	node test/bench/bench.ts

bench-capture: setup ## measure the capture engine against a bare puppeteer loop
	@node deploy/local/src/prepare.ts
	node test/bench/capture/bench-capture.ts

bench-webhooks: setup ## measure the notifier: deliveries a second, delay, isolation, idle cost
	@node deploy/local/src/prepare.ts
	node test/bench/webhooks/bench-webhooks.ts

bench-api: setup ## measure the API: creates a second, batches, downloads, listeners
	@node deploy/local/src/prepare.ts
	node test/bench/api/bench-api.ts

soak: setup ## capture for minutes (SOAK_CAPTURES=1000) and look for anything that grows
	@node deploy/local/src/prepare.ts
	node test/soak/soak.ts

crash-run: setup ## capture real pages (CRASH_CAPTURES=2000) while parts of Chrome are killed and stopped
	@node deploy/local/src/prepare.ts
	node test/faults/crash-run.ts

kill-run: setup ## kill notifiers at each step of a delivery (NOTIFIER_KILLS=100)
	@node deploy/local/src/prepare.ts
	NOTIFIER_KILLS=$${NOTIFIER_KILLS:-100} node --test --test-global-setup=test/setup.ts services/notifier/src/kills.test.ts

contact-sheet: setup ## capture two dozen pages through the API and put them on docs/contact-sheet.webp
	@node deploy/local/src/prepare.ts
	node test/contact-sheet/contact-sheet.ts

client: setup ## build the npm package shotwire and pack it
	npm pack --workspace=libs/client

minio: ## build the MinIO that the S3 tests also run against; needs Go
	@test -x "$$(go env GOPATH)/bin/minio" || go install $(MINIO)

image: ## build the three images
	for target in gateway capture notifier; do docker build -f deploy/Dockerfile --target $$target -t shotwire/$$target . || exit 1; done

compose-up: ## start everything in Docker; needs a .env (see .env.example)
	docker compose up --build --detach

compose-down: ## end what compose-up started; its data stays
	docker compose down
