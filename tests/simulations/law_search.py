"""Look for a metric that breaks a law, on many more documents than the tests have time for.

`just laws` runs it: 300 new documents for every seed. What it finds belongs into a unit test, as
the smallest document that shows it.
"""

import sys

import laws
from goldwire.metrics import Options, registry
from random_records import pairs


def search(seeds: range) -> int:
    """Print every law that a metric breaks, by seed; give how many there were."""
    found = 0
    for seed in seeds:
        laws.PAIRS = pairs(seed, laws.N)
        laws.forget()
        for law, holds in laws.LAWS.items():
            for name, metric in registry().items():
                if name in laws.EXCEPTIONS.get(law, {}):
                    continue
                try:
                    holds(metric, Options())
                except AssertionError:
                    found += 1
                    print(f"seed {seed}: {name} breaks {law}")
    print(f"{len(seeds)} seeds, {len(seeds) * laws.N} documents, broken: {found}")
    return found


if __name__ == "__main__":
    n_seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    sys.exit(search(range(1000, 1000 + n_seeds)) > 0)
