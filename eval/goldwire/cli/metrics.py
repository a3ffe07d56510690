"""List every metric, with one line each; those of a layer, or the whole definition of one.

With --json their layers, options and definition versions too.
"""

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldwire.metrics import Composite, Metric


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire metrics`."""
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="a layer, e.g. mentions, or a metric, e.g. mentions/strict",
    )
    parser.add_argument("--markdown", action="store_true", help="print what docs/metrics.md holds")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print the registry or a definition; exit 2 for a name that neither layer nor metric has."""
    from goldwire.errors import UsageError
    from goldwire.metrics import Composite, Metric, composites, describe, registry
    from goldwire.report.definitions import definition, definition_page

    known: list[Metric | Composite] = [*registry().values(), *composites().values()]
    metrics = [one for one in known if args.name in (None, one.name.partition("/")[0])]
    if not metrics and args.name.isalpha():
        layers = ", ".join(dict.fromkeys(one.name.partition("/")[0] for one in known))
        raise UsageError(f"no metric is about {args.name!r}: the layers are {layers}")
    one = None if metrics else describe(args.name)
    if args.json:
        described = [_row(metric) for metric in ([one] if one else metrics)]
        print(json.dumps(described, indent=1))
    elif one is not None:
        print(definition(one))
    elif args.markdown:
        print("\n".join(definition_page()))
    else:
        width = max(len(metric.name) for metric in metrics)
        for metric in metrics:
            print(f"{metric.name:{width}}  {metric.summary}")
    return 0


def _row(metric: "Metric | Composite") -> dict[str, Any]:
    from goldwire.metrics import Composite

    if isinstance(metric, Composite):
        return {"name": metric.name, "summary": metric.summary, "parts": metric.parts}
    return {
        "name": metric.name,
        "summary": metric.summary,
        "layers": metric.layers,
        "average": metric.average,
        "options": metric.uses,
        "version": metric.version,
    }
