"""The registry of metrics: every name that `goldwire metrics` lists, one module per family."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from goldwire.errors import UsageError
from goldwire.metrics.base import LAYER_ORDER, Composite, Metric, Options
from goldwire.metrics.naming import nearest

__all__ = [
    "FAMILIES",
    "Composite",
    "Metric",
    "Options",
    "composites",
    "describe",
    "expand",
    "find",
    "registry",
]

FAMILIES: tuple[str, ...] = (
    "spans",
    "soft",
    "semeval",
    "coreference",
    "links",
    "arguments",
    "argument_heads",
    "argument_entities",
    "attributions",
    "attributes",
    "factuality",
    "nuggets",
    "relations",
    "templates",
    "event_templates",
    "provenance",
    "surfaces",
)
"""The modules of this package that define metrics; each has a tuple `METRICS`."""


@cache
def registry() -> dict[str, Metric]:
    """Give all metrics by name: by layer, and within one in the order of the families."""
    families = [import_module(f"goldwire.metrics.{family}") for family in FAMILIES]
    metrics = [metric for family in families for metric in family.METRICS]
    metrics.sort(key=lambda metric: LAYER_ORDER.index(metric.layer))
    return {metric.name: metric for metric in metrics}


@cache
def composites() -> dict[str, Composite]:
    """Give all averages of metrics by name."""
    from goldwire.metrics.coreference import COMPOSITES

    return {composite.name: composite for composite in COMPOSITES}


def find(name: str) -> Metric:
    """Give the metric of a name such as `mentions/strict` or `mentions/iou@0.7`.

    Raises UsageError with the nearest right names for a wrong one, and for an average of metrics.
    """
    found = describe(name)
    if isinstance(found, Composite):
        raise UsageError(f"{name} is an average of {', '.join(found.parts)}: name these")
    return found


def describe(name: str) -> Metric | Composite:
    """Give the metric or the average of metrics of a name.

    Raises UsageError with the nearest right names for a wrong one.
    """
    metrics = registry()
    if name in metrics:
        return metrics[name]
    if name in composites():
        return composites()[name]
    layer, _, measure = name.partition("/")
    if measure.startswith("iou@") or "_iou@" in measure:
        from goldwire.metrics.spans import iou

        return iou(layer, measure)
    known = [*metrics, *composites()]
    hints = nearest(name, known)
    hint = f"did you mean {' or '.join(hints)}?" if hints else "`goldwire metrics` lists them"
    raise UsageError(f"no metric is called {name!r}: {hint}")


def expand(names: Iterable[str]) -> tuple[Metric, ...]:
    """Give the metrics behind these names, averages by their parts, in the registry's order."""
    found: dict[str, Metric] = {}
    for name in names:
        one = describe(name)
        parts = one.parts if isinstance(one, Composite) else (name,)
        found.update((part, find(part)) for part in parts)
    place = {name: at for at, name in enumerate(registry())}
    order = sorted(found, key=lambda name: place.get(name, len(place)))
    return tuple(found[name] for name in order)
