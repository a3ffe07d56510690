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

# A release built with the present pyarrow verifies with another one: other bytes, the same content.
pyarrow other="21.0.0":
    rm -rf build/pyarrow-check
    uv run goldwire build --output build/pyarrow-check
    uv run --isolated --no-project --with-editable . --with pyarrow=={{other}} goldwire build --verify build/pyarrow-check
    rm -rf build/pyarrow-check

# What other programs read in a release (installs them): datasets, mlcroissant, frictionless.
referees:
    uv run --group referees pytest tests/golden/test_release_referees.py tests/unit/test_release_rehydrate.py

# The loopback Hub with the oldest client libraries that goldwire supports (installs them).
hub-old:
    uv run --isolated --no-project --with-editable . --with datasets==3.6.0 --with huggingface_hub==0.36.2 --with pandas --with pytest --with hypothesis --with numpy pytest tests/golden/test_loopback_hub.py -k "not xet"

test:
    uv run pytest

# Agreement with the field's own scorers (installs them).
oracles:
    uv run --group oracles pytest tests/golden tests/unit/test_coefficients.py -k 'versus or agrees'

# Write the table of docs/formats.md anew, from the files of others beside the project.
formats:
    uv run python tests/golden/format_table.py

# `hf:` and `gliner:` with tiny models that the tests make (installs torch: some 5 GB).
tiny-models:
    uv run --with torch --with transformers --with gliner pytest tests/golden/test_tiny_models.py

# The example extractors in Node, with their packages in node_modules/ (ignored by git).
node-examples:
    npm install --no-save compromise wink-nlp wink-eng-lite-web-model
    uv run pytest tests/golden/test_example_extractors.py

# Speed as ratios to named peers, in one interleaved run (`just bench --quick` takes half a minute).
bench *args:
    uv run --group oracles python tests/benchmarks/bench.py {{args}}

# Grounding against langextract's (installs it), on this corpus and on made texts.
bench-grounding:
    uv run --group grounding-bench python tests/benchmarks/bench_grounding.py

# Seconds and megabytes of 10,000 resamples of 10,000 documents.
bench-statistics:
    uv run python tests/benchmarks/statistics_bench.py

# Coverage and error rates of the intervals and tests, by seeded simulation (minutes).
coverage:
    uv run python tests/simulations/coverage.py

# Search for a metric that breaks a law, on thousands of random documents (minutes).
laws:
    PYTHONPATH=tests uv run python tests/simulations/law_search.py

# Pin what CI installs: versions and hashes, no addresses.
pin:
    uv pip compile pyproject.toml --group dev --group oracles --group referees --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o .ci/requirements.txt

# Write the generated part of docs/metrics.md again, after a metric or its docstring has changed.
metrics-page:
    uv run python -c "from pathlib import Path; from goldwire.report.definitions import definition_page; p = Path('docs/metrics.md'); head = p.read_text(encoding='utf-8').split('| metric | is |')[0]; p.write_text(head + '\n'.join(definition_page()) + '\n', encoding='utf-8')"
