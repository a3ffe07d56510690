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

test:
    uv run pytest

# Agreement with the field's own scorers (installs them).
oracles:
    uv run --group oracles pytest tests/golden -k versus

# Write the table of docs/formats.md anew, from the files of others beside the project.
formats:
    uv run python tests/golden/format_table.py

# Speed as ratios to named peers, in one interleaved run.
bench:
    uv run --group oracles python tests/benchmarks/bench.py

# Recompute the digests of corpus/manifest.json after an intended change of the corpus.
manifest:
    uv run python -c "from goldwire.corpus import write_manifest; write_manifest('.')"

# Coverage and error rates of the intervals and tests, by seeded simulation (minutes).
coverage:
    uv run python tests/simulations/coverage.py

# Pin what CI installs: versions and hashes, no addresses.
pin:
    uv pip compile pyproject.toml --group dev --group oracles --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o .ci/requirements.txt
