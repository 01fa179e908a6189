# Everything a developer or CI does. Each target makes its own .venv when there is none: only Python and make are needed.
.PHONY: demo console test pythons check interop parity official frameworks ray docs record bench soak format release clean

demo: ## typed chat, streaming included: locally, or against OPENAI_BASE_URL / OPENAI_API_KEY when set
	@scripts/demo
console: ## a Python prompt with `client` ready
	@scripts/console
test: ## all tests but interop and benchmarks
	@scripts/test
pythons: ## the tests on each Python from 3.11 to 3.14 that is here
	@scripts/pythons
check: ## format, lint, mypy, pyright, stubs, stubtest
	@scripts/check
interop: ## the same scenarios against servers that nobody here wrote (needs node)
	@scripts/interop
parity: ## every operation through the official package and through ours, the HTTP of both compared (installs it)
	@scripts/parity
official: ## the official package's own tests, on it and on ours (installs it; needs node)
	@scripts/official
frameworks: ## 18 programs, each scenario on the official package and on the view of ours (installs them: 2 GB)
	@scripts/frameworks
ray: ## client.bulk on a real Ray on this machine: tests, then how it scales (installs it: 400 MB)
	@scripts/ray
docs: ## the documentation site into build/docs/site, with its tests (installs zensical)
	@scripts/docs
record: ## record the HTTP that tests/recorded replays, from a real server when there is a key
	@scripts/record
bench: ## ours, raw httpx and the official package side by side
	@scripts/bench
soak: ## slow and noisy tests: memory over many calls
	@scripts/soak
format: ## rewrite what the formatter and the stub generator can
	@scripts/format
release: ## wheel, sdist and bill of materials in dist/, checked; every extra installed and used on each Python
	@scripts/release
clean:
	rm -rf .venv .venv-* dist .mypy_cache .ruff_cache .pytest_cache tests/interop/node_modules
