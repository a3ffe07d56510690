# The project's recipes; `just check` is the one gate, and .ci/run calls the same steps.

default: check

# Lint, types, layers, corpus, tests.
check: lint types layers corpus test

lint:
    uv run ruff check .
    uv run ruff format --check .

types:
    uv run mypy

layers:
    uv run lint-imports

corpus:
    uv run goldwire validate
    uv run goldwire release check

# What other programs read in a release (installs them): datasets, mlcroissant, frictionless.
referees:
    uv run --group referees pytest tests/golden/test_release_referees.py tests/unit/test_release_rehydrate.py

test:
    uv run pytest

# Agreement with the field's own scorers (installs them).
oracles:
    uv run --group oracles pytest tests/golden tests/unit/test_coefficients.py -k 'versus or agrees'

# Speed as ratios to named peers, in one interleaved run (`just bench --quick` takes half a minute).
bench *args:
    uv run --group oracles python tests/benchmarks/bench.py {{args}}

# Grounding against langextract's (installs it), on this corpus and on made texts.
bench-grounding:
    uv run --group grounding-bench python tests/benchmarks/bench_grounding.py

# Seconds and megabytes of 10,000 resamples of 10,000 documents.
bench-statistics:
    uv run python tests/benchmarks/statistics_bench.py

# Recompute the digests of corpus/manifest.json after an intended change of the corpus.
manifest:
    uv run python -c "from goldwire.corpus import write_manifest; write_manifest('.')"

# Coverage and error rates of the intervals and tests, by seeded simulation (minutes).
coverage:
    uv run python tests/simulations/coverage.py

# Search for a metric that breaks a law, on thousands of random documents (minutes).
laws:
    PYTHONPATH=tests uv run python tests/simulations/law_search.py

# Pin what CI installs: versions and hashes, no addresses.
pin:
    uv pip compile pyproject.toml --group dev --group oracles --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o .ci/requirements.txt
