"""List every metric, with one line each; with --json their layers, options and versions too."""

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire metrics`."""
    parser.add_argument("layer", nargs="?", help="only the metrics of this layer, e.g. mentions")
    parser.add_argument(
        "--markdown", action="store_true", help="print the table that docs/metrics.md holds"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print the registry; exit 2 for a layer that has no metrics."""
    from goldwire.errors import UsageError
    from goldwire.metrics import registry

    metrics = [m for m in registry().values() if args.layer in (None, m.layer)]
    if not metrics:
        layers = ", ".join(dict.fromkeys(metric.layer for metric in registry().values()))
        raise UsageError(f"no metric is about {args.layer!r}: the layers are {layers}")
    if args.json:
        described = [
            {
                "name": metric.name,
                "summary": metric.summary,
                "layers": metric.layers,
                "average": metric.average,
                "options": metric.uses,
                "version": metric.version,
            }
            for metric in metrics
        ]
        print(json.dumps(described, indent=1))
        return 0
    if args.markdown:
        print("| metric | is | needs |\n|---|---|---|")
        for metric in metrics:
            print(f"| `{metric.name}` | {metric.summary} | {', '.join(metric.layers)} |")
        return 0
    width = max(len(metric.name) for metric in metrics)
    for metric in metrics:
        print(f"{metric.name:{width}}  {metric.summary}")
    return 0
